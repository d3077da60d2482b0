/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files that implement core/cli/options.h; not for others. */
#ifndef CLI_OPTIONS_PRIVATE_H
#define CLI_OPTIONS_PRIVATE_H

#include <getopt.h>

#include "core/cli/options.h"

enum scan_kind {
	SCAN_END,
	/* An option, with its value. */
	SCAN_OPTION,
	/* A word that is no option: `value`. */
	SCAN_OPERAND,
	/* No such option: `word`. */
	SCAN_UNKNOWN,
	/* An option that lacks its value, or has one it doesn't take. */
	SCAN_NO_VALUE,
	SCAN_EXTRA_VALUE,
};

struct scan_item {
	enum scan_kind kind;
	size_t entry;
	const char *value;
	/* Points into argv or to `letter`. */
	const char *word;
	char letter[3];
};

/* A walk through argv by getopt_long(), whose state is global: one at a time. */
struct scan {
	const struct options *options;
	int argc;
	char **argv;
	struct option *longs;
	char *shorts;
	/* Behind "--": only operands. */
	bool only_operands;
};

int scan_init(struct scan *s, const struct options *o, int argc, char **argv);
void scan_fini(struct scan *s);
void scan_next(struct scan *s, struct scan_item *item);
/* Index of the first word that was not looked at. */
int scan_rest(void);

/* "--name", or "-x" if it has no name. */
void option_label(const struct option_spec *spec, char *text, size_t size);
/* The option takes a value. */
bool option_has_value(const struct option_spec *spec);

/* Before the command line: 0, -EINVAL (printed) or -ENOMEM. */
int options_take_presets(struct options *o);

/* Appends what the help says of it: meaning, values, default. */
void option_describe(const struct option_entry *e, struct retis_text *text);

/* Checks and stores VALUE. 0, -EINVAL (printed) or -ENOMEM. */
int option_store(const struct options *o, struct option_entry *entry, const char *value);

#endif
