/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Upstream's lines first, in its words, then what we know besides. */
#include "core/report/stats_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/input/startup.h"

__attribute__((format(printf, 2, 3))) static void put_formatted(struct retis_text *out,
								const char *format, ...)
{
	char line[512];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (n > 0)
		retis_text_bytes(out, line,
				 (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1);
}

static void put_counted_name(const struct stats *s, uint32_t number, struct retis_text *out)
{
	const char *name = number < s->names.n ? s->names.texts[number] : "";

	retis_text_escaped(out, name, strlen(name));
}

static void put_line(struct retis_text *out, const char *label, const char *value)
{
	put_formatted(out, "%s: ", label);
	retis_text_escaped(out, value, strlen(value));
	retis_text_char(out, '\n');
}

static void put_time_line(const struct stats *s, const char *label, uint64_t ns,
			  struct retis_text *out)
{
	struct timestamp_cache cache = { 0 };

	put_formatted(out, "%s: ", label);
	if (s->utc)
		timestamp_utc(&cache, ns, s->clock_offset, out);
	else
		retis_text_dec(out, ns);
	retis_text_char(out, '\n');
}

static void put_host_line(const struct retis_start *start, struct retis_text *out)
{
	if (!start->host_name || !*start->host_name)
		return;
	retis_text_str(out, "Host: ");
	startup_put_host(start, out);
	retis_text_char(out, '\n');
}

static void put_machine(const struct retis_start *start, struct retis_text *out)
{
	/* A merged file is of several. */
	if (start->n_hosts)
		return;
	retis_text_str(out, "Machine: ");
	retis_text_escaped(out, start->kernel_release, strlen(start->kernel_release));
	retis_text_char(out, ' ');
	retis_text_escaped(out, start->machine, strlen(start->machine));
	retis_text_char(out, '\n');
}

void stats_text_start(const struct stats *s, const struct retis_start *start,
		      struct retis_text *out)
{
	bool split = start->split.kind != RETIS_SPLIT_NONE;

	(void)s;
	if (!split || !start->split.id) {
		put_line(out, "Retis version", start->version);
		put_line(out, "Retis cmdline", start->command_line);
		put_machine(start, out);
		put_host_line(start, out);
	}
	if (split)
		put_formatted(out, "\nSplit index: %u\n", start->split.id);
}

/* The most first; what is as much in the order of its number. */
static int by_events(const void *a, const void *b)
{
	const struct stats_count *x = a, *y = b;

	if (x->events != y->events)
		return x->events < y->events ? 1 : -1;
	return (x->name > y->name) - (x->name < y->name);
}

static int by_count(const void *a, const void *b)
{
	const struct stats_loss *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return (x->cause > y->cause) - (x->cause < y->cause);
}

/* Adds up those of one name; the rest is empty. */
static void merge_counts(struct stats_count *counts, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		for (size_t j = 0; j < i && counts[i].events; j++) {
			if (counts[j].name != counts[i].name || !counts[j].events)
				continue;
			counts[j].events += counts[i].events;
			counts[i].events = 0;
		}
	}
}

static void put_probe_counts(struct stats *s, struct retis_text *out)
{
	double seconds = s->last > s->first ? (double)(s->last - s->first) / 1e9 : 0;

	merge_counts(s->probes, s->n_probes);
	qsort(s->probes, s->n_probes, sizeof(*s->probes), by_events);
	retis_text_str(out, "Probes:\n");
	for (size_t i = 0; i < s->n_probes && s->probes[i].events; i++) {
		retis_text_str(out, "  ");
		put_counted_name(s, s->probes[i].name, out);
		put_formatted(out, ": %" PRIu64, s->probes[i].events);
		if (seconds >= 0.001)
			put_formatted(out, " (%.1f/s)", (double)s->probes[i].events / seconds);
		retis_text_char(out, '\n');
	}
}

static void put_section_count(const struct stats *s, uint16_t number, struct retis_text *out)
{
	const struct stats_count *count = &s->sections[number];

	retis_text_str(out, "  ");
	put_counted_name(s, count->name, out);
	if (s->plugins[number] < s->names.n && *s->names.texts[s->plugins[number]]) {
		retis_text_str(out, " (plugin ");
		put_counted_name(s, s->plugins[number], out);
		retis_text_char(out, ')');
	}
	put_formatted(out, ": %" PRIu64 ", %" PRIu64 " bytes\n", count->events, count->bytes);
}

static void put_section_counts(const struct stats *s, struct retis_text *out)
{
	bool any = false;

	for (uint16_t i = 0; i < s->n_sections; i++) {
		if (!s->sections[i].events)
			continue;
		if (!any)
			retis_text_str(out, "Sections:\n");
		any = true;
		put_section_count(s, i, out);
	}
}

static void put_losses(struct stats *s, struct retis_text *out)
{
	qsort(s->losses, s->n_losses, sizeof(s->losses[0]), by_count);
	retis_text_str(out, "Losses:\n");
	for (size_t i = 0; i < s->n_losses; i++) {
		const struct stats_loss *l = &s->losses[i];

		put_formatted(out, "  %s", retis_loss_text(l->cause));
		if (l->probe) {
			retis_text_str(out, ", ");
			put_counted_name(s, l->probe - 1, out);
		}
		put_formatted(out, ": %" PRIu64 "\n", l->count);
	}
}

static void put_hosts(const struct stats *s, struct retis_text *out)
{
	bool any = false;

	for (uint32_t i = 1; i <= RETIS_HOSTS_MAX; i++) {
		const struct stats_host *host = &s->hosts[i];

		if (!host->name)
			continue;
		retis_text_str(out, any ? "  " : "Hosts:\n  ");
		any = true;
		put_counted_name(s, host->name - 1, out);
		put_formatted(out, ": %" PRIu64, host->events);
		if (host->lost)
			put_formatted(out, ", %" PRIu64 " lost", host->lost);
		retis_text_char(out, '\n');
	}
}

static void put_size(const struct stats *s, const struct input_totals *totals,
		     struct retis_text *out)
{
	uint64_t bytes = totals->bytes - s->before.bytes;
	uint64_t raw = totals->raw - s->before.raw;
	uint64_t stored = totals->stored - s->before.stored;

	put_formatted(out, "Size: %" PRIu64 " bytes", bytes);
	if (s->events)
		put_formatted(out, ", %.1f per event", (double)bytes / (double)s->events);
	if (stored)
		put_formatted(out, ", events compressed %.1f times", (double)raw / (double)stored);
	retis_text_char(out, '\n');
	if (totals->bad > s->before.bad)
		put_formatted(out, "Damaged parts: %" PRIu64 "\n", totals->bad - s->before.bad);
	if (!totals->complete)
		retis_text_str(out, "The writer has not ended this file.\n");
}

void stats_text_counts(struct stats *s, const struct input_totals *totals, struct retis_text *out)
{
	if (s->series)
		put_formatted(out, "Number of series: %" PRIu64 "\n", s->series);
	put_formatted(out, "Number of events: %" PRIu64 "\n", s->events);
	if (s->uncounted)
		put_formatted(out, "Events of no probe: %" PRIu64 "\n", s->uncounted);
	if (s->events) {
		put_time_line(s, "First event at", s->first, out);
		put_time_line(s, "Last event at", s->last, out);
		put_probe_counts(s, out);
		put_section_counts(s, out);
	}
	put_hosts(s, out);
	if (s->n_losses)
		put_losses(s, out);
	put_size(s, totals, out);
}
