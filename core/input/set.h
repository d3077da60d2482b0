/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The files of a rotated set: which one comes next, and does it belong to it? */
#ifndef INPUT_SET_H
#define INPUT_SET_H

#include <stdbool.h>

#include <retis/reader.h>

struct set {
	/* The path that was given. */
	char *path;
	/* What the numbers are behind; NULL: no set, or not known yet. */
	char *base;
	/* It is the file that is being written, without a number. */
	bool live;
	/* Of the file that started last. */
	bool started;
	uint32_t id;
	uint64_t collection;
	int64_t clock_offset;
	char *command_line;
	/* The file that was opened must be the one after that. */
	bool expecting;
};

/* -ENOMEM. */
int set_init(struct set *set, const char *path);
void set_fini(struct set *set);

/* A file starts. 1: go on; 0: it is not of this set, which was logged with NAME
 * (escaped); -ENOMEM. */
int set_start(struct set *set, const struct retis_start *start, const char *name);

/* The path of the next file, to be freed, or NULL if there is none. FOLLOW: it may
 * be the one that is being written; -EAGAIN: it will be. -ENOMEM. */
int set_next(struct set *set, bool follow, char **path);

/* That file has got its number in the meantime: ask again. */
void set_missed(struct set *set);

/* PATH, which was asked for and is open by now, is not that file any more but one behind it: it had
 * got its number before. 1, 0 or -ENOMEM. */
int set_overtaken(const struct set *set, const char *path);

#endif
