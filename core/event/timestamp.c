/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Timestamps in UTC. */
#include "core/event/timestamp.h"

#include <time.h>

#define NS_PER_SECOND 1000000000ull

/* 64 bits of nanoseconds end in 2554: a year has four digits. */
static bool cache_fill(struct timestamp_cache *cache, uint64_t second)
{
	time_t time = (time_t)second;
	struct tm utc;

	if (!gmtime_r(&time, &utc) ||
	    !strftime(cache->text, sizeof(cache->text), "%Y-%m-%d %H:%M:%S", &utc)) {
		cache->text[0] = '\0';
		return false;
	}
	cache->second = second;
	return true;
}

static void put_micros(struct retis_text *out, uint32_t micros)
{
	char digits[7] = { '.' };

	for (int i = 6; i > 0; i--) {
		digits[i] = (char)('0' + micros % 10);
		micros /= 10;
	}
	retis_text_bytes(out, digits, sizeof(digits));
}

void timestamp_utc(struct timestamp_cache *cache, uint64_t ns, int64_t offset,
		   struct retis_text *out)
{
	uint64_t now, second;

	if (__builtin_add_overflow(ns, offset, &now)) {
		retis_text_dec(out, ns);
		return;
	}
	second = now / NS_PER_SECOND;
	if ((!cache->text[0] || cache->second != second) && !cache_fill(cache, second)) {
		retis_text_dec(out, ns);
		return;
	}
	retis_text_bytes(out, cache->text, sizeof(cache->text) - 1);
	put_micros(out, (uint32_t)(now % NS_PER_SECOND / 1000));
}
