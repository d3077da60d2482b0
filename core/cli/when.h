/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Points in time on the command line. */
#ifndef CLI_WHEN_H
#define CLI_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#define WHEN_HELP "in UTC, 'YYYY-MM-DD HH:MM:SS.ffffff', or nanoseconds since boot"

struct when {
	bool given;
	/* `ns` is since 1970, not since boot. */
	bool utc;
	uint64_t ns;
};

/* Parts may be left out from the end, down to the minute; 'T' may stand for the
 * space, a 'Z' at the end. -EINVAL. */
int when_parse(const char *text, struct when *when);

/* In ns since boot, of a file with that clock offset. Times before boot are 0. */
uint64_t when_monotonic(const struct when *when, int64_t clock_offset);

#endif
