/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way to a file that is to be written, step by step. */
#ifndef FILE_WAY_H
#define FILE_WAY_H

#include <limits.h>
#include <stdbool.h>

struct way {
	/* O_PATH. */
	int folder;
	/* The last part, which may not be there yet and is no link, unless it is a
	 * `magic` one of /proc that leads to a file without a way. */
	char name[NAME_MAX + 1];
	bool magic;
	/* What is still to go. */
	char rest[PATH_MAX];
	unsigned int links;
};

/* STRICT: not by symbolic links that others can make. 0, and `folder` is the
 * caller's; a negative errno; or PLACE_LINK. */
int way_go(struct way *w, const char *path, bool strict);

/* Can anybody but root and us make entries in it? */
bool way_is_open(int folder);

#endif
