/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of what can be traced, in tracefs and debugfs; often not readable. */
#ifndef KERNEL_TRACEFS_H
#define KERNEL_TRACEFS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/util/slots.h"

/* The lines of a file, each cut behind its first word. */
struct word_list {
	char *text;
	const char **words;
	size_t n;
	size_t room;
	struct slots index;
	bool tried;
	int error;
};

/* Cuts TEXT, which it takes over. 0 or -ENOMEM. */
int word_list_take(struct word_list *list, char *text);
void word_list_fini(struct word_list *list);
bool word_list_has(const struct word_list *list, const char *word);

struct tracefs {
	/* Don't read `functions` and `blacklist` just for a single name. */
	bool spare;
	/* available_filter_functions */
	struct word_list functions;
	/* available_events: "group:name" */
	struct word_list events;
	/* Where kprobes are not allowed. */
	struct word_list blacklist;
};

/* Each reads its file when first called. 0, or why that can't be done. */
int tracefs_functions(struct tracefs *t);
int tracefs_events(struct tracefs *t);
int tracefs_blacklist(struct tracefs *t);

void tracefs_fini(struct tracefs *t);

#endif
