/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* One file of an input: what the kinds of files have in common. */
#ifndef INPUT_BACKEND_H
#define INPUT_BACKEND_H

#include "core/input/input.h"

struct backend;

struct backend_ops {
	enum input_format format;
	/* As input_next(). */
	int (*next)(struct backend *b, struct input_item *item);
	/* As input_seek(); may be NULL. */
	void (*seek)(struct backend *b, uint64_t timestamp);
	void (*close)(struct backend *b);
	void (*totals)(const struct backend *b, struct input_totals *totals);
};

struct backend {
	const struct backend_ops *ops;
	/* Owned by the backend that this is the head of. */
	const struct input_names *names;
};

/* Most messages about bad places of one file. */
#define BACKEND_MESSAGES 10
#define BACKEND_PEEK 4096

/* All borrowed, as long as the backend; `peeked` during the call only. */
struct backend_file {
	/* For messages: escaped. */
	const char *name;
	int fd;
	const void *peeked;
	size_t n_peeked;
	const struct input_options *options;
};

/* A negative errno after logging why. */
int backend_json_open(const struct backend_file *file, struct backend **out);
int backend_retis_open(const struct backend_file *file, struct backend **out);

#endif
