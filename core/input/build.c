/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An event's own part, and which member goes where. */
#include "core/input/build.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/event/buffer.h"
#include "core/event/record.h"
#include "core/input/stack.h"
#include "core/plugin/plugin.h"

static int add_types(struct build *b, const struct plugins *plugins)
{
	int number = registry_add(&b->registry, &tracking_section, "");

	if (number >= 0)
		number = registry_add(&b->registry, &stack_section, "");
	if (number < 0)
		return number;
	b->sections[0] = b->sections[1] = (struct input_section){ "", "" };
	b->stack.section = (uint16_t)number;
	for (size_t i = 0; plugins && i < plugins->n; i++) {
		const struct retis_plugin *p = &plugins->list[i]->desc;

		for (uint32_t s = 0; s < p->n_sections; s++) {
			number = registry_add(&b->registry, &p->sections[s], p->name);
			if (number >= 0)
				b->sections[number] = (struct input_section){ p->name, p->version };
		}
	}
	return 0;
}

/* The tables have a lock, so they are not constant. */
static bool get_made_name(const void *arg, size_t index, struct retis_file_name *name)
{
	return name_tables_get((struct name_tables *)(uintptr_t)arg, index, name);
}

int build_init(struct build *b, const struct plugins *plugins)
{
	int err;

	*b = (struct build){ .level = FIXUP_NONE };
	b->stack.frame = stack_frame;
	b->stack.arg = &b->names;
	b->names = (struct input_names){
		.generation = 1,
		.registry = &b->registry,
		.sections = b->sections,
		.stack = &b->stack,
		.symbol = build_symbol,
		.symbol_arg = b,
		.names = name_tables_api(&b->made),
		.name_at = get_made_name,
		.name_arg = &b->made,
	};
	err = text_init(&b->fixed, 4096);
	return err ? err : add_types(b, plugins);
}

void build_fini(struct build *b)
{
	build_opaque_free(b);
	intern_fini(&b->probe_keys);
	intern_fini(&b->symbols);
	free(b->probes);
	name_tables_fini(&b->made);
	text_fini(&b->fixed);
}

void build_note(struct build *b, const char *format, ...)
{
	char raw[sizeof(b->reason)];
	struct retis_text safe = { .data = b->reason, .capacity = sizeof(b->reason) - 1 };
	va_list args;

	/* The first reason is the one that is told. */
	if (b->reason[0])
		return;
	va_start(args, format);
	vsnprintf(raw, sizeof(raw), format, args);
	va_end(args);
	retis_text_escaped(&safe, raw, sizeof(raw));
	b->reason[safe.length] = '\0';
}

static struct retis_event *header(struct build *b)
{
	return (struct retis_event *)b->event;
}

static uint32_t take_number(struct json from, const char *key)
{
	struct json value;
	int64_t v;

	return json_find(from, key, &value) && !json_int(value, &v) ? (uint32_t)v : 0;
}

static void take_task(struct retis_event *event, struct json task)
{
	char comm[4 * RETIS_COMM_LEN] = "";
	struct json value;

	/* Upstream calls the thread `tgid`. */
	event->pid = take_number(task, "pid");
	event->tid = take_number(task, "tgid");
	if (json_find(task, "comm", &value) && json_text(value, comm, sizeof(comm)) >= 0)
		memcpy(event->comm, comm, sizeof(event->comm));
}

static int take_common(struct build *b, struct json common)
{
	struct retis_event *event = header(b);
	uint32_t missing;
	struct json value;

	*event = (struct retis_event){ .size = sizeof(*event), .probe = RECORD_NO_PROBE };
	if (json_kind(common) != JSON_OBJECT || !json_find(common, "timestamp", &value) ||
	    json_uint(value, (uint64_t *)&event->timestamp)) {
		build_note(b, "no timestamp");
		return -EBADMSG;
	}
	event->cpu = take_number(common, "smp_id");
	event->lost = take_number(common, "lost");
	missing = take_number(common, "missing");
	event->missing = (uint8_t)(missing < UINT8_MAX ? missing : UINT8_MAX);
	if (json_find(common, "task", &value))
		take_task(event, value);
	return 0;
}

static int take_probe(struct build *b, struct json probe, bool userspace)
{
	struct retis_event *event = header(b);
	struct json value;
	int number = build_probe(b, probe, userspace);

	if (number == -ENOMEM)
		return number;
	event->probe = number < 0 ? RECORD_NO_PROBE - 1 : (uint16_t)number;
	/* Its process is the task of the event, where that is told. */
	if (userspace && !event->tid && json_find(probe, "pid", &value)) {
		event->pid = take_number(probe, "pid");
		event->tid = take_number(probe, "tid");
	}
	return json_find(probe, "stack_trace", &value) ? build_stack(b, value) : 0;
}

/* The members of an event, found once. */
#define MEMBERS_MAX 64

struct members {
	struct json keys[MEMBERS_MAX];
	struct json values[MEMBERS_MAX];
	size_t n;
};

static void find_members(struct build *b, struct json object, struct members *m)
{
	struct json_iter iter = json_iter(object);

	m->n = 0;
	while (json_next_member(&iter, &m->keys[m->n], &m->values[m->n])) {
		if (json_kind(m->values[m->n]) == JSON_NULL)
			continue;
		if (++m->n == MEMBERS_MAX) {
			build_note(b, "more than %d sections", MEMBERS_MAX - 1);
			m->n--;
			return;
		}
	}
}

static const struct json *find(const struct members *m, const char *name)
{
	for (size_t i = 0; i < m->n; i++) {
		if (json_key_is(m->keys[i], name))
			return &m->values[i];
	}
	return NULL;
}

static int take_members(struct build *b, const struct members *m)
{
	bool probed = false;
	uint32_t rank = 0;
	int err = 0;

	for (size_t i = 0; i < m->n && !err; i++) {
		bool userspace = json_key_is(m->keys[i], "userspace");

		if (json_key_is(m->keys[i], "common"))
			continue;
		if (userspace || json_key_is(m->keys[i], "kernel")) {
			err = probed ? 0 : take_probe(b, m->values[i], userspace);
			probed = true;
		} else {
			err = build_section(b, m->keys[i], m->values[i], &rank);
		}
	}
	return err;
}

static int take_startup(struct build *b, struct json startup)
{
	int level;

	if (startup_parse(&b->startup, startup, header(b)->timestamp)) {
		build_note(b, "bad startup section");
		return -EBADMSG;
	}
	level = fixup_level(b->startup.version);
	if (level < 0) {
		build_note(b, "unsupported Retis version (%s)", b->startup.version);
		return level;
	}
	b->level = (enum fixup_level)level;
	return BUILD_START;
}

static int take_loss(struct build *b, struct json loss)
{
	struct json value;
	char cause[64];
	int probe = RETIS_NO_PROBE;

	b->loss = (struct retis_loss){ .until = header(b)->timestamp };
	if (json_find(loss, "since", &value) && json_uint(value, &b->loss.since))
		b->loss.since = 0;
	if (!json_find(loss, "count", &value) || json_uint(value, &b->loss.count)) {
		build_note(b, "bad loss section");
		return -EBADMSG;
	}
	if (json_find(loss, "cause", &value) && json_text(value, cause, sizeof(cause)) >= 0) {
		for (uint16_t i = RETIS_LOSS_RING_FULL; i <= RETIS_LOSS_UNTRACKED; i++) {
			if (!strcmp(retis_loss_text(i), cause))
				b->loss.cause = i;
		}
	}
	if (json_find(loss, "symbol", &value))
		probe = build_probe(b, loss, false);
	if (probe == -ENOMEM)
		return probe;
	b->loss.probe = probe < 0 ? RETIS_NO_PROBE : (uint16_t)probe;
	return BUILD_LOSS;
}

int build_event(struct build *b, struct json object)
{
	const struct json *member;
	struct members m;
	int err;

	b->reason[0] = '\0';
	find_members(b, object, &m);
	member = find(&m, "common");
	if (!member) {
		b->reason[0] = '\0';
		build_note(b, "not an event: it has no 'common'");
		return -EBADMSG;
	}
	err = take_common(b, *member);
	if (err)
		return err;
	member = find(&m, "startup");
	if (member)
		return take_startup(b, *member);
	member = find(&m, "loss");
	if (member)
		return take_loss(b, *member);
	err = take_members(b, &m);
	return err ? err : BUILD_EVENT;
}
