/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The event file that commands read, as people name it. */
#ifndef CLI_INPUT_ARGS_H
#define CLI_INPUT_ARGS_H

#include "core/cli/options.h"
#include "core/input/input.h"

/* For struct option_operand. */
#define INPUT_ARGS_VALUE "INPUT"
#define INPUT_ARGS_HELP                                                                        \
	"Event file; FILE.. for it and the rotated ones behind it, - for the standard input. " \
	"Without it: retis.data, else retis.data.0 and those behind it."

/*
 * Opens what the operands (none or one) name; OPTIONS' `range` is set from it.
 * Privileges are given up then, see struct input_options: what needs some is opened
 * by `opened`.
 * -EINVAL after a usage error; another negative errno after logging why.
 */
int input_args_open(const struct options *o, const struct option_list *operands,
		    struct input_options *options, struct input **out);

/* The same for each of OPERANDS, of which there is one; *OUT are as many, NULL if not opened.
 * Privileges are given up with the last one, `opened` is called with the first one. */
int input_args_open_all(const struct options *o, const struct option_list *operands,
			const struct input_options *options, struct input **out);

/* PATH is the file that the operands name: it can't be written. */
bool input_args_is_file(const struct option_list *operands, const char *path);

#endif
