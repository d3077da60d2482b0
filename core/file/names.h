/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Event files by name: opening, and the names of a set of rotated ones. */
#ifndef FILE_NAMES_H
#define FILE_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/* Opens PATH for writing, and locks it if it is a file; it keeps what is in it.
 * The file descriptor, or a negative errno; -EBUSY: somebody writes to it. */
int names_open(const char *path, bool *created);

/* PATH becomes PATH.ID, on disk too. */
int names_rotate(const char *path, uint32_t id);
/* Removes PATH.ID, if it is there. */
void names_remove(const char *path, uint32_t id);

/* The directory's entry for PATH is on disk. */
void names_sync(const char *path);

/* Is FD still the file PATH names? */
bool names_same(const char *path, int fd);

#endif
