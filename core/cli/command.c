/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the sub-command and hands over to it. */
#include "core/cli/command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/cli/profiles.h"
#include "core/util/log.h"
#include "core/util/nearest.h"

static void commands_help(const struct command *table, const struct options *o)
{
	options_help(o, stdout);
	printf("\nSub-commands (any unambiguous beginning will do):\n");
	for (; table->name; table++)
		options_help_row(stdout, table->name, table->about);
	printf("\n'%s SUBCOMMAND --help' or '%s help SUBCOMMAND' shows the options of a "
	       "sub-command.\n",
	       o->command, o->command);
}

/* How many commands begin with WORD; their names in TEXT: "a, b". */
static size_t count_candidates(const struct command *table, const char *word, char *text,
			       size_t size)
{
	size_t n = 0, used = 0;

	text[0] = '\0';
	for (; table->name; table++) {
		if (strncmp(table->name, word, strlen(word)))
			continue;
		used += (size_t)snprintf(text + used, size - used, "%s%s", n ? ", " : "",
					 table->name);
		n++;
		if (used >= size)
			break;
	}
	return n;
}

static int unknown_command(const struct command *table, const char *word, const struct options *o)
{
	struct nearest near = { .wanted = word };
	char text[256];

	for (; table->name; table++)
		nearest_consider(&near, table->name);
	nearest_text(&near, text, sizeof(text));
	return options_usage_error(o, "no such sub-command '%s'%s%s%s", word,
				   text[0] ? "; did you mean " : "", text, text[0] ? "?" : "");
}

/* The command that WORD is, or is the unambiguous beginning of. */
static int match_command(const struct command *table, const char *word, const struct options *o,
			 const struct command **found)
{
	char names[256];
	size_t n;

	*found = NULL;
	for (const struct command *c = table; c->name; c++) {
		if (!strcmp(c->name, word)) {
			*found = c;
			return 0;
		}
		if (!strncmp(c->name, word, strlen(word)))
			*found = c;
	}
	n = word[0] ? count_candidates(table, word, names, sizeof(names)) : 0;
	if (!n)
		return unknown_command(table, word, o);
	if (n > 1)
		return options_usage_error(o, "the sub-command '%s' is ambiguous: %s", word, names);
	return 0;
}

/* help COMMAND [WORD..]: COMMAND [WORD..] --help. */
static int run_help(const struct command *table, struct options *o, int argc, char **argv,
		    struct globals *globals)
{
	const struct command *found = NULL;
	char **words;
	int status;

	if (argc < 2) {
		commands_help(table, o);
		return 0;
	}
	if (match_command(table, argv[1], o, &found))
		return EXIT_USAGE;
	words = calloc((size_t)argc + 1, sizeof(*words));
	if (!words)
		return options_exit_code(o, -ENOMEM);
	memcpy(words, argv + 1, (size_t)(argc - 1) * sizeof(*words));
	words[argc - 1] = "--help";
	status = found->run(argc, words, globals);
	free(words);
	return status;
}

const struct command *command_find(const struct command *table, const char *name)
{
	for (; table->name; table++)
		if (!strcmp(table->name, name))
			return table;
	return NULL;
}

void command_observe(const struct command *command, struct globals *globals,
		     struct options_observer *observer)
{
	struct options_observer *before = globals->observer;
	char name[64], *argv[] = { name, NULL };

	snprintf(name, sizeof(name), "%s", command->name);
	globals->observer = observer;
	globals->quiet_plugins = true;
	command->run(1, argv, globals);
	globals->observer = before;
}

int command_run(const struct command *table, struct options *o, int argc, char **argv,
		struct globals *globals)
{
	const struct command *found = NULL;
	int err;

	o->observer = globals->observer;
	o->subcommands = table;
	err = options_parse(o, argc, argv);
	if (err == OPTIONS_HELP) {
		commands_help(table, o);
		return 0;
	}
	if (!err && globals->version)
		return versions_show(globals);
	if (!err && o->rest >= argc)
		err = options_usage_error(o, "a sub-command is missing");
	if (!err && !strcmp(argv[o->rest], "help"))
		return run_help(table, o, argc - o->rest, argv + o->rest, globals);
	if (!err)
		err = match_command(table, argv[o->rest], o, &found);
	if (err)
		return options_exit_code(o, err);
	log_set_level((enum retis_log_level)globals->log_level);
	if (table == globals->commands && globals->profiles.n)
		err = profiles_apply(globals, found);
	if (err)
		return err == -EINVAL ? EXIT_USAGE : EXIT_RUNTIME;
	return found->run(argc - o->rest, argv + o->rest, globals);
}
