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
	/* A date without a time: its first nanosecond. */
	bool day;
	/* A time without a date: since midnight. */
	bool clock;
	uint64_t ns;
};

/* The fraction and seconds may be left out, and the date or the time; 'T' may stand
 * for the space, a 'Z' at the end. -EINVAL. */
int when_parse(const char *text, struct when *when);

/* Gives what has no date that of TIME (ns since boot), by that clock offset. */
void when_set_date(struct when *when, uint64_t time, int64_t clock_offset);

/* The end of what it names: of the whole day, if it is one. */
void when_to_end(struct when *when);

/* In ns since boot, of a file with that clock offset. Times before boot are 0. */
uint64_t when_monotonic(const struct when *when, int64_t clock_offset);

#endif
