/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FILE, FILE.., - or nothing. */
#include "core/cli/input_args.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DEFAULT_FILE "retis.data"

static int open_default(struct input_options *options, struct input **out)
{
	struct stat st;
	bool single = !stat(DEFAULT_FILE, &st) && S_ISREG(st.st_mode);
	bool rotated = !single && !stat(DEFAULT_FILE ".0", &st);

	options->range = true;
	return input_open(rotated ? DEFAULT_FILE ".0" : DEFAULT_FILE, options, out);
}

/* The path without the "..", to be freed. */
static char *split_range(const char *text, bool *range)
{
	size_t n = strlen(text);

	*range = n > 2 && !strcmp(text + n - 2, "..") && text[n - 3] != '/';
	return strndup(text, *range ? n - 2 : n);
}

bool input_args_is_file(const struct option_list *operands, const char *path)
{
	bool range, same;
	struct stat x, y;
	char *input = split_range(operands->n ? operands->items[0] : DEFAULT_FILE, &range);

	same = input && !stat(input, &x) && !stat(path, &y) && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino && S_ISREG(x.st_mode);
	free(input);
	return same;
}

static int open_named(const struct options *o, const char *name, const char *operand,
		      struct input_options *options, struct input **out)
{
	char *path = split_range(name, &options->range);
	struct stat st;
	int err;

	if (!path)
		return -ENOMEM;
	if (strcmp(path, "-") && stat(path, &st))
		err = options_usage_error(o, "invalid value '%s' for '%s': %s", name, operand,
					  strerror(errno));
	else
		err = input_open(path, options, out);
	free(path);
	return err;
}

int input_args_open(const struct options *o, const struct option_list *operands,
		    struct input_options *options, struct input **out)
{
	options->confine = true;
	return operands->n ? open_named(o, operands->items[0], "[INPUT]", options, out)
			   : open_default(options, out);
}

int input_args_open_all(const struct options *o, const struct option_list *operands,
			const struct input_options *options, struct input **out)
{
	struct input_options one = *options;
	int err = 0;

	for (size_t i = 0; i < operands->n && !err; i++) {
		one.opened = i ? NULL : options->opened;
		one.confine = i == operands->n - 1;
		err = open_named(o, operands->items[i], "FILE", &one, &out[i]);
	}
	return err;
}
