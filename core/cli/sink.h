/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Much text on its way to a file descriptor. */
#ifndef CLI_SINK_H
#define CLI_SINK_H

#include <stdbool.h>

#include <retis/text.h>

/* Bytes worth a write. */
#define SINK_ENOUGH (64u << 10)

struct sink {
	struct retis_text text;
	int fd;
	/* 0, or why nothing is written any more: -EPIPE, -ENOSPC ... */
	int error;
};

/* -ENOMEM. */
int sink_init(struct sink *s, int fd);
void sink_fini(struct sink *s);

/* Writes what there is. The error, if there is one. */
int sink_flush(struct sink *s);
/* Writes it if there is enough of it. */
int sink_some(struct sink *s);

/* Much that is no text. The error, if there is one. */
int sink_bytes(struct sink *s, const void *data, size_t n);

/* The program's exit code at the end: a reader that is gone is no failure;
 * another error gets its message, with NAME in it. */
int sink_status(const struct sink *s, const char *name);

/* A file of that name is to be JSON. */
bool sink_is_json_name(const char *path);
/* It ends in END, with something before that. */
bool sink_name_ends_in(const char *path, const char *end);

#endif
