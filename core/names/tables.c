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

static uint32_t hash_name(const char *table, const void *key, uint32_t key_size)
{
	return (uint32_t)hash_bytes(hash_bytes(HASH_START, key, key_size), table, strlen(table));
}

static bool is_name_of(const struct name *name, const struct retis_file_name *entry)
{
	return name->key_size == entry->key_size &&
	       !memcmp(name->data, entry->key, entry->key_size) &&
	       !strcmp(name_table(name), entry->table);
}

/* What has the table and key of ENTRY, or NULL. */
static struct slot *find_name_slot(const struct name_tables *names, uint32_t hash,
				   const struct retis_file_name *entry)
{
	struct slot *slot = NULL;

	while ((slot = slots_next(&names->slots, hash, slot)))
		if (is_name_of(names->list[slot->number - 1], entry))
			break;
	return slot;
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
		.key_size = entry->key_size,
		.table_size = table,
		.text_size = text,
	};
	memcpy(name->data, entry->key, entry->key_size);
	memcpy(name->data + entry->key_size, entry->table, table);
	memcpy(name->data + entry->key_size + table, entry->text, text);
	return name;
}

/* Of NAME and those of the same time behind it, one is ENTRY. */
static bool is_among_versions(const struct name *name, const struct retis_file_name *entry)
{
	while (name && name->since == entry->since && strcmp(name_text(name), entry->text))
		name = name->older;
	return name && name->since == entry->since;
}

/* Where among those of its key, which LAST begins, what begins at SINCE has its place. */
static struct name **find_place(struct name **last, uint64_t since)
{
	while (*last && (*last)->since > since)
		last = &(*last)->older;
	return last;
}

static size_t count_versions(const struct name *name)
{
	size_t n = 0;

	for (; name; name = name->older)
		n++;
	return n;
}

static int add_table_name(struct name_tables *names, const struct retis_file_name *entry,
			  struct name *name)
{
	int err = list_grow((void **)&names->list, names->n, &names->room, sizeof(*names->list));
	uint32_t hash = hash_name(entry->table, entry->key, entry->key_size);
	struct slot *slot = find_name_slot(names, hash, entry);
	struct name *last = slot ? names->list[slot->number - 1] : NULL;
	struct name **place = find_place(&last, entry->since);
	size_t bytes = sizeof(*name) + name->key_size + name->table_size + name->text_size;

	if (err)
		return err;
	if (is_among_versions(*place, entry))
		return 0;
	if (count_versions(last) >= NAME_VERSIONS_MAX || bytes > NAME_BYTES_MAX - names->bytes)
		return -ENOSPC;
	if (!slot && slots_add(&names->slots, hash, (uint32_t)names->n + 1))
		return -ENOMEM;
	names->bytes += bytes;
	name->older = *place;
	*place = name;
	if (slot && last == name)
		slot->number = (uint32_t)names->n + 1;
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

int name_tables_say(struct name_tables *names, const struct retis_file_name *entry)
{
	const char *held;

	if (!is_valid_name(entry))
		return -EINVAL;
	held = name_tables_find(names, entry->table, entry->key, entry->key_size, entry->since);
	return held && !strcmp(held, entry->text) ? 0 : name_tables_add(names, entry);
}

int name_tables_add_host(struct name_tables *names, uint8_t number, const char *name)
{
	const struct retis_file_name entry = {
		.table = NAME_TABLE_HOSTS,
		.key = &number,
		.key_size = sizeof(number),
		.text = name,
	};

	return *name ? name_tables_add(names, &entry) : 0;
}

bool name_tables_get(const struct name_tables *names, size_t index, struct retis_file_name *entry)
{
	/* All but the lock is constant. */
	pthread_rwlock_t *lock = (pthread_rwlock_t *)(uintptr_t)&names->lock;
	const struct name *name;

	pthread_rwlock_rdlock(lock);
	name = index < names->n ? names->list[index] : NULL;
	pthread_rwlock_unlock(lock);
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
	const struct retis_file_name entry = { .table = table, .key = key, .key_size = key_size };
	const struct name *name = NULL;
	const struct slot *slot = NULL;

	pthread_rwlock_rdlock(&names->lock);
	if (names->n)
		slot = find_name_slot(names, hash_name(table, key, key_size), &entry);
	if (slot)
		name = find_name_version(names->list[slot->number - 1], at);
	pthread_rwlock_unlock(&names->lock);
	return name ? name_text(name) : NULL;
}

static const char *find_for_view(const struct retis_names *api, const char *table, const void *key,
				 uint32_t size, uint64_t at)
{
	/* The set itself is not constant: it has a lock. */
	return name_tables_find((struct name_tables *)(uintptr_t)api, table, key, size, at);
}

bool name_table_of_host(char own[NAME_TABLE_SIZE], const char *table, unsigned int host)
{
	int n = snprintf(own, NAME_TABLE_SIZE, host ? "%s@%u" : "%s", table, host);

	return n > 0 && n < NAME_TABLE_SIZE;
}

static const char *find_in_scope(const struct retis_names *api, const char *table, const void *key,
				 uint32_t size, uint64_t at)
{
	const struct name_scope *scope = (const void *)api;
	char own[NAME_TABLE_SIZE];
	const char *text = NULL;

	if (name_table_of_host(own, table, scope->host))
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
	names->api = (struct retis_names){ sizeof(names->api), find_for_view };
	for (unsigned int i = 0; i <= RETIS_HOSTS_MAX; i++)
		names->scopes[i] =
			(struct name_scope){ { sizeof(names->api), find_in_scope }, names, i };
	return &names->api;
}

void name_tables_fini(struct name_tables *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->list[i]);
	free(names->list);
	slots_fini(&names->slots);
	*names = (struct name_tables){};
}
