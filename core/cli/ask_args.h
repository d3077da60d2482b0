/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which events of a file are wanted: the options of commands that read one. */
#ifndef CLI_ASK_ARGS_H
#define CLI_ASK_ARGS_H

#include "core/ask/ask.h"
#include "core/cli/input_args.h"

struct ask_args {
	const char *packet, *inner;
	const char *meta;
	uint8_t series;
	/* What was made of them. */
	struct ask *ask;
};

/* Adds --filter-packet, --filter-inner, --filter-meta and --series. 0 or -ENOMEM. */
int ask_args_add(struct options *o, struct ask_args *args);
/* input_args_open() with the filter, from whose OPTIONS the plugins are. */
int ask_args_open(const struct options *o, struct ask_args *args,
		  const struct option_list *operands, struct input_options *options,
		  struct input **out);
/* When the input is closed. */
void ask_args_fini(struct ask_args *args);

/* Some events may be left out. */
static inline bool ask_args_given(const struct ask_args *args)
{
	return args->packet || args->inner || args->meta;
}

#endif
