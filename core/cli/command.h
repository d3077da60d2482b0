/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * retis [GLOBAL OPTIONS] SUBCOMMAND [OPTIONS]: sub-commands, and the options
 * they have in common.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>

#include "core/cli/options.h"

struct plugins;

#define RETIS_ABOUT "Traces packets through the Linux networking stack."

#define EXIT_RUNTIME 1
#define EXIT_USAGE 2

struct globals {
	/* enum retis_log_level. */
	unsigned int log_level;
	uint8_t version;
	struct option_list plugin_dirs;
	/* The command shows refused plugins itself. */
	bool quiet_plugins;
	/* An option of a command that plugins add options to. */
	bool (*option_taken)(const char *name);
	/* Those of main(). */
	const struct command *commands;
	/* Profiles to take, and where else to look for them. */
	struct option_list profiles;
	const char *profiles_dir;
	/* What the profiles say; see core/cli/profiles.h. */
	struct profile_use *use;
	const struct option_preset *presets;
	size_t n_presets;
	/* Gets the options of commands, which then do nothing. */
	struct options_observer *observer;
};

struct command {
	const char *name;
	const char *about;
	/* argv[0] is the command's name. Returns the program's exit code. */
	int (*run)(int argc, char **argv, struct globals *globals);
};

/* Parses the options of O (a `subcommand` one), then runs one of TABLE, which
 * ends with a NULL name. The program's exit code. */
int command_run(const struct command *table, struct options *o, int argc, char **argv,
		struct globals *globals);
/* The same with the program's own options: what main() does. */
int command_main(const struct command *table, int argc, char **argv);

/* The command of that exact name, or NULL. */
const struct command *command_find(const struct command *table, const char *name);
/* Lets OBSERVER see the options of a command, the plugins' among them. */
void command_observe(const struct command *command, struct globals *globals,
		     struct options_observer *observer);

/* Adds the options that stand before the sub-command. */
int globals_add_first(struct options *o, struct globals *globals);
/* Adds the global options that are accepted behind a sub-command too. */
int globals_add(struct options *o, struct globals *globals);
/*
 * Loads the plugins; argv is only searched for --plugin-dir, so that plugins can
 * add options before it is parsed. A negative errno, see plugins_load().
 */
int globals_load_plugins(struct globals *globals, int argc, char **argv, struct plugins *plugins);
/* As it could be typed, behind it what profiles add; on the heap. NULL: no memory. */
char *globals_command_line(const struct globals *globals, int argc, char **argv);

/* "v1.2.3", from the build. */
const char *retis_version(void);
/* --version: prints it, and those of libbpf, kernel and plugins. The program's exit code. */
int versions_show(struct globals *globals);

struct collect_options;

/* What is done with the command line of 'retis collect': 0 or a negative errno. */
typedef int collect_run(const struct collect_options *options, struct plugins *plugins);

/* Parses it, and hands it to RUN. The program's exit code. */
int collect_command(struct options *o, int argc, char **argv, struct globals *globals,
		    collect_run *run);

int cmd_collect(int argc, char **argv, struct globals *globals);
/* It has an option of this name, which plugins may not take. */
bool cmd_collect_has_option(const char *name);
int cmd_doctor(int argc, char **argv, struct globals *globals);
int cmd_report_bug(int argc, char **argv, struct globals *globals);
int cmd_inspect(int argc, char **argv, struct globals *globals);
int cmd_convert(int argc, char **argv, struct globals *globals);
int cmd_print(int argc, char **argv, struct globals *globals);
int cmd_python(int argc, char **argv, struct globals *globals);
int cmd_schema(int argc, char **argv, struct globals *globals);
int cmd_merge(int argc, char **argv, struct globals *globals);
int cmd_sort(int argc, char **argv, struct globals *globals);
int cmd_pcap(int argc, char **argv, struct globals *globals);
int cmd_stats(int argc, char **argv, struct globals *globals);
int cmd_plugin(int argc, char **argv, struct globals *globals);
int cmd_profile(int argc, char **argv, struct globals *globals);
int cmd_sh_complete(int argc, char **argv, struct globals *globals);
int cmd_man_pages(int argc, char **argv, struct globals *globals);

#endif
