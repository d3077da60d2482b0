/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retis plugin: what is installed. */
#include <errno.h>

#include "core/cli/command.h"
#include "core/kernel/kernel.h"
#include "core/plugin/list.h"
#include "core/plugin/plugin.h"

struct args {
	/* enum list_format. */
	unsigned int format;
};

static const struct retis_choice formats[] = {
	{ "text", LIST_TEXT },
	{ "json", LIST_JSON },
	{},
};

static const struct option_spec list_options[] = {
	{ .name = "format",
	  .type = OPTION_CHOICE,
	  .value = "FORMAT",
	  .offset = offsetof(struct args, format),
	  .choices = formats,
	  .help = "How to print the list." },
};

static int print_list(const struct plugins *plugins, enum list_format format)
{
	struct kernel *k = kernel_new();
	int err;

	if (!k)
		return -ENOMEM;
	err = plugins_list(plugins, k, format, stdout);
	kernel_free(k);
	return err;
}

static int plugin_list(int argc, char **argv, struct globals *globals)
{
	struct options o = { .command = "retis plugin list",
			     .about = "Lists the plugins found, whether they can run on this "
				      "machine, and files that were refused." };
	struct args args = { .format = LIST_TEXT };
	struct plugins plugins = { 0 };
	int err = options_add(&o, "Options", list_options, 1, &args);

	/* Parsing adds to the directories: they are searched for by then. */
	if (!err)
		err = globals_add(&o, globals);
	if (!err)
		err = options_parse(&o, argc, argv);
	globals->quiet_plugins = true;
	if (!err)
		err = globals_load_plugins(globals, 0, NULL, &plugins);
	if (!err)
		err = print_list(&plugins, (enum list_format)args.format);
	options_fini(&o);
	plugins_fini(&plugins);
	return options_exit_code(&o, err);
}

static const struct command commands[] = {
	{ "list", "List the plugins that are installed.", plugin_list },
	{},
};

int cmd_plugin(int argc, char **argv, struct globals *globals)
{
	struct options o = { .command = "retis plugin",
			     .about = "Collector plugins: what is installed, and from where.",
			     .subcommand = true };
	int status = command_run(commands, &o, argc, argv, globals);

	options_fini(&o);
	return status;
}
