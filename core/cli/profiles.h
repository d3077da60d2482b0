/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From --profile to the presets of a sub-command's options. */
#ifndef CLI_PROFILES_H
#define CLI_PROFILES_H

#include "core/cli/command.h"
#include "core/profile/profile.h"

struct kernel;

/* Reads the profiles of the command line and fills in the presets for COMMAND. 0; -EINVAL
 * after a message; -ENOMEM. */
int profiles_apply(struct globals *globals, const struct command *command);
void profiles_fini(struct globals *globals);

#define PROFILE_COMMANDS_MAX 32

/* The sub-commands profiles may have sections for, ends with NULL. */
struct profile_commands {
	const char *names[PROFILE_COMMANDS_MAX + 1];
};
void profile_commands_init(struct profile_commands *commands, const struct globals *globals);

/* This machine; *KERNEL is made when it is first needed, and is the caller's to free. */
void profile_machine_init(struct profile_machine *machine, struct kernel **kernel);

/* The section of profiles that has arguments for COMMAND; NULL: it takes none. */
const char *profile_section_for(const struct command *command);

/* For struct profile_reader: what is fatal as such, the rest as warnings. */
void profile_say(void *arg, bool fatal, const char *text);

/* The commands of 'retis profile'. */
int cmd_profile_show(int argc, char **argv, struct globals *globals);
int cmd_profile_save(int argc, char **argv, struct globals *globals);

#endif
