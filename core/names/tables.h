/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Names made at run time: key → text, in tables that have names themselves
 * ("skb-drop.reason"). A key may get another text later on; each holds from its
 * time on. One set is filled by a session, another one by a reader; several
 * threads may use it.
 */
#ifndef NAMES_TABLES_H
#define NAMES_TABLES_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <retis/reader.h>

#include "core/util/slots.h"

#define NAME_TABLE_MAX 63
#define NAME_KEY_MAX 64
#define NAME_TEXT_MAX 4095
/* Texts that one key may get in the course of time. */
#define NAME_VERSIONS_MAX 256
/* Bytes of all of it together. */
#define NAME_BYTES_MAX (12u << 20)

/* Of one host of a file that has several: what is in TABLE@NUMBER, else in TABLE. */
struct name_scope {
	struct retis_names api;
	struct name_tables *tables;
	unsigned int host;
};

/* Of that, behind NAME_TABLE_MAX. */
#define NAME_SCOPE_MAX 4
#define NAME_TABLE_SIZE (NAME_TABLE_MAX + NAME_SCOPE_MAX + 1)

/* All zero: empty. */
struct name_tables {
	/* What plugins see of it. */
	struct retis_names api;
	struct name_scope scopes[RETIS_HOSTS_MAX + 1];
	pthread_rwlock_t lock;
	/* In the order they came. */
	struct name **list;
	size_t n;
	size_t room;
	/* By table and key: the entry that begins last. */
	struct slots slots;
	size_t bytes;
};

void name_tables_fini(struct name_tables *names);

/* ENTRY is copied. One of its time and text is not added again. 1: it is new; 0: known; -EINVAL:
 * too long or malformed; -ENOSPC: NAME_BYTES_MAX, NAME_VERSIONS_MAX; -ENOMEM. */
int name_tables_add(struct name_tables *names, const struct retis_file_name *entry);

/* The same, but nothing is added where it holds by then already: of who says it again and again. */
int name_tables_say(struct name_tables *names, const struct retis_file_name *entry);

/* What TABLE is called for HOST alone; 0: for all. false: it is too long. */
bool name_table_of_host(char own[NAME_TABLE_SIZE], const char *table, unsigned int host);

/* The table that has hosts by their numbers, of one byte; 0: the file's own. */
#define NAME_TABLE_HOSTS "host"
/* As above; it has no name: 0. */
int name_tables_add_host(struct name_tables *names, uint8_t number, const char *name);

/* Number INDEX in the order they came; false: there are not that many. */
bool name_tables_get(const struct name_tables *names, size_t index, struct retis_file_name *entry);

/* The text at time AT: of the last one that began by then, else of the first. It stays
 * valid until name_tables_fini(). */
const char *name_tables_find(struct name_tables *names, const char *table, const void *key,
			     uint32_t key_size, uint64_t at);

/* What plugins get of it; as long as the set. */
const struct retis_names *name_tables_api(struct name_tables *names);

/* Of the events of HOST, from the API of all; as long as that. */
const struct retis_names *name_tables_of_host(const struct retis_names *api, uint8_t host);

#endif
