/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counting; core/report/stats_text.c tells. */
#include "core/report/stats.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/event/common.h"
#include "core/input/startup.h"
#include "core/report/stats_text.h"

#define NAMES_MAX (1u << 17)

void stats_fini(struct stats *s)
{
	intern_fini(&s->names);
	free(s->probes);
}

static uint32_t name_number(struct stats *s, const char *text)
{
	int n = intern_get(&s->names, text, strlen(text), NAMES_MAX);

	s->failed |= n == -ENOMEM;
	/* There always is the first one. */
	return n < 0 ? 0 : (uint32_t)n;
}

static uint32_t probe_name(struct stats *s, const struct retis_file_probe *p)
{
	char text[1024];

	snprintf(text, sizeof(text), "%s/%s", p->type ? p->type : "", p->symbol ? p->symbol : "");
	return name_number(s, text);
}

static uint32_t plugin_name(struct stats *s, const struct registry_entry *section)
{
	char text[256] = "";

	if (*section->plugin)
		snprintf(text, sizeof(text), "%s %s", section->plugin, section->plugin_version);
	return name_number(s, text);
}

/* Learns about what is new since the last item. */
static int learn_new_names(struct stats *s, const struct input_names *names)
{
	struct stats_count *probes;

	if (s->generation == names->generation)
		return 0;
	if (names->n_probes > s->n_probes) {
		probes = realloc(s->probes, names->n_probes * sizeof(*probes));
		if (!probes)
			return -ENOMEM;
		s->probes = probes;
		for (size_t i = s->n_probes; i < names->n_probes; i++)
			probes[i] = (struct stats_count){ .name = probe_name(s, names->probes[i]) };
		s->n_probes = names->n_probes;
	}
	for (uint16_t i = s->n_sections; i < names->registry->n; i++) {
		const struct registry_entry *e = &names->registry->entries[i];

		s->sections[i] = (struct stats_count){ .name = name_number(s, e->type->name) };
		s->plugins[i] = plugin_name(s, e);
	}
	s->n_sections = names->registry->n;
	s->generation = names->generation;
	return 0;
}

static void name_stats_host(struct stats *s, uint32_t number, const struct retis_start *start,
			    const char *name)
{
	char text[512];
	struct retis_text out = { .data = text, .capacity = sizeof(text) - 1 };

	if (start)
		startup_put_host(start, &out);
	else if (name)
		retis_text_escaped(&out, name, strlen(name));
	else
		retis_text_dec(&out, number);
	text[out.length] = '\0';
	s->hosts[number].name = name_number(s, text) + 1;
}

static struct stats_host *find_host(struct stats *s, const struct input_names *names,
				    uint32_t number)
{
	if (!number || number > RETIS_HOSTS_MAX)
		return NULL;
	if (!s->hosts[number].name)
		name_stats_host(s, number, NULL, common_host(names->names, (uint8_t)number));
	return &s->hosts[number];
}

static void begin_file_stats(struct stats *s, const struct input_item *item)
{
	memset(s->hosts, 0, sizeof(s->hosts));
	for (uint32_t i = 0; i < item->start->n_hosts; i++)
		if (item->start->hosts[i])
			name_stats_host(s, i + 1, item->start->hosts[i], NULL);
	s->n_probes = 0;
	s->n_sections = 0;
	s->n_losses = 0;
	s->generation = 0;
	s->any = true;
	s->utc = item->has_offset;
	s->clock_offset = item->start->clock_offset;
	s->events = s->series = s->uncounted = s->raw = 0;
}

static void count_event(struct stats *s, const struct input_names *names,
			const struct retis_event *event)
{
	const struct retis_section *section = NULL;
	struct stats_host *host = find_host(s, names, event->host);

	if (host)
		host->events++;
	while ((section = retis_section_next(event, section))) {
		if (section->type >= s->n_sections)
			continue;
		s->sections[section->type].events++;
		s->sections[section->type].bytes += section->size;
	}
	if (event->probe >= s->n_probes) {
		s->uncounted++;
		return;
	}
	s->probes[event->probe].events++;
	if (!s->events || event->timestamp < s->first)
		s->first = event->timestamp;
	if (!s->events || event->timestamp > s->last)
		s->last = event->timestamp;
	s->events++;
}

static void count_loss(struct stats *s, const struct input_names *names,
		       const struct retis_loss *loss)
{
	uint32_t probe = loss->probe < s->n_probes ? s->probes[loss->probe].name + 1 : 0;
	struct stats_host *host = find_host(s, names, loss->host);

	if (host)
		host->lost += loss->count;
	for (size_t i = 0; i < s->n_losses; i++) {
		if (s->losses[i].cause == loss->cause && s->losses[i].probe == probe) {
			s->losses[i].count += loss->count;
			return;
		}
	}
	if (s->n_losses == STATS_LOSSES_MAX)
		return;
	s->losses[s->n_losses++] = (struct stats_loss){
		.cause = loss->cause,
		.probe = probe,
		.count = loss->count,
	};
}

static void end_file_stats(struct stats *s, const struct input *in, bool last,
			   struct retis_text *out)
{
	struct input_totals totals;

	if (last)
		input_totals(in, &totals);
	else
		input_totals_before(in, &totals);
	stats_text_counts(s, &totals, out);
	s->before = totals;
}

int stats_item(struct stats *s, const struct input *in, const struct input_item *item,
	       struct retis_text *out)
{
	const struct input_names *names = input_names(in);
	int err;

	if (item->kind == INPUT_START) {
		if (s->any || s->events)
			end_file_stats(s, in, false, out);
		begin_file_stats(s, item);
		stats_text_start(s, item->start, out);
	}
	err = learn_new_names(s, names);
	if (err || s->failed)
		return -ENOMEM;
	if (item->kind == INPUT_EVENT)
		count_event(s, names, item->event);
	else if (item->kind == INPUT_LOSS)
		count_loss(s, names, item->loss);
	else if (item->kind == INPUT_SERIES_END)
		s->series++;
	return 0;
}

void stats_end(struct stats *s, const struct input *in, struct retis_text *out)
{
	end_file_stats(s, in, true, out);
}
