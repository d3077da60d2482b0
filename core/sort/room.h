/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files without a name, and memory that becomes one of them when there is much of
 * it, so that the kernel can write it out.
 */
#ifndef SORT_ROOM_H
#define SORT_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In $TMPDIR, else /tmp; gone when it is closed. The descriptor, or a negative
 * errno after logging why. */
int temporary_file(void);

struct room {
	uint8_t *data;
	size_t length;
	size_t capacity;
	/* Mapped, not allocated. */
	bool mapped;
	int fd;
};

/* Takes no memory yet. */
void room_init(struct room *r);
void room_fini(struct room *r);

/* BYTES more, uninitialised, or NULL. What was got before may move. */
void *room_add(struct room *r, size_t bytes);
/* Forgets what is in it; memory that is a file is given back. */
void room_clear(struct room *r);

#endif
