/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Timestamps of events as people read them. */
#ifndef EVENT_TIMESTAMP_H
#define EVENT_TIMESTAMP_H

#include <stdint.h>

#include <retis/text.h>

/* The last second that was spelled out: events come many a second. All zero:
 * none yet. */
struct timestamp_cache {
	uint64_t second;
	char text[sizeof("YYYY-MM-DD HH:MM:SS")];
};

/*
 * `ns` since boot plus `offset` ns (CLOCK_REALTIME - CLOCK_MONOTONIC) as
 * YYYY-MM-DD HH:MM:SS.uuuuuu in UTC, or `ns` in decimal if that is no time.
 */
void timestamp_utc(struct timestamp_cache *cache, uint64_t ns, int64_t offset,
		   struct retis_text *out);

#endif
