/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers are given when something is seen first: only that gets into the file. */
#include "core/input/copy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/event/buffer.h"
#include "core/event/record.h"
#include "core/file/dictionary.h"
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

void copy_fini(struct copy *c)
{
	text_fini(&c->records);
	intern_fini(&c->sections);
	intern_fini(&c->probes);
	intern_fini(&c->symbols);
	free(c->probe_map);
}

static int flush_records(struct copy *c)
{
	int err = c->records.length ? writer_add(c->writer, &c->records) : 0;

	text_clear(&c->records);
	return err;
}

/* Other names for sections and probes from here on. */
static int forget_maps(struct copy *c, const struct input_names *names)
{
	size_t n = names->n_probes ? names->n_probes : 1;
	uint16_t *map;

	if (c->generation == names->generation)
		return 0;
	map = realloc(c->probe_map, n * sizeof(*map));
	if (!map)
		return -ENOMEM;
	c->probe_map = map;
	c->n_probe_map = names->n_probes;
	memset(map, 0, n * sizeof(*map));
	memset(c->section_map, 0, sizeof(c->section_map));
	c->generation = names->generation;
	/* Readers skip those that come again. */
	c->n_names = 0;
	return 0;
}

static uint16_t add_section(struct copy *c, const struct input_names *names, uint16_t number)
{
	const struct retis_section_type *type = names->registry->entries[number].type;
	struct retis_file_section section = {
		.plugin = names->sections[number].plugin,
		.plugin_version = names->sections[number].version,
		.type = *type,
	};
	int n = intern_get(&c->sections, type->name, strlen(type->name), REGISTRY_MAX);

	if (n < 0)
		return LEFT_OUT;
	if (n < c->n_sections)
		return c->versions[n] == type->version ? (uint16_t)n : LEFT_OUT;
	dictionary_put_section(&c->records, (uint16_t)n, &section);
	c->versions[n] = type->version;
	c->n_sections++;
	return (uint16_t)n;
}

static uint16_t map_section(struct copy *c, const struct input_names *names, uint16_t number)
{
	if (number >= names->registry->n)
		return LEFT_OUT;
	if (!c->section_map[number]) {
		uint16_t n = add_section(c, names, number);

		c->section_map[number] = n == LEFT_OUT ? n : n + 1;
	}
	return c->section_map[number] == LEFT_OUT ? LEFT_OUT : c->section_map[number] - 1;
}

static int probe_key(const struct probe_name *p, char *key, size_t size)
{
	int n = snprintf(key, size, "%s\n%s\n%s\n%s\n%llx", p->type ? p->type : "",
			 p->symbol ? p->symbol : "", p->backend ? p->backend : "",
			 p->path ? p->path : "", (unsigned long long)p->ip);

	return n < 0 || (size_t)n >= size ? (int)size - 1 : n;
}

static uint16_t add_probe(struct copy *c, const struct probe_name *p)
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

static uint16_t map_probe(struct copy *c, const struct input_names *names, uint16_t number)
{
	if (number >= c->n_probe_map)
		return number == RETIS_NO_PROBE ? RETIS_NO_PROBE : RETIS_NO_PROBE - 1;
	if (!c->probe_map[number]) {
		uint16_t n = add_probe(c, &names->probes[number]);

		if (n == RETIS_NO_PROBE)
			return RETIS_NO_PROBE - 1;
		c->probe_map[number] = n + 1;
	}
	return c->probe_map[number] - 1;
}

/* Symbols of the addresses in a stack trace. */
static void add_symbols(struct copy *c, const struct input_names *names,
			const struct retis_section *section)
{
	const uint64_t *frames = retis_section_data(section);

	for (uint32_t i = 0; i < section->size / sizeof(*frames); i++) {
		uint64_t offset, start;
		const char *name = names->symbol(names->symbol_arg, frames[i], &offset);
		size_t n = c->symbols.n;

		if (!name)
			continue;
		start = frames[i] - offset;
		intern_get(&c->symbols, (const char *)&start, sizeof(start), SYMBOLS_MAX);
		if (c->symbols.n > n)
			dictionary_put_symbol(&c->records, start, SYMBOL_SIZE, name);
	}
}

static void add_names(struct copy *c, const struct input_names *names)
{
	struct retis_file_name name;

	while (names->name_at(names->name_arg, c->n_names, &name)) {
		dictionary_put_name(&c->records, &name);
		c->n_names++;
	}
}

static void copy_sections(struct copy *c, const struct input_names *names,
			  const struct retis_event *from)
{
	struct retis_event *event = (struct retis_event *)c->event;
	const struct retis_section *s = NULL;

	while ((s = retis_section_next(from, s))) {
		uint32_t bytes = (uint32_t)(sizeof(*s) + RETIS_ALIGNED((uint32_t)s->size));
		uint16_t number = map_section(c, names, s->type);
		struct retis_section *to = (struct retis_section *)(c->event + event->size);

		if (number == LEFT_OUT) {
			event->missing += event->missing < UINT8_MAX;
			c->dropped++;
			continue;
		}
		if (names->stack && names->symbol && names->stack->section == s->type)
			add_symbols(c, names, s);
		memcpy(to, s, bytes);
		to->type = number;
		event->size += bytes;
	}
}

static int copy_event(struct copy *c, const struct input_names *names,
		      const struct retis_event *from)
{
	struct retis_event *event = (struct retis_event *)c->event;
	int err;

	*event = *from;
	event->size = sizeof(*event);
	event->probe = map_probe(c, names, from->probe);
	copy_sections(c, names, from);
	add_names(c, names);
	err = flush_records(c);
	return err ? err : writer_event(c->writer, event);
}

static int copy_loss(struct copy *c, const struct input_names *names, const struct retis_loss *from)
{
	struct retis_loss loss = *from;
	int err;

	loss.probe = map_probe(c, names, from->probe);
	err = flush_records(c);
	return err ? err : writer_loss(c->writer, &loss);
}

static int start(struct copy *c, const struct retis_start *from)
{
	static const struct retis_start nothing = {
		.version = "",
		.command_line = "",
		.kernel_release = "",
		.kernel_version = "",
		.machine = "",
	};

	c->started = true;
	return writer_start(c->writer, from ? from : &nothing);
}

int copy_named_item(struct copy *c, const struct input_names *names, const struct input_item *item)
{
	int err = forget_maps(c, names);

	/* Where files follow each other, the first one's start is the start. */
	if (!err && !c->started)
		err = start(c, item->start);
	if (err)
		return err;
	switch (item->kind) {
	case INPUT_EVENT:
		return copy_event(c, names, item->event);
	case INPUT_LOSS:
		return copy_loss(c, names, item->loss);
	default:
		return 0;
	}
}

int copy_item(struct copy *c, const struct input *in, const struct input_item *item)
{
	return copy_named_item(c, input_names(in), item);
}
