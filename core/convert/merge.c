/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/convert/merge.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/event/common.h"
#include "core/file/dictionary.h"
#include "core/util/hash.h"
#include "core/util/log.h"

/* --- what inputs begin with ------------------------------------------------- */

static int refuse_source(const struct merge_source *s, const char *why)
{
	log_fatal("%s can't be merged: it %s", s->file, why);
	return -EINVAL;
}

static int next_source_item(const struct merge *m, struct merge_source *s)
{
	int got;

	do
		got = input_next(s->in, &s->item);
	while (got == -EINTR && !m->stopped(m->arg));
	if (got == -EINTR)
		got = 0;
	s->ended = got <= 0;
	return got;
}

/* Its first item, which tells how to get from its times to others'. */
static int begin_source(const struct merge *m, struct merge_source *s)
{
	int got = next_source_item(m, s);

	if (got < 0)
		return got;
	if (!got || s->item.kind != INPUT_START || !s->item.has_offset)
		return refuse_source(s, "does not say how to get from its times to UTC");
	startup_copy(&s->start, s->item.start, true);
	s->copy.merged = true;
	return 0;
}

/* What is told of a host of S. */
static void put_merged_host(struct merge *m, struct merge_source *s, uint32_t from,
			    const struct retis_start *start)
{
	struct retis_start host = *start;

	/* Those of a merged file keep their names. */
	if ((s->named && !from) || !host.host_name || !*host.host_name)
		host.host_name = s->host_name;
	s->copy.hosts[from] = (uint8_t)++m->n_hosts;
	m->n_unsure += !host.clock_error_max;
	dictionary_put_host(&m->copy->records, (uint16_t)m->n_hosts, &host);
}

static int refuse_hosts(void)
{
	log_fatal("more than %d hosts can't be merged into one file", RETIS_HOSTS_MAX);
	return -E2BIG;
}

/* Each source gets a number for each of its hosts. */
static int number_hosts(struct merge *m, struct merge_source *s)
{
	const struct retis_start *start = s->item.start;
	uint32_t n = start->n_hosts;

	if (m->n_hosts + (n ? n : 1) > RETIS_HOSTS_MAX)
		return refuse_hosts();
	if (!n)
		put_merged_host(m, s, 0, start);
	for (uint32_t i = 0; i < n; i++)
		if (start->hosts[i])
			put_merged_host(m, s, i + 1, start->hosts[i]);
	s->copy.n_hosts = n;
	return 0;
}

/* Times count from the boot of the host that booted first, so none is before 0. */
static int64_t first_offset(const struct merge *m)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < m->n; i++)
		if (m->sources[i].start.start.clock_offset < first)
			first = m->sources[i].start.start.clock_offset;
	return first;
}

static void shift_source(struct merge_source *s, int64_t offset, int64_t base)
{
	if (__builtin_sub_overflow(offset, base, &s->copy.shift))
		s->copy.shift = INT64_MAX;
}

static int begin_merged_file(struct merge *m, int64_t base)
{
	struct retis_start start = {
		.timestamp = UINT64_MAX,
		.clock_offset = base,
		.collection = HASH_START,
		.version = m->version,
		.command_line = m->command_line,
		.kernel_release = "",
		.kernel_version = "",
		.machine = "",
	};
	int err = 0;

	for (size_t i = 0; i < m->n && !err; i++) {
		struct merge_source *s = &m->sources[i];
		const struct retis_start *from = &s->start.start;
		uint64_t time;

		shift_source(s, from->clock_offset, base);
		time = copy_shift_time(&s->copy, from->timestamp);
		if (time < start.timestamp)
			start.timestamp = time;
		/* The same files make the same one. */
		start.collection =
			hash_bytes(start.collection, &from->collection, sizeof(from->collection));
		err = number_hosts(m, s);
	}
	return err ? err : copy_start(m->copy, &start);
}

/* --- in order --------------------------------------------------------------- */

/* The next file of a rotated set: its clock may have been set. */
static int go_on(struct merge_source *s, int64_t base)
{
	const struct retis_start *start = s->item.start;

	if (start->collection != s->start.start.collection)
		return refuse_source(s,
				     "holds several collections; give each as a file of its own");
	shift_source(s, start->clock_offset, base);
	return 0;
}

/* An event or a loss of S, and its time. */
static int advance_source(const struct merge *m, struct merge_source *s, int64_t base)
{
	int got, err = 0;

	while (!err && (got = next_source_item(m, s)) > 0) {
		if (s->item.kind == INPUT_SERIES_END || s->item.series != PRINTER_ALONE)
			return refuse_source(s, "is sorted; merge what it was made of, and sort "
						"that");
		if (s->item.kind == INPUT_EVENT)
			s->time = copy_shift_time(&s->copy, s->item.event->timestamp);
		else if (s->item.kind == INPUT_LOSS)
			s->time = copy_shift_time(&s->copy, s->item.loss->until);
		else
			err = go_on(s, base);
		if (s->item.kind != INPUT_START)
			return 0;
	}
	return err ? err : got;
}

/* The source whose turn it is, the first of those at the same time; NULL: all have ended.
 * *LIMIT: the time when it is another one's. */
static struct merge_source *choose_source(const struct merge *m, uint64_t *limit)
{
	struct merge_source *first = NULL;

	*limit = UINT64_MAX;
	for (size_t i = 0; i < m->n; i++) {
		struct merge_source *s = &m->sources[i];

		if (s->ended)
			continue;
		if (first && s->time >= first->time) {
			*limit = s->time < *limit ? s->time : *limit;
			continue;
		}
		if (first)
			*limit = first->time;
		first = s;
	}
	return first;
}

/* Its start did not tell of it. */
static int number_late_host(struct merge *m, struct merge_source *s, uint16_t host)
{
	const struct input_names *names = input_names(s->in);
	const char *name = host ? common_host(names->names, (uint8_t)host) : NULL;
	const struct retis_start start = { .host_name = name };

	if (s->copy.hosts[host])
		return 0;
	if (m->n_hosts == RETIS_HOSTS_MAX)
		return refuse_hosts();
	put_merged_host(m, s, host, &start);
	if (host > s->copy.n_hosts)
		s->copy.n_hosts = host;
	/* Those that came hold for it, too. */
	s->copy.n_names = 0;
	return 0;
}

static int copy_source_next(struct merge *m, struct merge_source *s)
{
	uint16_t host = s->item.kind == INPUT_EVENT ? s->item.event->host : s->item.loss->host;
	int err = host <= RETIS_HOSTS_MAX ? number_late_host(m, s, host) : 0;

	if (err)
		return err;
	if (s->item.kind == INPUT_EVENT)
		m->events++;
	else
		m->lost += s->item.loss->count;
	return copy_source_item(m->copy, &s->copy, input_names(s->in), &s->item);
}

static int copy_all_sources(struct merge *m, int64_t base)
{
	struct merge_source *s;
	uint64_t limit;
	int err = 0;

	for (size_t i = 0; i < m->n && !err; i++)
		err = advance_source(m, &m->sources[i], base);
	while (!err && !m->stopped(m->arg) && (s = choose_source(m, &limit))) {
		do {
			err = copy_source_next(m, s);
			if (!err)
				err = advance_source(m, s, base);
		} while (!err && !s->ended && s->time < limit && !m->stopped(m->arg));
	}
	return err;
}

int merge_run(struct merge *m)
{
	int64_t base;
	int err = 0;

	for (size_t i = 0; i < m->n && !err; i++)
		err = begin_source(m, &m->sources[i]);
	if (err)
		return err;
	base = first_offset(m);
	err = begin_merged_file(m, base);
	return err ? err : copy_all_sources(m, base);
}

void merge_fini(struct merge *m)
{
	for (size_t i = 0; i < m->n; i++)
		copy_source_fini(&m->sources[i].copy);
}
