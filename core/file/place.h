/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Event files by name: opening, and the names of a set of rotated ones. The way to
 * the folder is gone once; from then on the folder is what was found then, whatever
 * others do to the way.
 *
 * As root nobody else can make us write where they can't: symbolic links in folders
 * others can write to are not followed, files of others are left alone.
 */
#ifndef FILE_PLACE_H
#define FILE_PLACE_H

#include <stdbool.h>
#include <stdint.h>

/* It is somebody else's file; other errors are errno's. */
#define PLACE_FOREIGN (-1000)
/* It is a symbolic link that others could have made. */
#define PLACE_LINK (-1001)

struct place {
	/* -1: the standard output. */
	int folder;
	char *name;
	/* It is a link the kernel makes up, below /proc. */
	bool magic;
	/* We are root. */
	bool strict;
};

/* PATH "-": the standard output. 0, a negative errno, or one of the above. */
int place_init(struct place *p, const char *path);
void place_fini(struct place *p);

/* Opens it for writing, and locks it if it is a file; it keeps what is in it.
 * The file descriptor, or an error; -EBUSY: somebody writes to it. */
int place_open(const struct place *p, bool *created);

/* NAME becomes NAME.ID, on disk too. */
int place_rotate(const struct place *p, uint32_t id);
/* Removes NAME.ID, if it is there and ours. */
void place_remove(const struct place *p, uint32_t id);
/* Removes the file at FD, if it has its name still. */
void place_drop(const struct place *p, int fd);

/* The folder's entry is on disk. */
void place_sync(const struct place *p);

/* Is FD still the file of that name? */
bool place_same(const struct place *p, int fd);

/* PATH is a FIFO: opening it waits for a reader, if there is none yet. Not looked at by
 * opening it: a reader that waits would take the close for the end. */
bool place_waits(const char *path);

/* What is wrong, in words; static. */
const char *place_error(int err);

#endif
