/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command that --cmd runs while events are collected. */
#ifndef CORE_SESSION_COMMAND_H
#define CORE_SESSION_COMMAND_H

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

/* Limits of this process that are raised for probes, as they were. */
struct command_limits {
	struct rlimit files;
	struct rlimit locked;
};

/* All zero: there is none. */
struct command_run {
	/* Borrowed. */
	const char *text;
	pid_t pid;
	bool ended;
	/* As waitpid() has it; valid once it has ended. */
	int status;
};

void command_save_limits(struct command_limits *limits);

/* Starts `sh -c TEXT` with default signals, those limits, and the standard error as its
 * output; QUIET: without. 0 or a negative errno. */
int command_start(struct command_run *c, const char *text, bool quiet,
		  const struct command_limits *limits);

/* True if it has ended since it was asked last. */
bool command_has_ended(struct command_run *c);

/* Says in the log how it ended, or that it has not. */
void command_report(struct command_run *c);

/* As a shell has it: 128 and the signal's number. 0 if it has not ended. */
int command_exit_code(const struct command_run *c);

#endif
