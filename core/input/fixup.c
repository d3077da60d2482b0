/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The history of upstream's JSON, as a table. */
#include "core/input/fixup.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/event/json.h"
#include "core/event/json_copy.h"

#define PATH_SIZE 160

enum fixup_kind {
	/* The member becomes a section of its own, at the top of the event. */
	HOIST,
	/* The member gets another name. */
	RENAME,
	/* The object gets a member. */
	DEFAULT,
};

struct fixup {
	/* Files up to this level need it. */
	enum fixup_level level;
	enum fixup_kind kind;
	const char *path;
	const char *to;
};

static const struct fixup fixups[] = {
	{ FIXUP_1_5, HOIST, "skb/packet", "/packet" },
	{ FIXUP_1_5, HOIST, "skb/dev", "/dev" },
	{ FIXUP_1_5, HOIST, "skb/ns", "/netns" },
	{ FIXUP_1_5, RENAME, "skb/packet/packet", "data" },
	{ FIXUP_1_5, RENAME, "skb/ns/netns", "inum" },
	{ FIXUP_1_5, DEFAULT, "ct/ct_status", "0" },
	{ FIXUP_1_5, DEFAULT, "ct/parent/ct_status", "0" },
	{ FIXUP_1_6, RENAME, "ct/tcp_state", "proto_state" },
	{ FIXUP_1_6, RENAME, "ct/parent/tcp_state", "proto_state" },
};

#define N_FIXUPS (sizeof(fixups) / sizeof(fixups[0]))

/* Files need the fix-ups of their level and of later ones. */
static bool fixup_applies(const struct fixup *f, enum fixup_level level)
{
	return level <= f->level;
}

static bool take_digits(const char **at, unsigned long *out)
{
	char *end;

	if (!isdigit((unsigned char)**at))
		return false;
	*out = strtoul(*at, &end, 10);
	*at = end;
	return true;
}

int fixup_level(const char *version)
{
	const char *at = version + (*version == 'v');
	unsigned long major, minor;

	if (!take_digits(&at, &major) || *at++ != '.' || !take_digits(&at, &minor))
		return FIXUP_1_5;
	/* Upstream had no 0: it is one of our own. */
	if (major != 1 || minor > 6)
		return FIXUP_NONE;
	if (minor < 5)
		return -ENOTSUP;
	return minor == 6 ? FIXUP_1_6 : FIXUP_1_5;
}

/* The last part of F's path, if the rest of it is PATH; else NULL. */
static const char *key_below(const struct fixup *f, const char *path)
{
	size_t n = strlen(path);

	if (strncmp(f->path, path, n) || f->path[n] != '/' || strchr(f->path + n + 1, '/'))
		return NULL;
	return f->path + n + 1;
}

const char *fixup_hoist(enum fixup_level level, const char *path, struct json key)
{
	for (size_t i = 0; i < N_FIXUPS; i++) {
		const struct fixup *f = &fixups[i];
		const char *last = f->kind == HOIST ? key_below(f, path) : NULL;

		if (last && fixup_applies(f, level) && json_key_is(key, last))
			return f->to + 1;
	}
	return NULL;
}

bool fixup_wanted(enum fixup_level level, const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < N_FIXUPS; i++) {
		if (fixup_applies(&fixups[i], level) && !strncmp(fixups[i].path, path, n) &&
		    fixups[i].path[n] == '/')
			return true;
	}
	return false;
}

static const struct fixup *find_rename(enum fixup_level level, const char *path, struct json key)
{
	for (size_t i = 0; i < N_FIXUPS; i++) {
		const struct fixup *f = &fixups[i];
		const char *last = f->kind == RENAME ? key_below(f, path) : NULL;

		if (last && fixup_applies(f, level) && json_key_is(key, last))
			return f;
	}
	return NULL;
}

static void put_fixed_key(struct retis_text *out, size_t start, const char *key, size_t length)
{
	if (out->length > start)
		retis_text_char(out, ',');
	json_string_copy(out, key, length);
	retis_text_char(out, ':');
}

static void put_fixed_member(enum fixup_level level, const char *path, struct json key,
			     struct json value, struct retis_text *out)
{
	char below[PATH_SIZE];
	int n = snprintf(below, sizeof(below), "%s/%.*s", path,
			 (int)(key.length < PATH_SIZE ? key.length : PATH_SIZE), key.text);

	if (n > 0 && (size_t)n < sizeof(below) && json_kind(value) == JSON_OBJECT &&
	    fixup_wanted(level, below))
		fixup_section(level, below, value, out);
	else
		json_copy(value, out);
}

static void put_defaults(enum fixup_level level, const char *path, struct json section,
			 struct retis_text *out, size_t start)
{
	struct json there;

	for (size_t i = 0; i < N_FIXUPS; i++) {
		const struct fixup *f = &fixups[i];
		const char *key = f->kind == DEFAULT ? key_below(f, path) : NULL;

		if (!key || !fixup_applies(f, level) || json_find(section, key, &there))
			continue;
		put_fixed_key(out, start, key, strlen(key));
		retis_text_str(out, f->to);
	}
}

void fixup_section(enum fixup_level level, const char *path, struct json section,
		   struct retis_text *out)
{
	struct json_cursor c = json_within(section);
	struct json key, value, there;
	size_t start;

	retis_text_char(out, '{');
	start = out->length;
	while (json_next_member(&c, &key, &value)) {
		const struct fixup *rename = find_rename(level, path, key);

		if (fixup_hoist(level, path, key) ||
		    (rename && json_find(section, rename->to, &there)))
			continue;
		if (rename)
			put_fixed_key(out, start, rename->to, strlen(rename->to));
		else
			put_fixed_key(out, start, key.text, key.length);
		put_fixed_member(level, path, key, value, out);
	}
	put_defaults(level, path, section, out, start);
	retis_text_char(out, '}');
}
