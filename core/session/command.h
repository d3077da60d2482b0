/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command that --cmd runs while events are collected. */
#ifndef CORE_SESSION_COMMAND_H
#define CORE_SESSION_COMMAND_H

#include <stdbool.h>
#include <sys/types.h>

/* Starts `sh -c TEXT` with default signals and no output. Its pid, or a negative
 * errno. */
pid_t command_start(const char *text);

/* True once it has ended; says how in the log. */
bool command_ended(pid_t pid);

#endif
