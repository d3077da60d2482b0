/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is different on each host: times, its number, addresses of code, names made at run time. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/convert/copy_private.h"
#include "core/event/role.h"
#include "core/file/dictionary.h"
#include "core/names/tables.h"

/* No function is longer, and no made-up symbol. */
#define SYMBOL_SIZE (1u << 24)
#define SYMBOLS_MAX 65536

/* --- times ------------------------------------------------------------------------ */

uint64_t copy_shift_time(const struct copy_source *source, uint64_t time)
{
	uint64_t to = time + (uint64_t)source->shift;

	if (source->shift < 0)
		return to > time ? 0 : to;
	return to < time ? UINT64_MAX : to;
}

void copy_find_times(struct copy_source *source, const struct registry *registry)
{
	static const enum retis_role roles[] = { RETIS_ROLE_ID_TIME, RETIS_ROLE_PARENT_TIME,
						 RETIS_ROLE_START_TIME };
	struct roles all;

	source->n_times = 0;
	if (!source->merged)
		return;
	roles_init(&all, registry);
	for (size_t r = 0; r < sizeof(roles) / sizeof(roles[0]); r++) {
		for (uint16_t i = all.first[roles[r]]; i < all.first[roles[r] + 1]; i++) {
			const struct role_place *p = &all.places[i];

			if (p->field->size != sizeof(uint64_t) || source->n_times == COPY_TIMES_MAX)
				continue;
			source->times[source->n_times++] =
				(struct copy_time){ p->section, p->field->offset };
		}
	}
}

void copy_shift_times(const struct copy_source *source, uint16_t type, struct retis_section *s)
{
	uint8_t *data = (uint8_t *)(s + 1);

	for (size_t i = 0; i < source->n_times; i++) {
		const struct copy_time *t = &source->times[i];
		uint64_t time;

		if (t->section != type || s->size < sizeof(time) ||
		    t->offset > s->size - sizeof(time))
			continue;
		memcpy(&time, data + t->offset, sizeof(time));
		time = time ? copy_shift_time(source, time) : 0;
		memcpy(data + t->offset, &time, sizeof(time));
	}
}

/* --- numbers and addresses ------------------------------------------------------- */

uint8_t copy_map_host(const struct copy_source *source, uint16_t host)
{
	if (!source->merged)
		return (uint8_t)host;
	return source->hosts[host <= RETIS_HOSTS_MAX ? host : 0];
}

/* Kernels have the same addresses: those of hosts are told apart by bits in which
 * addresses of code do not differ. FROM is what was done so in the input, but for addresses
 * that reading JSON made up: in those it is what they have there. */
static uint64_t host_address(const struct copy_source *source, uint8_t from, uint64_t address)
{
	uint64_t has = address >> 48 <= RETIS_HOSTS_MAX ? address >> 48 : from;
	uint64_t bits = has ^ copy_map_host(source, from);

	return source->merged ? address ^ bits << 48 : address;
}

void copy_frames(struct copy *c, const struct copy_source *source, const struct input_names *names,
		 uint8_t host, struct retis_section *section)
{
	uint64_t *frames = (uint64_t *)(section + 1);

	for (uint32_t i = 0; i < section->size / sizeof(*frames); i++) {
		uint64_t offset, start;
		const char *name = names_symbol(names->all, frames[i], &offset);

		if (!name)
			continue;
		start = host_address(source, host, frames[i] - offset);
		frames[i] = start + offset;
		if (intern_new(&c->symbols, &start, sizeof(start), SYMBOLS_MAX) > 0)
			dictionary_put_symbol(&c->records, start, SYMBOL_SIZE, name);
	}
}

/* --- names made at run time ------------------------------------------------------- */

/* Where TABLE is one host's in the input, its name without that, and which; else 0. */
static uint8_t split_table(const char *table, char *plain, size_t size)
{
	const char *at = strrchr(table, '@');
	char *end = NULL;
	unsigned long host = at ? strtoul(at + 1, &end, 10) : 0;
	bool scoped =
		at && isdigit((unsigned char)at[1]) && !*end && host && host <= RETIS_HOSTS_MAX;

	snprintf(plain, size, "%.*s", scoped ? (int)(at - table) : (int)strlen(table), table);
	return scoped ? (uint8_t)host : 0;
}

/* In the tables of the hosts it is about: of one, or of all that the input has. */
static void put_host_name(struct copy *c, const struct copy_source *source,
			  const struct retis_file_name *name)
{
	char plain[NAME_TABLE_SIZE];
	char table[NAME_TABLE_SIZE];
	uint8_t host = split_table(name->table, plain, sizeof(plain));
	struct retis_file_name own = *name;

	if (!strcmp(plain, NAME_TABLE_HOSTS))
		return;
	own.table = table;
	own.since = own.since ? copy_shift_time(source, own.since) : 0;
	for (uint32_t i = host; i <= (host ? host : source->n_hosts); i++) {
		if (source->hosts[i] && name_table_of_host(table, plain, source->hosts[i]))
			dictionary_put_name(&c->records, &own);
	}
}

void copy_new_names(struct copy *c, struct copy_source *source, const struct input_names *names)
{
	struct retis_file_name name;

	while (name_tables_get(&names->all->tables, source->n_names, &name)) {
		if (source->merged)
			put_host_name(c, source, &name);
		else
			dictionary_put_name(&c->records, &name);
		source->n_names++;
	}
}
