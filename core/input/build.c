/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
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

static int add_section_types(struct build *b, const struct plugins *plugins)
{
	int number = registry_add(&b->registry, &tracking_section, "");

	if (number >= 0)
		number = registry_add(&b->registry, &stack_section, "");
	if (number < 0)
		return number;
	b->stack.section = (uint16_t)number;
	for (size_t i = 0; plugins && i < plugins->n; i++) {
		const struct retis_plugin *p = &plugins->list[i]->desc;

		for (uint32_t s = 0; s < p->n_sections; s++) {
			number = registry_add(&b->registry, &p->sections[s], p->name);
			if (number >= 0)
				b->registry.entries[number].plugin_version = p->version;
		}
	}
	return 0;
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
		.stack = &b->stack,
		.all = &b->made,
		.names = name_tables_api(&b->made.tables),
	};
	err = text_init(&b->fixed, 4096);
	return err ? err : add_section_types(b, plugins);
}

void build_fini(struct build *b)
{
	build_opaque_free(b);
	for (size_t i = 0; i < REGISTRY_MAX; i++) {
		free(b->tables[i]);
		free(b->memos[i]);
	}
	intern_fini(&b->symbols);
	intern_fini(&b->hosts);
	free(b->told_hosts);
	names_fini(&b->made);
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

static struct retis_event *event_header(struct build *b)
{
	return (struct retis_event *)b->event;
}

static uint32_t take_u32(struct json_cursor *c)
{
	int64_t v;

	return json_take_int(c, &v) ? 0 : (uint32_t)v;
}

static uint32_t number_or_zero(struct json value)
{
	int64_t v;

	return json_int(value, &v) ? 0 : (uint32_t)v;
}

/* What an event has of its task. */
struct built_task {
	uint32_t pid, tid;
	char comm[RETIS_COMM_LEN];
};

static void take_new_task(struct built_task *task, struct json_cursor *c)
{
	/* Upstream calls the thread `tgid`. */
	enum { PID, TID, COMM, N };
	static const struct json_name names[N] = { JSON_NAME("pid"), JSON_NAME("tgid"),
						   JSON_NAME("comm") };
	char comm[4 * RETIS_COMM_LEN] = "";
	int key, expected = 0;

	if (!json_open(c, JSON_OBJECT)) {
		json_take(c);
		return;
	}
	while ((key = json_key_of(c, names, N, &expected)) >= 0) {
		if (key == PID)
			task->pid = take_u32(c);
		else if (key == TID)
			task->tid = take_u32(c);
		else if (key != COMM)
			json_take(c);
		else if (json_take_text(c, comm, sizeof(comm)) >= 0)
			memcpy(task->comm, comm, sizeof(task->comm));
	}
}

static void take_task(struct build *b, struct json_cursor *c)
{
	const struct memo_entry *known = memo_find(&b->tasks, c);
	struct retis_event *event = event_header(b);
	struct built_task task = { 0 };
	const char *start = c->at;

	if (known) {
		memcpy(&task, known->data, sizeof(task));
	} else {
		take_new_task(&task, c);
		if (!c->bad)
			memo_keep(&b->tasks, (struct json){ start, (size_t)(c->at - start) }, &task,
				  sizeof(task), 0);
	}
	event->pid = task.pid;
	event->tid = task.tid;
	memcpy(event->comm, task.comm, sizeof(event->comm));
}

static void take_event_host(struct build *b, struct json_cursor *c)
{
	char name[256];
	int n = json_take_text(c, name, sizeof(name));
	int number = n > 0 ? build_host(b, name) : 0;

	if (number <= 0)
		build_note(b, "without its host, which has no usable name or is one too many");
	event_header(b)->host = (uint8_t)(number > 0 ? number : 0);
}

/* Whether there is a timestamp. */
static bool take_common(struct build *b, struct json_cursor *c)
{
	enum { TIMESTAMP, CPU, TASK, HOST, MISSING, LOST, N };
	static const struct json_name names[N] = { JSON_NAME("timestamp"), JSON_NAME("smp_id"),
						   JSON_NAME("task"),	   JSON_NAME("host"),
						   JSON_NAME("missing"),   JSON_NAME("lost") };
	struct retis_event *event = event_header(b);
	int key, expected = 0;
	uint32_t missing = 0;
	bool timed = false;

	*event = (struct retis_event){ .size = sizeof(*event), .probe = RECORD_NO_PROBE };
	if (!json_open(c, JSON_OBJECT))
		return false;
	while ((key = json_key_of(c, names, N, &expected)) >= 0) {
		if (key == TIMESTAMP)
			timed = !json_take_uint(c, (uint64_t *)&event->timestamp);
		else if (key == CPU)
			event->cpu = take_u32(c);
		else if (key == TASK)
			take_task(b, c);
		else if (key == HOST)
			take_event_host(b, c);
		else if (key == MISSING)
			missing = take_u32(c);
		else if (key == LOST)
			event->lost = take_u32(c);
		else
			json_take(c);
	}
	event->missing = (uint8_t)(missing < UINT8_MAX ? missing : UINT8_MAX);
	return timed;
}

/* Into the event, and over `common`, which nearly always comes first. */
static int take_header(struct build *b, struct json_cursor *c)
{
	bool first = true, open = json_open(c, JSON_OBJECT);
	struct json_cursor ahead = *c;
	struct json key;

	for (; open && json_key(&ahead, &key); first = false) {
		if (!json_key_is(key, "common") || json_peek(&ahead) == JSON_NULL) {
			json_take(&ahead);
			continue;
		}
		if (!take_common(b, &ahead)) {
			build_note(b, "no timestamp");
			return -EBADMSG;
		}
		if (first)
			*c = ahead;
		return 0;
	}
	build_note(b, "not an event: it has no 'common'");
	return -EBADMSG;
}

static int take_new_probe(struct build *b, struct json_cursor *c, bool userspace)
{
	struct retis_event *event = event_header(b);
	const char *start = c->at;
	struct build_probe probe;
	int number;

	build_probe_read(&probe, c);
	number = build_probe(b, &probe, userspace);
	if (number == -ENOMEM)
		return number;
	event->probe = number < 0 ? RECORD_NO_PROBE - 1 : (uint16_t)number;
	if (!userspace && !probe.stack_trace.length && !c->bad)
		memo_keep(&b->kernel_probes, (struct json){ start, (size_t)(c->at - start) }, NULL,
			  0, event->probe);
	/* Its process is the task of the event, where that is told. */
	if (userspace && !event->tid && probe.pid.length) {
		event->pid = number_or_zero(probe.pid);
		event->tid = number_or_zero(probe.tid);
	}
	return probe.stack_trace.length ? build_stack(b, probe.stack_trace) : 0;
}

static int take_event_probe(struct build *b, struct json_cursor *c, bool userspace)
{
	const struct memo_entry *known = userspace ? NULL : memo_find(&b->kernel_probes, c);

	if (!known)
		return take_new_probe(b, c, userspace);
	event_header(b)->probe = (uint16_t)known->note;
	return 0;
}

/* Members that make something else of an event. */
struct special {
	struct json startup;
	struct json loss;
};

static int take_member(struct build *b, struct json key, struct json_cursor *c,
		       struct special *special)
{
	bool userspace = json_key_is(key, "userspace");

	if (json_peek(c) == JSON_NULL || json_key_is(key, "common")) {
		json_take(c);
	} else if (json_key_is(key, "startup")) {
		special->startup = json_take(c);
	} else if (json_key_is(key, "loss")) {
		special->loss = json_take(c);
	} else if (!userspace && !json_key_is(key, "kernel")) {
		return build_section(b, key, c);
	} else if (event_header(b)->probe == RECORD_NO_PROBE) {
		return take_event_probe(b, c, userspace);
	} else {
		json_take(c);
	}
	return 0;
}

static int take_startup(struct build *b, struct json startup)
{
	int level;

	if (startup_parse(&b->startup, startup, event_header(b)->timestamp)) {
		build_note(b, "bad startup section");
		return -EBADMSG;
	}
	level = fixup_level(b->startup.version);
	if (level < 0) {
		build_note(b, "unsupported Retis version (%s)", b->startup.version);
		return level;
	}
	b->level = (enum fixup_level)level;
	return build_told_hosts(b, startup) ? -ENOMEM : BUILD_START;
}

static int build_loss(struct build *b, struct json loss)
{
	struct json_cursor c = json_cursor(loss.text, loss.length);
	struct build_probe name;
	struct json value;
	char cause[64];
	int probe;

	b->loss = (struct retis_loss){ .until = event_header(b)->timestamp,
				       .host = event_header(b)->host };
	if (json_find(loss, "since", &value) && json_uint(value, &b->loss.since))
		b->loss.since = 0;
	if (!json_find(loss, "count", &value) || json_uint(value, &b->loss.count)) {
		build_note(b, "bad loss section");
		return -EBADMSG;
	}
	if (json_find(loss, "cause", &value) && json_text(value, cause, sizeof(cause)) >= 0) {
		for (uint16_t i = RETIS_LOSS_RING_FULL; i <= RETIS_LOSS_UNREAD; i++) {
			if (!strcmp(retis_loss_text(i), cause))
				b->loss.cause = i;
		}
	}
	build_probe_read(&name, &c);
	probe = name.symbol.length ? build_probe(b, &name, false) : RETIS_NO_PROBE;
	if (probe == -ENOMEM)
		return probe;
	b->loss.probe = probe < 0 ? RETIS_NO_PROBE : (uint16_t)probe;
	return BUILD_LOSS;
}

static int take_event_members(struct build *b, struct json_cursor *c)
{
	struct special special = { 0 };
	struct json key;
	int err = take_header(b, c);

	b->previous = REGISTRY_MAX;
	while (!err) {
		if (build_same_section(b, c))
			continue;
		if (!json_key(c, &key))
			break;
		err = take_member(b, key, c, &special);
	}
	if (err || c->bad)
		return err;
	if (!special.startup.length && !special.loss.length)
		return BUILD_EVENT;
	b->reason[0] = '\0';
	return special.startup.length ? take_startup(b, special.startup)
				      : build_loss(b, special.loss);
}

int build_event(struct build *b, struct json_cursor *c)
{
	struct json_cursor start = *c;
	int kind;

	b->reason[0] = '\0';
	kind = take_event_members(b, c);
	/* To its end, from wherever it failed. */
	if (kind < 0 && !c->bad) {
		*c = start;
		json_take(c);
	}
	return c->bad ? -EILSEQ : kind;
}
