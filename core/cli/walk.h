/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All commands with their options, for what is generated from them. */
#ifndef CLI_WALK_H
#define CLI_WALK_H

#include "core/cli/command.h"

struct walk {
	struct options_observer observer;
	struct globals *globals;
	/* Called for each command, from `retis` on, a command before those below it; O is there
	 * only during the call, and holds defaults. A NULL in o->subcommands: there are none. */
	void (*visit)(void *arg, const struct options *o);
	void *arg;
};

/* 0 or -ENOMEM. */
int walk_commands(struct walk *walk);

#endif
