/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Probes and symbols: strings in JSON, numbers in events. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/event/frame.h"
#include "core/input/build.h"
#include "core/util/list.h"

/* Far more than anybody attaches. */
#define PROBES_MAX 16384
/* A frame of a stack trace, as text. */
#define FRAME_TEXT_SIZE 512
#define SYMBOLS_MAX 65536
/* A symbol's made-up addresses: its number plus one, then the offset. */
#define SYMBOL_SHIFT 24

void build_probe_read(struct build_probe *probe, struct json_cursor *c)
{
	enum { N = 8 };
	static const struct json_name names[N] = {
		JSON_NAME("symbol"),	  JSON_NAME("probe_type"), JSON_NAME("backend"),
		JSON_NAME("stack_trace"), JSON_NAME("ip"),	   JSON_NAME("path"),
		JSON_NAME("pid"),	  JSON_NAME("tid"),
	};
	struct json other, *const members[N + 1] = {
		&probe->symbol,	     &probe->probe_type, &probe->backend,
		&probe->stack_trace, &probe->ip,	 &probe->path,
		&probe->pid,	     &probe->tid,	 &other,
	};
	int key, expected = 0;

	*probe = (struct build_probe){ 0 };
	if (!json_open(c, JSON_OBJECT)) {
		json_take(c);
		return;
	}
	while ((key = json_key_of(c, names, N, &expected)) >= 0)
		*members[key] = json_take(c);
}

/* What is none is empty. */
static const char *copy_json_text(struct json value, char *to, size_t size)
{
	if (json_text(value, to, size) < 0)
		to[0] = '\0';
	return to;
}

int build_probe(struct build *b, const struct build_probe *from, bool userspace)
{
	char type[32], symbol[256], backend[32], path[512];
	struct retis_file_probe probe = {
		.type = copy_json_text(from->probe_type, type, sizeof(type)),
		.symbol = copy_json_text(from->symbol, symbol, sizeof(symbol)),
		.backend = copy_json_text(from->backend, backend, sizeof(backend)),
	};
	int number;

	if (!*backend)
		probe.backend = NULL;
	probe_name_renew(&probe);
	probe.tag = userspace ? "u" : probe_tag(probe.type, probe.backend);
	if (userspace)
		probe.path = copy_json_text(from->path, path, sizeof(path));
	if (userspace && json_uint(from->ip, &probe.ip))
		probe.ip = 0;
	number = names_add_probe(&b->made, &probe, PROBES_MAX);
	b->names.probes = b->made.probes;
	b->names.generation += b->names.n_probes < b->made.n_probes;
	b->names.n_probes = b->made.n_probes;
	return number;
}

static int name_address(struct build *b, const char *symbol, uint64_t offset, uint64_t *address)
{
	int number = intern_get(&b->symbols, symbol, strlen(symbol), SYMBOLS_MAX);
	uint64_t start = number < 0 ? 0 : ((uint64_t)number + 1) << SYMBOL_SHIFT;
	int err = start ? names_put_symbol(&b->made, start, 1 << SYMBOL_SHIFT, symbol) : number;

	names_sort_symbols(&b->made);
	*address = err < 0 ? 0 : start | offset;
	return err == -ENOMEM ? err : 0;
}

/* Does it say the same again, to the byte? */
static bool shows_again(const char *text, const char *symbol, uint64_t offset, uint64_t address)
{
	char again[FRAME_TEXT_SIZE];
	struct retis_text out = { .data = again, .capacity = sizeof(again) };

	frame_put(&out, symbol, offset, address);
	return !out.failed && out.length == strlen(text) && !memcmp(again, text, out.length);
}

/* "SYMBOL+0xOFFSET", maybe " [MODULE]", or "0xADDRESS"; all else is kept as it is. */
static int frame_address(struct build *b, const char *text, uint64_t *address)
{
	const char *plus = strrchr(text, '+');
	char symbol[FRAME_TEXT_SIZE + 1];
	uint64_t offset;
	char *end;

	*address = plus ? 0 : strtoull(text, &end, 16);
	/* Small ones are made up. */
	if (*address >> SYMBOL_SHIFT > SYMBOLS_MAX && shows_again(text, NULL, 0, *address))
		return 0;
	if (plus) {
		offset = strtoull(plus + 1, &end, 16);
		snprintf(symbol, sizeof(symbol), "%.*s%s", (int)(plus - text), text,
			 !strncmp(end, " [", 2) ? end : "");
		if (!(offset >> SYMBOL_SHIFT) && shows_again(text, symbol, offset, 0))
			return name_address(b, symbol, offset, address);
	}
	snprintf(symbol, sizeof(symbol), "%c%s", FRAME_VERBATIM, text);
	return name_address(b, symbol, 0, address);
}

int build_stack(struct build *b, struct json trace)
{
	struct json_cursor c = json_within(trace);
	uint16_t number = registry_find(&b->registry, stack_section.name);
	uint64_t *frames;
	struct json frame;
	uint32_t room, n = 0;
	char text[FRAME_TEXT_SIZE];

	frames = (uint64_t *)(void *)build_section_room(b, &room);
	if (!frames || json_kind(trace) != JSON_ARRAY || number == REGISTRY_NONE)
		return 0;
	while ((n + 1) * sizeof(*frames) <= room && json_next_element(&c, &frame)) {
		int err;

		if (json_text(frame, text, sizeof(text)) < 0)
			snprintf(text, sizeof(text), "?");
		err = frame_address(b, text, &frames[n]);
		if (err)
			return err;
		n++;
	}
	if (n)
		build_section_end(b, number, (uint32_t)(n * sizeof(*frames)), 0);
	return 0;
}

int build_host(struct build *b, const char *name)
{
	size_t known = b->hosts.n;
	int number = intern_get(&b->hosts, name, strlen(name), RETIS_HOSTS_MAX);
	int err = 0;

	if (number < 0)
		return number == -ENOMEM ? number : 0;
	if (b->hosts.n > known)
		err = name_tables_add_host(&b->made.tables, (uint8_t)(number + 1), name);
	return err == -ENOMEM ? err : number + 1;
}

/* Of two hosts of one name, events are the first one's. */
static int take_told_host(struct build *b, struct json value)
{
	struct retis_start *start = &b->startup.start;
	struct startup_hosts *told = b->told_hosts;
	struct startup host;
	int number;

	startup_parse_host(&host, value);
	number = *host.host_name ? build_host(b, host.host_name) : 0;
	if (number <= 0 || told->list[number - 1])
		return number < 0 ? number : 0;
	startup_copy(&told->hosts[number - 1], &host.start, false);
	told->list[number - 1] = &told->hosts[number - 1].start;
	start->hosts = told->list;
	if ((uint32_t)number > start->n_hosts)
		start->n_hosts = (uint32_t)number;
	return 0;
}

int build_told_hosts(struct build *b, struct json startup)
{
	struct json hosts, host;
	struct json_cursor c;
	int err = 0;

	if (name_tables_add_host(&b->made.tables, 0, b->startup.host_name) == -ENOMEM)
		return -ENOMEM;
	if (!json_find(startup, "hosts", &hosts) || json_kind(hosts) != JSON_ARRAY)
		return 0;
	free(b->told_hosts);
	b->told_hosts = calloc(1, sizeof(*b->told_hosts));
	if (!b->told_hosts)
		return -ENOMEM;
	c = json_within(hosts);
	while (!err && json_next_element(&c, &host))
		err = take_told_host(b, host);
	return err;
}
