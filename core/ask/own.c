/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an event says without any section: when and where it happened. */
#include "core/ask/value.h"

#include <string.h>

#include "core/event/common.h"

static void set_number(struct ask_value *out, uint64_t number)
{
	out->kind = ASK_NUMBER;
	out->number = number;
}

static void set_id(struct ask_value *out, uint32_t id)
{
	out->kind = ASK_NUMBER;
	out->is_signed = true;
	out->number = (uint64_t)(int64_t)(int32_t)id;
}

/* What is not told if it is none. */
static void set_count(struct ask_value *out, uint32_t n)
{
	if (n)
		set_number(out, n);
}

static void set_string(struct ask_value *out, const char *text)
{
	if (!text)
		return;
	out->kind = ASK_TEXT;
	out->text = text;
	out->length = strlen(text);
}

static const struct retis_file_probe *find_event_probe(const struct ask_event *e)
{
	uint32_t n = e->event->probe;

	return n < e->names->n_probes ? e->names->probes[n] : NULL;
}

/* Of the probe, if it is one in the kernel, or one in user space. */
static const struct retis_file_probe *kernel_probe(const struct ask_event *e)
{
	const struct retis_file_probe *p = find_event_probe(e);

	return p && !p->path ? p : NULL;
}

static const struct retis_file_probe *user_probe(const struct ask_event *e)
{
	const struct retis_file_probe *p = find_event_probe(e);

	return p && p->path ? p : NULL;
}

static bool ask_has_task(const struct ask_event *e)
{
	return (e->event->probe != RECORD_NO_PROBE && !user_probe(e)) || e->event->comm[0];
}

static void get_timestamp(struct ask_event *e, struct ask_value *out)
{
	set_number(out, e->event->timestamp);
}

static void get_smp_id(struct ask_event *e, struct ask_value *out)
{
	if (ask_has_task(e))
		set_number(out, e->event->cpu);
}

static void get_pid(struct ask_event *e, struct ask_value *out)
{
	if (ask_has_task(e))
		set_id(out, e->event->pid);
}

static void get_tgid(struct ask_event *e, struct ask_value *out)
{
	if (ask_has_task(e))
		set_id(out, e->event->tid);
}

static void get_comm(struct ask_event *e, struct ask_value *out)
{
	if (!ask_has_task(e))
		return;
	out->kind = ASK_TEXT;
	out->text = e->event->comm;
	out->length = strnlen(e->event->comm, sizeof(e->event->comm));
}

static void get_host(struct ask_event *e, struct ask_value *out)
{
	set_string(out, common_host(e->names->names, e->event->host));
}

static void get_missing(struct ask_event *e, struct ask_value *out)
{
	set_count(out, e->event->missing);
}

static void get_lost(struct ask_event *e, struct ask_value *out)
{
	set_count(out, e->event->lost);
}

static void get_unknown(struct ask_event *e, struct ask_value *out)
{
	const struct record *r = ask_event_record(e);

	if (r)
		set_count(out, record_unknown(r, e->names->registry->n));
}

static void get_repeated(struct ask_event *e, struct ask_value *out)
{
	const struct record *r = ask_event_record(e);

	if (r)
		set_count(out, r->repeated);
}

static void get_symbol(struct ask_event *e, struct ask_value *out)
{
	const struct retis_file_probe *p = kernel_probe(e);

	set_string(out, p ? p->symbol : NULL);
}

static void get_probe_type(struct ask_event *e, struct ask_value *out)
{
	const struct retis_file_probe *p = kernel_probe(e);

	set_string(out, p ? p->type : NULL);
}

static void get_backend(struct ask_event *e, struct ask_value *out)
{
	const struct retis_file_probe *p = kernel_probe(e);

	set_string(out, p ? p->backend : NULL);
}

static void get_user_symbol(struct ask_event *e, struct ask_value *out)
{
	const struct retis_file_probe *p = user_probe(e);

	set_string(out, p ? p->symbol : NULL);
}

static void get_user_type(struct ask_event *e, struct ask_value *out)
{
	const struct retis_file_probe *p = user_probe(e);

	set_string(out, p ? p->type : NULL);
}

static void get_path(struct ask_event *e, struct ask_value *out)
{
	const struct retis_file_probe *p = user_probe(e);

	set_string(out, p ? p->path : NULL);
}

static void get_ip(struct ask_event *e, struct ask_value *out)
{
	const struct retis_file_probe *p = user_probe(e);

	if (p)
		set_number(out, p->ip);
}

static void get_user_pid(struct ask_event *e, struct ask_value *out)
{
	if (user_probe(e))
		set_id(out, e->event->pid);
}

static void get_user_tid(struct ask_event *e, struct ask_value *out)
{
	if (user_probe(e))
		set_id(out, e->event->tid);
}

static const struct own_place {
	const char *group;
	const char *field;
	ask_own *get;
	bool of_probe;
} places[] = {
	{ "common", "timestamp", get_timestamp, false },
	{ "common", "smp_id", get_smp_id, false },
	{ "task", "pid", get_pid, false },
	{ "task", "tgid", get_tgid, false },
	{ "task", "comm", get_comm, false },
	{ "common", "host", get_host, false },
	{ "common", "missing", get_missing, false },
	{ "common", "lost", get_lost, false },
	{ "common", "unknown", get_unknown, false },
	{ "common", "repeated", get_repeated, false },
	{ "kernel", "symbol", get_symbol, true },
	{ "kernel", "probe_type", get_probe_type, true },
	{ "kernel", "backend", get_backend, true },
	{ "userspace", "symbol", get_user_symbol, true },
	{ "userspace", "probe_type", get_user_type, true },
	{ "userspace", "path", get_path, true },
	{ "userspace", "ip", get_ip, true },
	{ "userspace", "pid", get_user_pid, false },
	{ "userspace", "tid", get_user_tid, false },
};
#define N_PLACES (sizeof(places) / sizeof(places[0]))

ask_own *ask_own_find(const char *group, const char *field)
{
	for (size_t i = 0; i < N_PLACES; i++)
		if (!strcmp(places[i].group, group) && !strcmp(places[i].field, field))
			return places[i].get;
	return NULL;
}

bool ask_own_there(const struct ask_event *e, const char *group)
{
	if (!strcmp(group, "task"))
		return ask_has_task(e);
	if (!strcmp(group, "userspace"))
		return user_probe(e);
	return !strcmp(group, "common") || (e->event->probe != RECORD_NO_PROBE && !user_probe(e));
}

bool ask_own_is_time(ask_own *own)
{
	return own == get_timestamp;
}

bool ask_own_is_probe(ask_own *own)
{
	for (size_t i = 0; i < N_PLACES; i++)
		if (places[i].get == own)
			return places[i].of_probe;
	return false;
}
