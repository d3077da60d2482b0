/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The startup event, from JSON, to JSON and to text. */
#include "core/input/startup.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/event/json.h"
#include "core/event/printer.h"
#include "core/input/fixup.h"

#define NS_PER_SECOND 1000000000
/* In front of our own version in JSON. */
#define FORM_VERSION "v1.7.0+"

static void take_text(struct json from, const char *key, char *to, size_t size)
{
	struct json value;

	/* Upstream's own word for what old files don't say. */
	snprintf(to, size, "unknown");
	if (json_find(from, key, &value) && json_text(value, to, size) < 0)
		snprintf(to, size, "%.*s", (int)(value.length < 64 ? value.length : 64),
			 value.text);
}

static void take_retis_version(struct startup *s, struct json from)
{
	size_t n = strlen(FORM_VERSION);

	take_text(from, "retis_version", s->version, sizeof(s->version));
	/* Upstream's own begin with "v", and stay as they are. */
	if (!strncmp(s->version, FORM_VERSION, n) && isdigit((unsigned char)s->version[n]))
		memmove(s->version, s->version + n, strlen(s->version + n) + 1);
}

static void take_offset(struct startup *s, struct json from)
{
	struct json offset, value;
	int64_t sec, nsec, ns;

	if (!json_find(from, "clock_monotonic_offset", &offset))
		return;
	if (!json_find(offset, "sec", &value) || json_int(value, &sec) ||
	    !json_find(offset, "nsec", &value) || json_int(value, &nsec))
		return;
	if (__builtin_mul_overflow(sec, NS_PER_SECOND, &ns) ||
	    __builtin_add_overflow(ns, nsec, &ns))
		return;
	s->start.clock_offset = ns;
	s->has_offset = true;
}

static void take_start_host(struct startup *s, struct json host)
{
	struct json value;

	if (json_find(host, "name", &value) &&
	    json_text(value, s->host_name, sizeof(s->host_name)) < 0)
		s->host_name[0] = '\0';
	if (json_find(host, "id", &value) && json_text(value, s->host_id, sizeof(s->host_id)) < 0)
		s->host_id[0] = '\0';
	if (!json_find(host, "clock_error", &value) || json_uint(value, &s->start.clock_error))
		s->start.clock_error = 0;
	if (!json_find(host, "clock_error_max", &value) ||
	    json_uint(value, &s->start.clock_error_max))
		s->start.clock_error_max = 0;
}

static void take_split(struct startup *s, struct json from)
{
	struct json split, policy, value;
	uint64_t id, limit = 0;
	char kind[16] = "";

	if (!json_find(from, "split_file", &split) || !json_find(split, "id", &value) ||
	    json_uint(value, &id) || id > UINT32_MAX || !json_find(split, "policy", &policy))
		return;
	if (json_find(policy, "limit", &value) && json_uint(value, &limit))
		return;
	if (!json_find(policy, "kind", &value) || json_text(value, kind, sizeof(kind)) < 0)
		return;
	s->start.split.kind = !strcmp(kind, "time") ? RETIS_SPLIT_TIME : RETIS_SPLIT_SIZE;
	s->start.split.id = (uint32_t)id;
	s->start.split.limit = limit;
}

/* Its strings are those of S. */
static void own_strings(struct startup *s)
{
	s->start.version = s->version;
	s->start.command_line = s->command_line;
	s->start.kernel_release = s->kernel_release;
	s->start.kernel_version = s->kernel_version;
	s->start.machine = s->machine;
	s->start.host_name = s->host_name;
	s->start.host_id = s->host_id;
}

static void copy_text(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ? from : "");
}

void startup_copy(struct startup *s, const struct retis_start *start, bool has_offset)
{
	s->start = *start;
	s->start.hosts = NULL;
	s->start.n_hosts = 0;
	s->has_offset = has_offset;
	copy_text(s->version, sizeof(s->version), start->version);
	copy_text(s->command_line, sizeof(s->command_line), start->command_line);
	copy_text(s->kernel_release, sizeof(s->kernel_release), start->kernel_release);
	copy_text(s->kernel_version, sizeof(s->kernel_version), start->kernel_version);
	copy_text(s->machine, sizeof(s->machine), start->machine);
	copy_text(s->host_name, sizeof(s->host_name), start->host_name);
	copy_text(s->host_id, sizeof(s->host_id), start->host_id);
	own_strings(s);
}

void startup_parse_host(struct startup *s, struct json host)
{
	*s = (struct startup){ 0 };
	own_strings(s);
	take_start_host(s, host);
}

int startup_parse(struct startup *s, struct json startup, uint64_t timestamp)
{
	struct json machine = { "{}", 2 }, host;

	if (json_kind(startup) != JSON_OBJECT)
		return -EINVAL;
	s->has_offset = false;
	s->start = (struct retis_start){ .timestamp = timestamp };
	s->host_name[0] = s->host_id[0] = '\0';
	own_strings(s);
	take_retis_version(s, startup);
	take_text(startup, "cmdline", s->command_line, sizeof(s->command_line));
	json_find(startup, "machine", &machine);
	take_text(machine, "kernel_release", s->kernel_release, sizeof(s->kernel_release));
	take_text(machine, "kernel_version", s->kernel_version, sizeof(s->kernel_version));
	take_text(machine, "hardware_name", s->machine, sizeof(s->machine));
	take_offset(s, startup);
	if (json_find(startup, "host", &host))
		take_start_host(s, host);
	take_split(s, startup);
	return 0;
}

static void put_json_text(struct retis_text *out, const char *key, const char *value)
{
	retis_text_str(out, key);
	json_string(out, value, strlen(value));
}

static void put_startup_number(struct retis_text *out, const char *key, int64_t value)
{
	retis_text_str(out, key);
	retis_text_int(out, value);
}

static void put_json_split(const struct retis_split *split, struct retis_text *out)
{
	put_startup_number(out, ",\"split_file\":{\"id\":", split->id);
	put_json_text(out,
		      ",\"policy\":{\"kind\":", split->kind == RETIS_SPLIT_TIME ? "time" : "size");
	retis_text_str(out, ",\"limit\":");
	retis_text_dec(out, split->limit);
	retis_text_str(out, "}}");
}

static bool is_told(const char *text)
{
	return text && *text;
}

static void put_json_host(const struct retis_start *start, const char *key, struct retis_text *out)
{
	retis_text_str(out, key);
	put_json_text(out, "{\"name\":", start->host_name ? start->host_name : "");
	if (is_told(start->host_id))
		put_json_text(out, ",\"id\":", start->host_id);
	if (start->clock_error_max) {
		retis_text_str(out, ",\"clock_error\":");
		retis_text_dec(out, start->clock_error);
		retis_text_str(out, ",\"clock_error_max\":");
		retis_text_dec(out, start->clock_error_max);
	}
	retis_text_char(out, '}');
}

static void put_json_hosts(const struct retis_start *start, struct retis_text *out)
{
	for (uint32_t i = 0; i < start->n_hosts; i++) {
		static const struct retis_start nothing;
		const struct retis_start *host = start->hosts[i];

		put_json_host(host ? host : &nothing, i ? "," : ",\"hosts\":[", out);
	}
	if (start->n_hosts)
		retis_text_char(out, ']');
}

/* Events have the form of that version, and upstream's tools refuse older ones. Who
 * collected them stands behind the "+", where versions have what doesn't order them. */
static void put_json_version(const char *version, struct retis_text *out)
{
	int level = fixup_level(version);
	char text[160];

	if (*version != 'v' || level == FIXUP_1_5 || level == FIXUP_1_6) {
		snprintf(text, sizeof(text), FORM_VERSION "%s", *version ? version : "unknown");
		for (char *c = text + strlen(FORM_VERSION); *c; c++)
			if (!isalnum((unsigned char)*c) && *c != '.')
				*c = '-';
		version = text;
	}
	put_json_text(out, "},\"startup\":{\"retis_version\":", version);
}

static void put_startup_json(const struct retis_start *start, struct retis_text *out)
{
	int64_t sec = start->clock_offset / NS_PER_SECOND;
	int64_t nsec = start->clock_offset % NS_PER_SECOND;

	retis_text_str(out, "{\"common\":{\"timestamp\":");
	retis_text_dec(out, start->timestamp);
	put_json_version(start->version, out);
	put_json_text(out, ",\"cmdline\":", start->command_line);
	put_startup_number(out, ",\"clock_monotonic_offset\":{\"sec\":", nsec < 0 ? sec - 1 : sec);
	put_startup_number(out, ",\"nsec\":", nsec < 0 ? nsec + NS_PER_SECOND : nsec);
	put_json_text(out, "},\"machine\":{\"kernel_release\":", start->kernel_release);
	put_json_text(out, ",\"kernel_version\":", start->kernel_version);
	put_json_text(out, ",\"hardware_name\":", start->machine);
	retis_text_char(out, '}');
	if (is_told(start->host_name))
		put_json_host(start, ",\"host\":", out);
	put_json_hosts(start, out);
	if (start->split.kind != RETIS_SPLIT_NONE)
		put_json_split(&start->split, out);
	retis_text_str(out, "}}\n");
}

static void put_word(struct retis_text *out, const char *before, const char *text)
{
	retis_text_str(out, before);
	retis_text_escaped(out, text, strlen(text));
}

void startup_put_host(const struct retis_start *start, struct retis_text *out)
{
	put_word(out, "", start->host_name);
	if (is_told(start->host_id)) {
		put_word(out, " (", start->host_id);
		retis_text_char(out, ')');
	}
	if (!start->clock_error_max) {
		retis_text_str(out, ", clock error unknown");
		return;
	}
	retis_text_str(out, ", clock error ");
	retis_text_dec(out, start->clock_error / 1000);
	retis_text_str(out, " us, at most ");
	retis_text_dec(out, start->clock_error_max / 1000);
	retis_text_str(out, " us");
}

static void put_startup_text(const struct retis_start *start, struct retis_text *out)
{
	retis_text_break(out);
	put_word(out, start->n_hosts ? "merged with Retis " : "collected with Retis ",
		 start->version);
	if (!start->n_hosts) {
		retis_text_break(out);
		put_word(out, "on machine ", start->kernel_release);
		put_word(out, " ", start->kernel_version);
		put_word(out, " ", start->machine);
	}
	if (is_told(start->host_name)) {
		retis_text_break(out);
		retis_text_str(out, "host ");
		startup_put_host(start, out);
	}
	for (uint32_t i = 0; i < start->n_hosts; i++) {
		if (!start->hosts[i])
			continue;
		retis_text_break(out);
		retis_text_str(out, "host ");
		startup_put_host(start->hosts[i], out);
		put_word(out, ", ", start->hosts[i]->kernel_release);
	}
	if (start->split.kind != RETIS_SPLIT_NONE) {
		retis_text_break(out);
		retis_text_str(out, "file id ");
		retis_text_dec(out, start->split.id);
	}
	retis_text_break(out);
	put_word(out, "cmdline ", start->command_line);
}

void startup_print(struct printer *p, const struct retis_start *start, struct retis_text *out)
{
	const struct printer_options *o = &p->options;

	if (o->json) {
		put_startup_json(start, out);
		return;
	}
	if (o->utc)
		timestamp_utc(&p->clock, start->timestamp, o->clock_offset, out);
	else
		retis_text_dec(out, start->timestamp);
	out->multi_line = o->layout == PRINTER_MULTI_LINE;
	out->indent = 2;
	put_startup_text(start, out);
	retis_text_str(out, o->layout == PRINTER_MULTI_LINE ? "\n\n" : "\n");
}
