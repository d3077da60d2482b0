/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/file/limit.h"

#include <errno.h>
#include <string.h>

static const struct unit {
	const char *name;
	enum retis_split_kind kind;
	uint64_t factor;
} units[] = {
	{ "MB", RETIS_SPLIT_SIZE, 1000000 },
	{ "GB", RETIS_SPLIT_SIZE, 1000000000 },
	{ "MiB", RETIS_SPLIT_SIZE, 1ull << 20 },
	{ "GiB", RETIS_SPLIT_SIZE, 1ull << 30 },
	{ "s", RETIS_SPLIT_TIME, 1 },
	{ "m", RETIS_SPLIT_TIME, 60 },
	{ "h", RETIS_SPLIT_TIME, 3600 },
};

static const struct unit *find_unit(const char *name)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (!strcmp(units[i].name, name))
			return &units[i];
	return NULL;
}

int limit_parse(const char *text, struct retis_split *out)
{
	size_t digits = strspn(text, "0123456789");
	const struct unit *unit = find_unit(text + digits);
	uint64_t value = 0;

	if (!digits || !unit)
		return -EINVAL;
	for (size_t i = 0; i < digits; i++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(text[i] - '0'), &value))
			return -EINVAL;
	if (!value || __builtin_mul_overflow(value, unit->factor, &value))
		return -EINVAL;
	/* Seconds are turned into nanoseconds. */
	if (unit->kind == RETIS_SPLIT_TIME && value > UINT64_MAX / 1000000000)
		return -EINVAL;
	*out = (struct retis_split){ .kind = unit->kind, .limit = value };
	return 0;
}
