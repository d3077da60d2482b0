/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options that stand before the sub-command, some also behind it. */
#include <errno.h>

#include "core/cli/command.h"
#include "core/cli/profiles.h"
#include "core/event/buffer.h"
#include "core/input/own.h"
#include "core/plugin/loader.h"
#include "core/util/log.h"
#include "core/util/quote.h"

static const struct option_spec plugin_dir = {
	.name = "plugin-dir",
	.type = OPTION_STRINGS,
	.value = "DIR",
	.typed = true,
	.offset = offsetof(struct globals, plugin_dirs),
	.help = "Look for plugins in DIR, too: they replace installed ones of the same name. "
		"May be repeated.",
};

static const struct retis_choice levels[] = {
	{ "error", RETIS_LOG_ERROR }, { "warn", RETIS_LOG_WARN },   { "info", RETIS_LOG_INFO },
	{ "debug", RETIS_LOG_DEBUG }, { "trace", RETIS_LOG_TRACE }, {},
};

static const struct option_spec before[] = {
	{ .name = "log-level",
	  .type = OPTION_CHOICE,
	  .value = "LEVEL",
	  .offset = offsetof(struct globals, log_level),
	  .choices = levels,
	  .help = "Least important messages to show." },
	{ .name = "profile",
	  .letter = 'p',
	  .type = OPTION_STRINGS,
	  .split = true,
	  .value = "PROFILE",
	  .offset = offsetof(struct globals, profiles),
	  .help = "Take arguments from a profile, a name ('retis profile list') or a file; the "
		  "command line goes before it. Several are combined." },
	{ .name = "extra-profiles-dir",
	  .letter = 'P',
	  .type = OPTION_STRING,
	  .value = "DIR",
	  .offset = offsetof(struct globals, profiles_dir),
	  .help = "Look for profiles in DIR first." },
};

static const struct option_spec version = {
	.name = "version",
	.letter = 'V',
	.type = OPTION_FLAG,
	.offset = offsetof(struct globals, version),
	.help = "Show the versions of the program, libbpf, the kernel and plugins.",
};

int globals_add(struct options *o, struct globals *globals)
{
	o->observer = globals->observer;
	o->presets = globals->presets;
	o->n_presets = globals->n_presets;
	return options_add(o, "General options", &plugin_dir, 1, globals);
}

int globals_load_plugins(struct globals *globals, int argc, char **argv, struct plugins *plugins)
{
	struct plugins_search search = {
		.path = secure_getenv("RETIS_PLUGIN_PATH"),
		.quiet = globals->quiet_plugins,
		.option_taken = globals->option_taken,
		.own_section = &stack_section,
	};
	struct option_list dirs = { 0 };
	struct options o = { 0 };
	int err = globals_add(&o, globals);

	for (size_t i = 0; !err && i < globals->plugin_dirs.n; i++)
		err = option_list_add(&dirs, globals->plugin_dirs.items[i],
				      strlen(globals->plugin_dirs.items[i]));
	if (!err && argc)
		err = options_peek(&o, "plugin-dir", &dirs, argc, argv);
	search.dirs = dirs.items;
	search.n_dirs = dirs.n;
	if (!err)
		err = plugins_load(plugins, &search);
	option_list_fini(&dirs);
	options_fini(&o);
	return err;
}

/* Output that could not be written is an error; a reader that has gone is not. */
static int finish_stdout(int status)
{
	if (!fflush(stdout) || errno == EPIPE || status)
		return status;
	log_fatal("can't write to the standard output: %s", strerror(errno));
	return EXIT_RUNTIME;
}

int globals_add_first(struct options *o, struct globals *globals)
{
	int err = options_add(o, "General options", before, sizeof(before) / sizeof(before[0]),
			      globals);

	if (!err)
		err = globals_add(o, globals);
	return err ? err : options_add(o, "General options", &version, 1, globals);
}

/* For who has never used it. */
static int show_first_steps(void)
{
	static const struct {
		const char *question, *command;
	} steps[] = {
		{ "What happens to packets on this machine?", "sudo retis collect" },
		{ "Where are they dropped, and why?", "sudo retis -p dropmon collect" },
		{ "Can that work here, and if not, why?", "sudo retis doctor" },
		{ "Where could one look?", "sudo retis inspect -p 'tcp_*'" },
		{ "What else is there?", "retis --help" },
	};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		printf("%-42s%s\n", steps[i].question, steps[i].command);
	return EXIT_USAGE;
}

int command_main(const struct command *table, int argc, char **argv)
{
	struct options o = { .command = "retis", .about = RETIS_ABOUT, .subcommand = true };
	struct globals globals = { .log_level = RETIS_LOG_INFO,
				   .option_taken = cmd_collect_has_option,
				   .commands = table };
	int err, status;

	if (argc <= 1)
		return finish_stdout(show_first_steps());
	err = globals_add_first(&o, &globals);
	status = err ? options_exit_code(&o, err) : command_run(table, &o, argc, argv, &globals);
	options_fini(&o);
	option_list_fini(&globals.plugin_dirs);
	option_list_fini(&globals.profiles);
	profiles_fini(&globals);
	return finish_stdout(status);
}

char *globals_command_line(const struct globals *globals, int argc, char **argv)
{
	struct retis_text text;

	if (text_init(&text, 256))
		return NULL;
	retis_text_str(&text, "retis");
	for (int i = 0; i < argc; i++) {
		retis_text_char(&text, ' ');
		quote_word(&text, argv[i]);
	}
	for (size_t i = 0; i < globals->n_presets; i++) {
		retis_text_str(&text, " --");
		retis_text_str(&text, globals->presets[i].name);
		if (!globals->presets[i].value)
			continue;
		retis_text_char(&text, ' ');
		quote_word(&text, globals->presets[i].value);
	}
	retis_text_char(&text, '\0');
	if (!text.failed)
		return text.data;
	text_fini(&text);
	return NULL;
}
