/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/session/losses.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <retis/clock.h>

#include "core/plan/counters.h"
#include "core/util/list.h"
#include "core/util/log.h"

int losses_init(struct losses *l, const struct plan *plan, const struct loaded *loaded)
{
	size_t n = plan->max_probes ? plan->max_probes : 1;

	*l = (struct losses){ .plan = plan,
			      .loaded = loaded,
			      .looked = retis_clock_ns(),
			      .seen = calloc(n, sizeof(*l->seen)),
			      .skipped = calloc(n, sizeof(*l->skipped)) };
	return l->seen && l->skipped ? 0 : -ENOMEM;
}

void losses_fini(struct losses *l)
{
	free(l->seen);
	free(l->skipped);
	free(l->records);
}

static int note_loss(struct losses *l, uint16_t probe, enum retis_loss_cause cause, uint64_t count)
{
	int err;

	if (!count)
		return 0;
	err = list_grow((void **)&l->records, l->n_records, &l->room_records, sizeof(*l->records));
	if (!err)
		l->records[l->n_records++] = (struct retis_loss){
			.since = l->looked, .count = count, .cause = (uint16_t)cause, .probe = probe
		};
	return err;
}

/* What is new since the last look. */
static int note_probe(struct losses *l, size_t i, uint16_t probe, const struct loss_counters *now,
		      uint64_t skipped)
{
	const struct loss_counters *before = &l->seen[i];
	int err = note_loss(l, probe, RETIS_LOSS_RING_FULL, now->ring_full - before->ring_full);

	if (!err)
		err = note_loss(l, probe, RETIS_LOSS_NESTING, now->nesting - before->nesting);
	if (!err)
		err = note_loss(l, probe, RETIS_LOSS_SKIPPED, skipped - l->skipped[i]);
	if (!err)
		err = note_loss(l, probe, RETIS_LOSS_SECTION, now->space - before->space);
	if (!err)
		err = note_loss(l, probe, RETIS_LOSS_UNPAIRED, now->unpaired - before->unpaired);
	if (!err)
		err = note_loss(l, probe, RETIS_LOSS_UNTRACKED, now->untracked - before->untracked);
	if (!err)
		err = note_loss(l, probe, RETIS_LOSS_UNREAD, now->unread - before->unread);
	return err;
}

/* Probes that only track packets have no events to lose. */
static void add_up(struct losses *l, const struct probe *probe, const struct loss_counters *now,
		   uint64_t skipped)
{
	const struct loss_counters *before = &l->seen[probe->number];

	l->untracked += now->untracked - before->untracked;
	if (probe->internal) {
		l->unseen += skipped;
		return;
	}
	l->ring_full += now->ring_full - before->ring_full;
	l->events += now->ring_full - before->ring_full + now->nesting - before->nesting +
		     now->unpaired - before->unpaired + now->unread - before->unread + skipped;
	l->sections += now->space - before->space;
}

static int look_at_losses(struct losses *l, size_t i, uint64_t *bytes)
{
	struct loss_counters now, *before = &l->seen[i];
	const struct probe *probe = &l->plan->probes[i];
	uint16_t number = probe->internal ? RETIS_NO_PROBE : probe->number;
	uint64_t skipped;
	int err;

	if (probe->prog_fd < 0)
		return 0;
	err = engine_losses(l->loaded->engine, probe->number, &now);
	if (!err)
		err = engine_skipped(l->loaded->engine, probe, &skipped);
	/* What links have told is gone with them. */
	if (!err && skipped < l->skipped[i])
		skipped = l->skipped[i];
	if (!err)
		err = note_probe(l, i, number, &now, probe->internal ? l->skipped[i] : skipped);
	if (err)
		return err;
	add_up(l, probe, &now, skipped - l->skipped[i]);
	*bytes += now.ring_bytes - before->ring_bytes +
		  RING_HEADER * (now.ring_full - before->ring_full);
	*before = now;
	l->skipped[i] = skipped;
	return 0;
}

int64_t losses_look(struct losses *l)
{
	uint64_t lost = l->events + l->sections, untracked = l->untracked;
	uint64_t bytes = 0, time = retis_clock_ns();
	int err = 0;

	l->n_records = 0;
	for (size_t i = 0; i < l->plan->n_probes && !err; i++)
		err = look_at_losses(l, i, &bytes);
	l->more_counted = 0;
	if (!err) {
		int64_t counted = counters_look(l->plan);

		err = counted < 0 ? (int)counted : 0;
		l->more_counted = counted < 0 ? 0 : (uint64_t)counted;
	}
	if (!err)
		err = note_loss(l, RETIS_NO_PROBE, RETIS_LOSS_MAP_FULL, l->more_counted);
	l->looked = time;
	l->run_bytes = bytes ? l->run_bytes + bytes : 0;
	if (l->run_bytes > l->worst_bytes)
		l->worst_bytes = l->run_bytes;
	for (size_t i = 0; i < l->n_records; i++)
		l->records[i].until = time;
	l->more = l->events + l->sections - lost;
	l->more_untracked = l->untracked - untracked;
	return err ? err : (int64_t)(l->more + l->more_untracked + l->more_counted);
}

/* The size of buffer that would have held what found it full. */
static uint64_t sufficient_mib(const struct losses *l)
{
	uint64_t need = (uint64_t)l->plan->n_rings * (l->plan->ring_size + l->worst_bytes),
		 size = 1 << 20;

	while (size < need)
		size *= 2;
	return size >> 20;
}

static void warn_events(const struct losses *l)
{
	if (l->ring_full)
		log_warn("lost %" PRIu64 " more event(s) or section(s), %" PRIu64
			 " event(s) in all; --buffer-size %" PRIu64
			 "M at least would have held them",
			 l->more, l->events, sufficient_mib(l));
	else
		log_warn("lost %" PRIu64 " more event(s) or section(s), %" PRIu64
			 " event(s) in all",
			 l->more, l->events);
}

static void warn_untracked(const struct losses *l)
{
	log_warn("%" PRIu64 " more packet(s) not tracked, %" PRIu64
		 " in all: more than %u at one time; see --track-size",
		 l->more_untracked, l->untracked, l->plan->track_size);
}

void losses_warn(const struct losses *l)
{
	if (l->more)
		warn_events(l);
	if (l->more_untracked)
		warn_untracked(l);
	if (l->more_counted)
		counters_warn(l->plan);
}

static void report_lost(const char *probe, uint64_t n, const char *what, const char *cause)
{
	if (n)
		log_warn("lost %" PRIu64 " %s from %s: %s", n, what, probe, cause);
}

/* Says so if what follows is about more probes than the one in NAME. */
static void add_more_count(char *name, size_t size, size_t n)
{
	size_t length = strlen(name);

	if (n > 1)
		snprintf(name + length, size - length, " and %zu more", n - 1);
}

static void report_tracking(const struct losses *l)
{
	if (l->untracked)
		log_warn("%" PRIu64 " packet(s) not tracked: too many at one time (--track-size)",
			 l->untracked);
	if (l->unseen)
		log_warn("%" PRIu64 " end(s) or change(s) of packets were not seen, as the kernel "
			 "skipped the probe: other packets may have got their ids",
			 l->unseen);
}

/* Sections lost, and whose fault it is. */
static void report_spoiler(const struct losses *l, const struct probe *probe,
			   const struct loss_counters *seen, const char *name)
{
	const struct splice_code *code;
	const struct collector *c;
	const char *program;

	if (!seen->spoiled)
		return;
	code = engine_hook_code(l->loaded->engine, probe, (size_t)seen->spoiler - 1);
	c = code ? plan_hook_owner(l->plan, code, &program) : NULL;
	if (c)
		log_warn("Collector %s: hook '%s' spoils events of %s, what it added was thrown "
			 "away %" PRIu64 " time(s)",
			 c->plugin->desc.name, program, name, (uint64_t)seen->spoiled);
}

/* What is missing because that was asked for. */
static void report_deliberate(const struct losses *l)
{
	const struct collect_options *o = l->plan->options;
	uint64_t undrawn = 0, limited = 0;

	for (size_t i = 0; i < l->plan->n_probes; i++) {
		undrawn += l->seen[i].undrawn;
		limited += l->seen[i].limited;
	}
	if (o->sample_of)
		log_info("%" PRIu64 " %s left out by --sample 1/%u", undrawn,
			 l->plan->track_size ? "packet(s)" : "event(s)", o->sample_of);
	if (o->rate_limit)
		log_info("%" PRIu64 " event(s) left out by --limit-rate %" PRIu64, limited,
			 o->rate_limit);
}

void losses_report(const struct losses *l)
{
	uint64_t pending;
	char full[96];

	snprintf(full, sizeof(full),
		 "event buffer full (--buffer-size %" PRIu64 "M at least would do)",
		 sufficient_mib(l));
	report_deliberate(l);
	report_tracking(l);
	counters_report(l->plan);
	for (size_t i = 0; i < l->plan->n_probes; i++) {
		char name[192];

		if (l->plan->probes[i].internal)
			continue;
		probe_text(&l->plan->probes[i], name, sizeof(name));
		report_lost(name, l->seen[i].ring_full, "event(s)", full);
		report_lost(name, l->seen[i].nesting, "event(s)",
			    retis_loss_text(RETIS_LOSS_NESTING));
		report_lost(name, l->seen[i].space, "section(s)",
			    retis_loss_text(RETIS_LOSS_SECTION));
		report_spoiler(l, &l->plan->probes[i], &l->seen[i], name);
		report_lost(name, l->seen[i].unpaired, "event(s)",
			    retis_loss_text(RETIS_LOSS_UNPAIRED));
		report_lost(name, l->seen[i].unread, "event(s)",
			    retis_loss_text(RETIS_LOSS_UNREAD));
		add_more_count(name, sizeof(name),
			       engine_speaks_for(l->loaded->engine, &l->plan->probes[i]));
		report_lost(name, l->skipped[i], "event(s)", retis_loss_text(RETIS_LOSS_SKIPPED));
	}
	if (!l->events)
		return;
	log_warn("total events lost: %" PRIu64, l->events);
	/* The others that a program saw are told by the event behind them. */
	if (!engine_pending(l->loaded->engine, &pending) && pending)
		log_warn("%" PRIu64 " of them after the last event of their processor", pending);
}
