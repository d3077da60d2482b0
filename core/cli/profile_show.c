/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * retis profile show: what a profile stands for on this machine. What is not to be
 * had here is left out of the command line, with a comment saying why.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/cli/options_private.h"
#include "core/cli/profiles.h"
#include "core/event/buffer.h"
#include "core/inspect/inspect.h"
#include "core/kernel/kernel.h"
#include "core/plugin/can_run.h"
#include "core/plugin/plugin.h"
#include "core/probe/probe.h"
#include "core/util/escape.h"
#include "core/util/log.h"
#include "core/util/quote.h"

struct display_show {
	/* Called with the options of the command, while they are there. */
	struct options_observer observer;
	const struct profile_variant *variant;
	const struct plugins *plugins;
	struct kernel **kernel;
	/* Comments, and the command line. */
	struct retis_text notes, line;
	/* Of its probes: those it names, and those that are left. */
	size_t probes, probes_left;
};

static void note_left_out(struct display_show *show, const struct profile_arg *arg,
			  const char *value, const char *why)
{
	retis_text_str(&show->notes, "# left out: --");
	retis_text_str(&show->notes, arg->name);
	if (value) {
		retis_text_char(&show->notes, ' ');
		quote_word(&show->notes, value);
	}
	retis_text_str(&show->notes, ": ");
	retis_text_escaped(&show->notes, why, strlen(why));
	retis_text_char(&show->notes, '\n');
}

static void add_word(struct display_show *show, const struct profile_arg *arg, const char *value)
{
	retis_text_str(&show->line, " --");
	retis_text_str(&show->line, arg->name);
	if (!value)
		return;
	/* Otherwise it could be taken for another option. */
	retis_text_char(&show->line, *value == '-' ? '=' : ' ');
	quote_word(&show->line, value);
}

static bool collector_works(struct display_show *show, const char *name, char *why, size_t size)
{
	const struct plugin *plugin;

	if (!strcmp(name, "auto"))
		return true;
	plugin = plugins_find(show->plugins, name);
	if (!plugin)
		snprintf(why, size, "no such collector is installed");
	return plugin && !plugin_can_run(plugin, *show->kernel, why, size);
}

/* Those of a list that can run. */
static int add_collectors(struct display_show *show, const struct profile_arg *arg)
{
	char *copy = strdup(arg->value), *left = copy, why[256];
	struct retis_text kept;

	if (!copy || text_init(&kept, 64)) {
		free(copy);
		return -ENOMEM;
	}
	for (const char *name; (name = strsep(&left, ","));) {
		if (!collector_works(show, name, why, sizeof(why))) {
			note_left_out(show, arg, name, why);
			continue;
		}
		if (kept.length)
			retis_text_char(&kept, ',');
		retis_text_str(&kept, name);
	}
	retis_text_char(&kept, '\0');
	if (!kept.failed && kept.length > 1)
		add_word(show, arg, kept.data);
	text_fini(&kept);
	free(copy);
	return 0;
}

/* Only root can find out. */
static bool can_attach(const struct probe *probe, char *why)
{
	return geteuid() || inspect_backend(probe, 1, why, PROBE_WHY_SIZE);
}

static void add_probe_arg(struct display_show *show, const struct profile_arg *arg)
{
	struct probe probe = { .prog_fd = -1, .link_fd = -1 };
	char why[PROBE_WHY_SIZE];
	bool bad = probe_parse(arg->value, &probe.spec, why);

	/* Those in programs are found in the process that is meant then. */
	if (!bad && !probe.spec.wildcard && probe.spec.type != PROBE_USDT)
		bad = probe_resolve(&probe, *show->kernel, why) || !can_attach(&probe, why);
	show->probes++;
	show->probes_left += !bad;
	if (bad)
		note_left_out(show, arg, arg->value, why);
	else
		add_word(show, arg, arg->value);
}

static bool has_option(const struct options *o, const char *name)
{
	for (size_t i = 0; i < o->n_entries; i++)
		if (o->entries[i].spec.name && !o->entries[i].spec.typed &&
		    !strcmp(o->entries[i].spec.name, name))
			return true;
	return false;
}

static void see_command(struct options_observer *observer, struct options *o)
{
	struct display_show *show = (void *)observer;

	show->probes = 0;
	show->probes_left = 0;
	retis_text_str(&show->line, o->command);
	for (size_t i = 0; i < show->variant->n_args; i++) {
		const struct profile_arg *arg = &show->variant->args[i];
		bool collects = !strcmp(o->command, "retis collect") && arg->value;

		if (!has_option(o, arg->name))
			note_left_out(show, arg, arg->value, "there is no such option here");
		else if (collects && !strcmp(arg->name, "collectors"))
			add_collectors(show, arg);
		else if (collects && !strcmp(arg->name, "probe"))
			add_probe_arg(show, arg);
		else
			add_word(show, arg, arg->value);
	}
	retis_text_char(&show->line, '\n');
	if (show->probes && !show->probes_left)
		retis_text_str(&show->notes, "# no probe is left: with the profile it would not "
					     "run, as it is here it takes the default ones\n");
}

/* Other programs' sections, too: nobody else says what is in them. */
static void print_section(struct display_show *show, const struct command *command,
			  struct globals *globals)
{
	char name[256];

	show->observer.see = see_command;
	text_clear(&show->notes);
	text_clear(&show->line);
	if (strcmp(show->variant->name, "Default"))
		printf("# %s\n", escape_text(name, sizeof(name), show->variant->name));
	command_observe(command, globals, &show->observer);
	fwrite(show->notes.data, 1, show->notes.length, stdout);
	fwrite(show->line.data, 1, show->line.length, stdout);
}

static void show_profile(struct display_show *show, const struct profile *profile,
			 struct globals *globals)
{
	struct profile_machine machine;

	profile_machine_init(&machine, show->kernel);
	for (size_t i = 0; i < profile->n_sections; i++) {
		const struct profile_section *section = &profile->sections[i];
		const struct command *command = command_find(globals->commands, section->command);

		show->variant = profile_choose(section, &machine);
		if (!show->variant)
			printf("# nothing for 'retis %s': no variant fits this kernel\n",
			       section->command);
		else if (!command)
			printf("# 'retis %s' is not there\n", section->command);
		else
			print_section(show, command, globals);
	}
}

static int find_and_print(struct display_show *show, const char *what, struct globals *globals)
{
	struct profile_commands commands;
	const struct profile_reader reader = { commands.names, profile_say, NULL };
	struct profile_dirs dirs;
	struct profile profile;
	int err = profile_dirs_init(&dirs, globals->profiles_dir);

	profile_commands_init(&commands, globals);
	if (!err)
		err = profile_find(&reader, &dirs, what, &profile);
	if (!err) {
		show_profile(show, &profile, globals);
		profile_fini(&profile);
	}
	profile_dirs_fini(&dirs);
	return err;
}

static int show_named(const char *what, struct globals *globals)
{
	struct plugins plugins = {};
	struct kernel *kernel = kernel_new();
	struct display_show show = { .plugins = &plugins, .kernel = &kernel };
	int err = kernel ? globals_load_plugins(globals, 0, NULL, &plugins) : -ENOMEM;

	if (!err)
		err = text_init(&show.notes, 256);
	if (!err)
		err = text_init(&show.line, 256);
	if (!err)
		err = find_and_print(&show, what, globals);
	text_fini(&show.notes);
	text_fini(&show.line);
	kernel_free(kernel);
	plugins_fini(&plugins);
	return err;
}

int cmd_profile_show(int argc, char **argv, struct globals *globals)
{
	struct option_list operands = {};
	const struct option_operand operand = { "PROFILE", "Name of a profile, or a file.", 1, 1,
						&operands };
	struct options o = { .command = "retis profile show",
			     .about = "Shows the command lines a profile stands for on this "
				      "machine, as they can be pasted. What is not to be had "
				      "here, as a probe its kernel lacks, is left out with a "
				      "line that says why.",
			     .operand = &operand };
	int err = globals_add(&o, globals);

	if (!err)
		err = options_parse(&o, argc, argv);
	if (!err)
		err = show_named(operands.items[0], globals);
	options_fini(&o);
	option_list_fini(&operands);
	return options_exit_code(&o, err);
}
