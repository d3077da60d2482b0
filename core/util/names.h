/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An index of many names: what each is the name of, a number. */
#ifndef UTIL_NAMES_H
#define UTIL_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct names_entry {
	/* Borrowed. */
	const char *name;
	uint32_t value;
	/* Index + 1 of the next one of the same bucket, 0: none. */
	uint32_t next;
};

/* All zeros: empty. */
struct names {
	struct names_entry *entries;
	size_t n;
	size_t room;
	/* Index + 1 of the first entry of each bucket; a power of two. */
	uint32_t *buckets;
	size_t n_buckets;
};

void names_fini(struct names *names);

/* Room for N names in all, added then without moving what is there. 0 or -ENOMEM. */
int names_reserve(struct names *names, size_t n);

/* Several of the same name are kept. 0 or -ENOMEM. */
int names_add(struct names *names, const char *name, uint32_t value);

/* NULL if there is none. The one added last comes first, names_next() has those
 * before it. */
const struct names_entry *names_find(const struct names *names, const char *name);
const struct names_entry *names_next(const struct names *names, const struct names_entry *entry);

#endif
