/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/cli/when.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NS_PER_SECOND 1000000000ull
#define DAY (24 * 3600 * NS_PER_SECOND)

static int parse_ns(const char *text, struct when *when)
{
	char *end;

	errno = 0;
	when->ns = strtoull(text, &end, 10);
	when->utc = false;
	return errno || *end ? -EINVAL : 0;
}

/* Digits behind the dot; what is below a nanosecond is dropped. */
static const char *parse_fraction(const char *at, uint64_t *ns)
{
	uint64_t unit = NS_PER_SECOND / 10;

	for (*ns = 0; *at >= '0' && *at <= '9'; at++, unit /= 10)
		*ns += (uint64_t)(*at - '0') * unit;
	return at;
}

static int parse_utc(const char *text, struct when *when)
{
	static const char *const formats[] = {
		"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M",
		"%Y-%m-%d",	     "%H:%M:%S",	  "%H:%M"
	};
	const char *end = NULL;
	uint64_t fraction = 0;
	struct tm tm;
	time_t seconds;

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]) && !end; i++) {
		tm = (struct tm){ .tm_year = 70, .tm_mday = 1 };
		end = strptime(text, formats[i], &tm);
		when->clock = !strchr(formats[i], 'Y');
		when->day = !strchr(formats[i], 'H');
	}
	if (!end)
		return -EINVAL;
	if (*end == '.' && !when->day)
		end = parse_fraction(end + 1, &fraction);
	end += *end == 'Z';
	seconds = timegm(&tm);
	if (*end || seconds < 0 || (uint64_t)seconds > UINT64_MAX / NS_PER_SECOND - 1)
		return -EINVAL;
	when->ns = (uint64_t)seconds * NS_PER_SECOND + fraction;
	when->utc = true;
	return 0;
}

int when_parse(const char *text, struct when *when)
{
	struct when w = { .given = true };
	bool digits = *text && !text[strspn(text, "0123456789")];
	int err = digits ? parse_ns(text, &w) : parse_utc(text, &w);

	if (!err)
		*when = w;
	return err;
}

void when_set_date(struct when *when, uint64_t time, int64_t clock_offset)
{
	uint64_t utc = time + (uint64_t)clock_offset;

	if (!when->clock)
		return;
	when->ns += utc - utc % DAY;
	when->clock = false;
}

void when_to_end(struct when *when)
{
	if (when->day)
		when->ns += DAY - 1;
	when->day = false;
}

uint64_t when_monotonic(const struct when *when, int64_t clock_offset)
{
	uint64_t back = (uint64_t)clock_offset;

	if (!when->utc)
		return when->ns;
	if (clock_offset < 0)
		return when->ns + (0 - back);
	return when->ns > back ? when->ns - back : 0;
}
