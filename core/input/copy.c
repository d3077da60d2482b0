/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers are given when something is seen first: only that gets into the file. */
#include "core/input/copy.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/event/buffer.h"
#include "core/event/common.h"
#include "core/event/record.h"
#include "core/file/dictionary.h"
#include "core/names/tables.h"
#include "core/util/hash.h"
#include "core/util/log.h"

/* Not in the new file. */
#define LEFT_OUT UINT16_MAX
/* No function is longer, and no made-up symbol. */
#define SYMBOL_SIZE (1u << 24)
#define SYMBOLS_MAX 65536

int copy_init(struct copy *c, struct writer *writer)
{
	*c = (struct copy){ .writer = writer };
	return text_init(&c->records, 4096);
}

void copy_source_fini(struct copy_source *source)
{
	free(source->probe_map);
}

void copy_fini(struct copy *c)
{
	text_fini(&c->records);
	intern_fini(&c->sections);
	intern_fini(&c->probes);
	intern_fini(&c->symbols);
	copy_source_fini(&c->source);
}

static int flush_records(struct copy *c)
{
	int err = c->records.length ? writer_add(c->writer, &c->records) : 0;

	text_clear(&c->records);
	return err;
}

/* --- times ------------------------------------------------------------------ */

uint64_t copy_shift_time(const struct copy_source *source, uint64_t time)
{
	uint64_t to = time + (uint64_t)source->shift;

	if (source->shift < 0)
		return to > time ? 0 : to;
	return to < time ? UINT64_MAX : to;
}

/* Packets are known by times, too. */
static void find_times(struct copy_source *source, const struct registry *registry)
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

/* TYPE is the section's number in the input. */
static void shift_times(const struct copy_source *source, uint16_t type, struct retis_section *s)
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

/* --- numbers ---------------------------------------------------------------- */

/* Other names for sections and probes from here on. */
static int forget_maps(struct copy_source *source, const struct input_names *names)
{
	size_t n = names->n_probes ? names->n_probes : 1;
	uint16_t *map;

	if (source->generation == names->generation)
		return 0;
	map = realloc(source->probe_map, n * sizeof(*map));
	if (!map)
		return -ENOMEM;
	source->probe_map = map;
	source->n_probe_map = names->n_probes;
	memset(map, 0, n * sizeof(*map));
	memset(source->section_map, 0, sizeof(source->section_map));
	source->generation = names->generation;
	/* Readers skip those that come again. */
	source->n_names = 0;
	find_times(source, names->registry);
	return 0;
}

static void hash_copied_string(uint64_t *hash, const char *text)
{
	*hash = hash_bytes(*hash, text ? text : "", text ? strlen(text) + 1 : 1);
}

/* What values are read by: not what is said about them. */
static void hash_fields(uint64_t *hash, const struct retis_field *fields, uint32_t n)
{
	*hash = hash_bytes(*hash, &n, sizeof(n));
	for (uint32_t i = 0; i < n; i++) {
		const struct retis_field *f = &fields[i];
		const uint32_t numbers[] = { (uint32_t)f->kind, f->offset,  f->size,
					     f->count,		f->present, (uint32_t)f->role };
		bool group = f->kind == RETIS_OBJECT;

		*hash = hash_bytes(*hash, numbers, sizeof(numbers));
		hash_copied_string(hash, f->name);
		hash_copied_string(hash, f->names_from);
		for (uint32_t j = 0; f->kind == RETIS_ENUM && j < f->n_names; j++) {
			*hash = hash_bytes(*hash, &f->names[j].value, sizeof(f->names[j].value));
			hash_copied_string(hash, f->names[j].name);
		}
		hash_fields(hash, f->fields, group ? f->n_fields : 0);
	}
}

static uint64_t hash_section(const struct retis_section_type *type)
{
	uint64_t hash = HASH_START;

	hash = hash_bytes(hash, &type->version, sizeof(type->version));
	hash_fields(&hash, type->fields, type->n_fields);
	return hash;
}

static uint16_t add_copied_section(struct copy *c, const struct input_names *names, uint16_t number)
{
	const struct retis_section_type *type = names->registry->entries[number].type;
	struct retis_file_section section = {
		.plugin = names->sections[number].plugin,
		.plugin_version = names->sections[number].version,
		.type = *type,
	};
	int n = intern_get(&c->sections, type->name, strlen(type->name), REGISTRY_MAX);
	uint64_t layout = hash_section(type);

	if (n < 0)
		return LEFT_OUT;
	if (n < c->n_sections)
		return c->layouts[n] == layout ? (uint16_t)n : LEFT_OUT;
	dictionary_put_section(&c->records, (uint16_t)n, &section);
	c->layouts[n] = layout;
	c->n_sections++;
	return (uint16_t)n;
}

static uint16_t map_section(struct copy *c, struct copy_source *source,
			    const struct input_names *names, uint16_t number)
{
	uint16_t *map;

	if (number >= names->registry->n)
		return LEFT_OUT;
	map = &source->section_map[number];
	if (!*map) {
		uint16_t n = add_copied_section(c, names, number);

		*map = n == LEFT_OUT ? n : n + 1;
	}
	return *map == LEFT_OUT ? LEFT_OUT : *map - 1;
}

static int probe_key(const struct probe_name *p, char *key, size_t size)
{
	int n = snprintf(key, size, "%s\n%s\n%s\n%s\n%llx", p->type ? p->type : "",
			 p->symbol ? p->symbol : "", p->backend ? p->backend : "",
			 p->path ? p->path : "", (unsigned long long)p->ip);

	return n < 0 || (size_t)n >= size ? (int)size - 1 : n;
}

static uint16_t add_copied_probe(struct copy *c, const struct probe_name *p)
{
	const struct retis_file_probe probe = {
		.symbol = p->symbol ? p->symbol : "",
		.type = p->type ? p->type : "",
		.tag = p->tag ? p->tag : "",
		.path = p->path,
		.ip = p->ip,
		.backend = p->backend,
	};
	char key[2048];
	int n = intern_get(&c->probes, key, (size_t)probe_key(p, key, sizeof(key)),
			   RETIS_NO_PROBE - 1);

	if (n < 0)
		return RETIS_NO_PROBE;
	if ((size_t)n == c->n_probes) {
		dictionary_put_probe(&c->records, (uint16_t)n, &probe);
		c->n_probes++;
	}
	return (uint16_t)n;
}

static uint16_t map_probe(struct copy *c, struct copy_source *source,
			  const struct input_names *names, uint16_t number)
{
	if (number >= source->n_probe_map)
		return number == RETIS_NO_PROBE ? RETIS_NO_PROBE : RETIS_NO_PROBE - 1;
	if (!source->probe_map[number]) {
		uint16_t n = add_copied_probe(c, &names->probes[number]);

		if (n == RETIS_NO_PROBE)
			return RETIS_NO_PROBE - 1;
		source->probe_map[number] = n + 1;
	}
	return source->probe_map[number] - 1;
}

static uint8_t map_host(const struct copy_source *source, uint16_t host)
{
	if (!source->merged)
		return (uint8_t)host;
	return source->hosts[host <= RETIS_HOSTS_MAX ? host : 0];
}

/* --- names ------------------------------------------------------------------ */

/* Kernels have the same addresses: those of hosts are told apart by bits in which
 * addresses of code do not differ. FROM is what was done so in the input. */
static uint64_t host_address(const struct copy_source *source, uint8_t from, uint64_t address)
{
	uint64_t bits = from ^ map_host(source, from);

	return source->merged ? address ^ bits << 48 : address;
}

/* Symbols of the addresses in a stack trace, which become what the new file has. */
static void copy_frames(struct copy *c, const struct copy_source *source,
			const struct input_names *names, uint8_t host,
			struct retis_section *section)
{
	uint64_t *frames = (uint64_t *)(section + 1);

	for (uint32_t i = 0; i < section->size / sizeof(*frames); i++) {
		uint64_t offset, start;
		const char *name = names->symbol(names->symbol_arg, frames[i], &offset);
		size_t n = c->symbols.n;

		if (!name)
			continue;
		start = host_address(source, host, frames[i] - offset);
		frames[i] = start + offset;
		intern_get(&c->symbols, (const char *)&start, sizeof(start), SYMBOLS_MAX);
		if (c->symbols.n > n)
			dictionary_put_symbol(&c->records, start, SYMBOL_SIZE, name);
	}
}

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
	char plain[NAME_TABLE_MAX + NAME_SCOPE_MAX + 1];
	char table[sizeof(plain) + NAME_SCOPE_MAX];
	uint8_t host = split_table(name->table, plain, sizeof(plain));
	struct retis_file_name own = *name;

	if (!strcmp(plain, COMMON_HOSTS))
		return;
	own.table = table;
	own.since = own.since ? copy_shift_time(source, own.since) : 0;
	for (uint32_t i = host; i <= (host ? host : source->n_hosts); i++) {
		if (!source->hosts[i])
			continue;
		snprintf(table, sizeof(table), "%s@%u", plain, source->hosts[i]);
		dictionary_put_name(&c->records, &own);
	}
}

static void add_names(struct copy *c, struct copy_source *source, const struct input_names *names)
{
	struct retis_file_name name;

	while (names->name_at(names->name_arg, source->n_names, &name)) {
		if (source->merged)
			put_host_name(c, source, &name);
		else
			dictionary_put_name(&c->records, &name);
		source->n_names++;
	}
}

/* --- items ------------------------------------------------------------------ */

static void copy_sections(struct copy *c, struct copy_source *source,
			  const struct input_names *names, const struct retis_event *from)
{
	struct retis_event *event = (struct retis_event *)c->event;
	const struct retis_section *s = NULL;

	while ((s = retis_section_next(from, s))) {
		uint32_t bytes = (uint32_t)(sizeof(*s) + RETIS_ALIGNED((uint32_t)s->size));
		uint16_t number = map_section(c, source, names, s->type);
		struct retis_section *to = (struct retis_section *)(c->event + event->size);

		if (number == LEFT_OUT) {
			event->missing += event->missing < UINT8_MAX;
			c->dropped++;
			continue;
		}
		memcpy(to, s, bytes);
		if (names->stack && names->symbol && names->stack->section == s->type)
			copy_frames(c, source, names, from->host, to);
		shift_times(source, s->type, to);
		to->type = number;
		event->size += bytes;
	}
}

static int copy_event(struct copy *c, struct copy_source *source, const struct input_names *names,
		      const struct retis_event *from)
{
	struct retis_event *event = (struct retis_event *)c->event;
	int err;

	*event = *from;
	event->size = sizeof(*event);
	event->timestamp = copy_shift_time(source, from->timestamp);
	event->host = map_host(source, from->host);
	event->probe = map_probe(c, source, names, from->probe);
	copy_sections(c, source, names, from);
	add_names(c, source, names);
	err = flush_records(c);
	return err ? err : writer_event(c->writer, event);
}

static int copy_loss(struct copy *c, struct copy_source *source, const struct input_names *names,
		     const struct retis_loss *from)
{
	struct retis_loss loss = *from;
	int err;

	loss.since = copy_shift_time(source, from->since);
	loss.until = copy_shift_time(source, from->until);
	loss.host = map_host(source, from->host);
	loss.probe = map_probe(c, source, names, from->probe);
	err = flush_records(c);
	return err ? err : writer_loss(c->writer, &loss);
}

int copy_start(struct copy *c, const struct retis_start *from)
{
	static const struct retis_start nothing = {
		.version = "",
		.command_line = "",
		.kernel_release = "",
		.kernel_version = "",
		.machine = "",
	};
	int err;

	c->started = true;
	for (uint32_t i = 0; from && i < from->n_hosts; i++)
		if (from->hosts[i])
			dictionary_put_host(&c->records, (uint16_t)(i + 1), from->hosts[i]);
	err = flush_records(c);
	return err ? err : writer_start(c->writer, from ? from : &nothing);
}

int copy_source_item(struct copy *c, struct copy_source *source, const struct input_names *names,
		     const struct input_item *item)
{
	int err = forget_maps(source, names);

	/* Where files follow each other, the first one's start is the start. */
	if (!err && !c->started)
		err = copy_start(c, item->start);
	if (err)
		return err;
	switch (item->kind) {
	case INPUT_EVENT:
		return copy_event(c, source, names, item->event);
	case INPUT_LOSS:
		return copy_loss(c, source, names, item->loss);
	default:
		return 0;
	}
}

int copy_named_item(struct copy *c, const struct input_names *names, const struct input_item *item)
{
	return copy_source_item(c, &c->source, names, item);
}

int copy_item(struct copy *c, const struct input *in, const struct input_item *item)
{
	return copy_named_item(c, input_names(in), item);
}
