/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/names/tables.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/util/hash.h"
#include "core/util/list.h"

struct name {
	uint64_t since;
	/* Of the same table and key, the one that begins before it. */
	struct name *older;
	uint64_t hash;
	uint32_t key_size;
	/* Bytes of the table's name and of the text, their zeros included; they lie
	 * behind the key. */
	uint32_t table_size;
	uint32_t text_size;
	char data[];
};

static const char *name_table(const struct name *name)
{
	return name->data + name->key_size;
}

static const char *name_text(const struct name *name)
{
	return name_table(name) + name->table_size;
}

static uint64_t hash_name(const char *table, const void *key, uint32_t key_size)
{
	return hash_bytes(hash_bytes(HASH_START, key, key_size), table, strlen(table));
}

static bool is_name_of(const struct name *name, const char *table, const void *key,
		       uint32_t key_size)
{
	return name->key_size == key_size && !memcmp(name->data, key, key_size) &&
	       !strcmp(name_table(name), table);
}

/* The slot it has, or would have. There are slots, and not all are taken. */
static struct name **find_name_slot(const struct name_tables *names, uint64_t hash,
				    const char *table, const void *key, uint32_t key_size)
{
	for (size_t i = hash;; i++) {
		struct name **slot = &names->slots[i & (names->n_slots - 1)];

		if (!*slot || ((*slot)->hash == hash && is_name_of(*slot, table, key, key_size)))
			return slot;
	}
}

static int grow_slots(struct name_tables *names)
{
	struct name_tables grown = { .n_slots = names->n_slots ? names->n_slots * 2 : 64 };

	if (names->n < names->n_slots / 2)
		return 0;
	grown.slots = calloc(grown.n_slots, sizeof(*grown.slots));
	if (!grown.slots)
		return -ENOMEM;
	for (size_t i = 0; i < names->n; i++) {
		struct name *name = names->list[i];
		struct name **slot = find_name_slot(&grown, name->hash, name_table(name),
						    name->data, name->key_size);

		if (!*slot || (*slot)->since <= name->since)
			*slot = name;
	}
	free(names->slots);
	names->slots = grown.slots;
	names->n_slots = grown.n_slots;
	return 0;
}

static bool is_valid_name(const struct retis_file_name *entry)
{
	return *entry->table && strlen(entry->table) <= NAME_TABLE_MAX + NAME_SCOPE_MAX &&
	       entry->key_size && entry->key_size <= NAME_KEY_MAX &&
	       strlen(entry->text) <= NAME_TEXT_MAX;
}

static struct name *make_name(const struct retis_file_name *entry)
{
	uint32_t table = (uint32_t)strlen(entry->table) + 1;
	uint32_t text = (uint32_t)strlen(entry->text) + 1;
	struct name *name = malloc(sizeof(*name) + entry->key_size + table + text);

	if (!name)
		return NULL;
	*name = (struct name){
		.since = entry->since,
		.hash = hash_name(entry->table, entry->key, entry->key_size),
		.key_size = entry->key_size,
		.table_size = table,
		.text_size = text,
	};
	memcpy(name->data, entry->key, entry->key_size);
	memcpy(name->data + entry->key_size, entry->table, table);
	memcpy(name->data + entry->key_size + table, entry->text, text);
	return name;
}

/* Where among those of its key, which SLOT begins with, ENTRY has its place by time;
 * NULL: there are too many. */
static struct name **find_place(struct name **slot, const struct retis_file_name *entry)
{
	size_t versions = 0;

	for (const struct name *name = *slot; name; name = name->older)
		versions++;
	while (*slot && (*slot)->since > entry->since)
		slot = &(*slot)->older;
	return versions < NAME_VERSIONS_MAX ? slot : NULL;
}

static int add_table_name(struct name_tables *names, const struct retis_file_name *entry,
			  struct name *name)
{
	int err = list_grow((void **)&names->list, names->n, &names->room, sizeof(*names->list));
	struct name **slot, **place;
	size_t bytes = sizeof(*name) + name->key_size + name->table_size + name->text_size;

	if (!err)
		err = grow_slots(names);
	if (err)
		return err;
	slot = find_name_slot(names, name->hash, entry->table, entry->key, entry->key_size);
	place = find_place(slot, entry);
	/* What it says holds there already. */
	if (place && *place && !strcmp(name_text(*place), entry->text))
		return 0;
	if (!place || bytes > NAME_BYTES_MAX - names->bytes)
		return -ENOSPC;
	names->bytes += bytes;
	name->older = *place;
	*place = name;
	names->list[names->n++] = name;
	return 1;
}

int name_tables_add(struct name_tables *names, const struct retis_file_name *entry)
{
	struct name *name;
	int got;

	if (!is_valid_name(entry))
		return -EINVAL;
	name = make_name(entry);
	if (!name)
		return -ENOMEM;
	pthread_rwlock_wrlock(&names->lock);
	got = add_table_name(names, entry, name);
	pthread_rwlock_unlock(&names->lock);
	if (got <= 0)
		free(name);
	return got;
}

bool name_tables_get(struct name_tables *names, size_t index, struct retis_file_name *entry)
{
	const struct name *name;

	pthread_rwlock_rdlock(&names->lock);
	name = index < names->n ? names->list[index] : NULL;
	pthread_rwlock_unlock(&names->lock);
	if (!name)
		return false;
	*entry = (struct retis_file_name){
		.since = name->since,
		.table = name_table(name),
		.key = name->data,
		.key_size = name->key_size,
		.text = name_text(name),
	};
	return true;
}

static const struct name *find_name_version(const struct name *last, uint64_t at)
{
	const struct name *name = last;

	while (name && name->since > at && name->older)
		name = name->older;
	return name;
}

const char *name_tables_find(struct name_tables *names, const char *table, const void *key,
			     uint32_t key_size, uint64_t at)
{
	const struct name *name = NULL;

	pthread_rwlock_rdlock(&names->lock);
	if (names->n)
		name = find_name_version(*find_name_slot(names, hash_name(table, key, key_size),
							 table, key, key_size),
					 at);
	pthread_rwlock_unlock(&names->lock);
	return name ? name_text(name) : NULL;
}

static const char *find_for_view(const struct retis_names *api, const char *table, const void *key,
				 uint32_t size, uint64_t at)
{
	/* The set itself is not constant: it has a lock. */
	return name_tables_find((struct name_tables *)(uintptr_t)api, table, key, size, at);
}

static const char *find_in_scope(const struct retis_names *api, const char *table, const void *key,
				 uint32_t size, uint64_t at)
{
	const struct name_scope *scope = (const void *)api;
	char own[NAME_TABLE_MAX + NAME_SCOPE_MAX + 1];
	int n = snprintf(own, sizeof(own), "%s@%u", table, scope->host);
	const char *text = NULL;

	if (n > 0 && (size_t)n < sizeof(own))
		text = name_tables_find(scope->tables, own, key, size, at);
	return text ? text : name_tables_find(scope->tables, table, key, size, at);
}

const struct retis_names *name_tables_of_host(const struct retis_names *api, uint8_t host)
{
	const struct name_tables *names = (const void *)api;

	/* Somebody else's know no hosts. */
	return host && api && api->find == find_for_view ? &names->scopes[host].api : api;
}

const struct retis_names *name_tables_api(struct name_tables *names)
{
	names->api.find = find_for_view;
	for (unsigned int i = 0; i <= RETIS_HOSTS_MAX; i++)
		names->scopes[i] = (struct name_scope){ { find_in_scope }, names, i };
	return &names->api;
}

void name_tables_fini(struct name_tables *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->list[i]);
	free(names->list);
	free(names->slots);
	*names = (struct name_tables){};
}
