/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/cli/walk.h"

static void see_options(struct options_observer *observer, struct options *o)
{
	struct walk *walk = (void *)observer;

	walk->visit(walk->arg, o);
	for (const struct command *c = o->subcommands; c && c->name; c++)
		command_observe(c, walk->globals, observer);
}

int walk_commands(struct walk *walk)
{
	/* Its defaults, not what was given. */
	struct globals plain = *walk->globals;
	struct options o = { .command = "retis",
			     .about = RETIS_ABOUT,
			     .subcommand = true,
			     .subcommands = walk->globals->commands,
			     .observer = &walk->observer };
	int err = globals_add_first(&o, &plain);

	walk->observer.see = see_options;
	o.observer = &walk->observer;
	if (!err)
		err = options_parse(&o, 0, NULL);
	options_fini(&o);
	return err < 0 ? err : 0;
}
