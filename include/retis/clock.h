/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The clock that events have their times by: CLOCK_MONOTONIC of clock_gettime(2), which begins when
 * the machine boots and stands still while it sleeps. There where <time.h> has it: POSIX.1-2001, or
 * a compiler's GNU dialect. */
#ifndef RETIS_CLOCK_H
#define RETIS_CLOCK_H

#include <stdint.h>
#include <time.h>

#ifdef CLOCK_MONOTONIC

/* Now, in nanoseconds. */
static inline uint64_t retis_clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* The same in milliseconds. */
static inline int64_t retis_clock_ms(void)
{
	return (int64_t)(retis_clock_ns() / 1000000);
}

#endif

#endif
