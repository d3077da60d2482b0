/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a point in time, and as the limit of a file: what is taken stays in range by any
 * clock.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/cli/when.h"
#include "core/file/limit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_when(const struct when *parsed, int64_t clock_offset)
{
	struct when start = *parsed, end;

	when_set_date(&start, 3600000000000, clock_offset);
	if (start.clock)
		abort();
	end = start;
	when_to_end(&end);
	if (when_monotonic(&end, clock_offset) < when_monotonic(&start, clock_offset))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct retis_split split = { 0 };
	struct when when = { 0 };

	if (!text)
		return 0;
	if (!when_parse(text, &when)) {
		check_when(&when, 0);
		check_when(&when, 1700000000000000000);
		check_when(&when, INT64_MIN);
		check_when(&when, INT64_MAX);
	}
	if (!limit_parse(text, &split) && (split.kind == RETIS_SPLIT_NONE || !split.limit))
		abort();
	free(text);
	return 0;
}
