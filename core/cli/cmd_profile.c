/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retis profile: what profiles there are. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/cli/profiles.h"
#include "core/plugin/plugin.h"
#include "core/util/escape.h"
#include "core/util/log.h"

static void say_while_listing(void *arg, bool fatal, const char *text)
{
	(void)arg;
	if (fatal)
		log_warn("Skipping invalid file %s", text);
	else
		log_warn("%s", text);
}

static void print_profile_row(const struct profile *profile)
{
	char name[256], about[1024] = "";

	escape_text(name, sizeof(name), profile->name);
	if (profile->about)
		escape_text(about, sizeof(about), profile->about);
	printf("  %-20s %s\n", name, about);
}

static int list_file(void *arg, const char *path)
{
	const struct profile_reader *reader = arg;
	struct profile_file file;
	char safe[4096];
	int err = profile_read(reader, path, &file);

	if (err)
		return err == -EINVAL ? 0 : err;
	if (file.n)
		printf("%s:\n", escape_text(safe, sizeof(safe), path));
	for (size_t i = 0; i < file.n; i++)
		print_profile_row(&file.list[i]);
	profile_file_fini(&file);
	return 0;
}

static int list_all(const struct globals *globals)
{
	struct profile_commands commands;
	struct profile_reader reader = { commands.names, say_while_listing, NULL };
	struct profile_dirs dirs;
	int err = profile_dirs_init(&dirs, globals->profiles_dir);

	profile_commands_init(&commands, globals);
	for (size_t i = 0; i < dirs.n && !err; i++)
		err = profile_dir_walk(dirs.dirs[i], list_file, &reader);
	profile_dirs_fini(&dirs);
	return err;
}

static int profile_list(int argc, char **argv, struct globals *globals)
{
	struct options o = { .command = "retis profile list",
			     .about = "Lists the profiles in the directories they are looked for "
				      "in, in that order: the first of a name is taken." };
	int err = globals_add(&o, globals);

	if (!err)
		err = options_parse(&o, argc, argv);
	if (!err)
		err = list_all(globals);
	options_fini(&o);
	return options_exit_code(&o, err);
}

static const struct command commands[] = {
	{ "list", "List the profiles there are.", profile_list },
	{ "show", "Show the command line a profile stands for here.", cmd_profile_show },
	{ "save", "Keep a command line as a profile.", cmd_profile_save },
	{},
};

int cmd_profile(int argc, char **argv, struct globals *globals)
{
	struct options o = { .command = "retis profile",
			     .about = "Profiles are arguments of sub-commands kept under a name, "
				      "for 'retis -p NAME collect'.",
			     .subcommand = true };
	int status = command_run(commands, &o, argc, argv, globals);

	options_fini(&o);
	return status;
}
