/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hash table with chains, which grows. */
#include "core/util/names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/util/list.h"

void names_fini(struct names *names)
{
	free(names->entries);
	free(names->buckets);
	*names = (struct names){};
}

/* FNV-1a. */
static uint32_t hash_string(const char *name)
{
	uint32_t h = 2166136261u;

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 16777619u;
	return h ^ h >> 15;
}

static void chain_entry(struct names *names, size_t i)
{
	struct names_entry *e = &names->entries[i];
	uint32_t *bucket = &names->buckets[hash_string(e->name) & (names->n_buckets - 1)];

	e->next = *bucket;
	*bucket = (uint32_t)i + 1;
}

static int rehash_names(struct names *names, size_t n)
{
	uint32_t *buckets = calloc(n, sizeof(*buckets));

	if (!buckets)
		return -ENOMEM;
	free(names->buckets);
	names->buckets = buckets;
	names->n_buckets = n;
	for (size_t i = 0; i < names->n; i++)
		chain_entry(names, i);
	return 0;
}

int names_reserve(struct names *names, size_t n)
{
	size_t buckets = names->n_buckets ? names->n_buckets : 64;
	struct names_entry *entries;

	if (n <= names->room)
		return 0;
	entries = reallocarray(names->entries, n, sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	names->entries = entries;
	names->room = n;
	while (buckets < n)
		buckets *= 2;
	return buckets > names->n_buckets ? rehash_names(names, buckets) : 0;
}

int names_add(struct names *names, const char *name, uint32_t value)
{
	int err = list_grow((void **)&names->entries, names->n, &names->room,
			    sizeof(*names->entries));

	if (!err && names->n >= names->n_buckets)
		err = rehash_names(names, names->n_buckets ? names->n_buckets * 4 : 64);
	if (err)
		return err;
	names->entries[names->n] = (struct names_entry){ .name = name, .value = value };
	chain_entry(names, names->n++);
	return 0;
}

static const struct names_entry *find_in_chain(const struct names *names, uint32_t at,
					       const char *name)
{
	while (at && strcmp(names->entries[at - 1].name, name))
		at = names->entries[at - 1].next;
	return at ? &names->entries[at - 1] : NULL;
}

const struct names_entry *names_find(const struct names *names, const char *name)
{
	if (!names->n)
		return NULL;
	return find_in_chain(names, names->buckets[hash_string(name) & (names->n_buckets - 1)],
			     name);
}

const struct names_entry *names_next(const struct names *names, const struct names_entry *entry)
{
	return find_in_chain(names, entry->next, entry->name);
}
