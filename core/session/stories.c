/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/session/stories.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include <retis/clock.h>

#include "core/sort/live.h"
#include "core/util/log.h"

/* Most that is held. */
#define PACKETS 65536
#define BYTES (64u << 20)
/* Of the time, looking which packets are still there takes at most 1 / that. */
#define LOOK_SHARE 20

struct stories {
	struct session *session;
	struct console *console;
	struct live live;
	struct emit emit;
	struct input_names names;
	struct input_section sections[REGISTRY_MAX];
	struct probe_name *probes;
	/* When to look again, ns. */
	uint64_t look_at;
	bool full;
	/* New names that the console's thread has not taken yet. */
	pthread_mutex_t lock;
	struct probe_name *fresh;
	size_t n_fresh;
};

/* --- in the console's thread ------------------------------------------------ */

static int take_names(struct stories *st)
{
	struct probe_name *fresh;

	pthread_mutex_lock(&st->lock);
	fresh = st->fresh;
	st->fresh = NULL;
	if (fresh)
		st->names.n_probes = st->n_fresh;
	pthread_mutex_unlock(&st->lock);
	if (!fresh)
		return 0;
	free(st->probes);
	st->names.probes = st->probes = fresh;
	st->names.generation++;
	return live_learn(&st->live, &st->names);
}

static void note_printed(void *arg)
{
	console_printed(((struct stories *)arg)->console);
}

static void tell_full(struct stories *st)
{
	if (st->full || !st->live.early)
		return;
	st->full = true;
	log_warn("More packets are on their way than --sort can hold: those without an event for "
		 "longest are printed before they end");
}

static int tell_event(void *arg, const struct retis_event *event)
{
	struct stories *st = arg;
	int err = take_names(st);

	if (!err)
		err = live_event(&st->live, event);
	tell_full(st);
	return err;
}

static int tell_loss(void *arg, const struct retis_loss *loss)
{
	struct stories *st = arg;
	int err = take_names(st);

	return err ? err : live_loss(&st->live, loss);
}

static int see_packet(void *arg, const struct retis_packet *packet)
{
	const struct packet_id id = { packet->id.time, packet->id.head };
	const struct packet_id parent = { packet->parent.time, packet->parent.head };

	return live_see(&((struct stories *)arg)->live, &id, &parent);
}

static int look_at_packets(struct stories *st, uint64_t now)
{
	uint64_t end;
	int err;

	live_look(&st->live);
	err = engine_each_tracked(st->session->engine, see_packet, st);
	end = retis_clock_ns();
	live_look_over(&st->live, end);
	st->look_at = now + LOOK_SHARE * (end - now);
	return err;
}

static int tell_ready(void *arg, uint64_t now, uint64_t until)
{
	struct stories *st = arg;
	int err = now >= st->look_at ? look_at_packets(st, now) : 0;

	return err ? err : live_tick(&st->live, until);
}

static int tell_rest(void *arg)
{
	struct stories *st = arg;

	return live_rest(&st->live);
}

/* --- start and end ---------------------------------------------------------- */

int stories_name_probes(struct stories *st)
{
	struct probe_name *names = session_probe_names(st->session);

	if (!names)
		return -ENOMEM;
	pthread_mutex_lock(&st->lock);
	free(st->fresh);
	st->fresh = names;
	st->n_fresh = st->session->n_probes;
	pthread_mutex_unlock(&st->lock);
	return 0;
}

static int start_live(struct stories *st, const struct printer_stack *stack)
{
	const struct live_options options = {
		.timeout = st->session->options->sort_timeout,
		.packets = PACKETS,
		.bytes = BYTES,
		.went_out = note_printed,
		.arg = st,
	};
	const struct printer_options *print = &st->session->options->print;
	int err;

	st->names = (struct input_names){
		.registry = &st->session->registry,
		.sections = st->sections,
		.stack = stack,
		.names = name_tables_api(&st->session->names),
	};
	emit_add_text(&st->emit, print, &st->console->text);
	/* In a file that is read, its start says how to get to UTC. */
	st->emit.targets[0].show.printer.options = *print;
	err = live_init(&st->live, &options, &st->emit);
	if (!err)
		err = stories_name_probes(st);
	if (!err)
		err = take_names(st);
	if (err == -ENOSPC)
		log_fatal("there are %d sections: no number is left for --sort", REGISTRY_MAX);
	return err;
}

int stories_new(struct session *s, struct console *console, const struct printer_stack *stack,
		struct stories **out)
{
	struct stories *st = calloc(1, sizeof(*st));
	const struct sink way = {
		.arg = st,
		.event = tell_event,
		.loss = tell_loss,
		.flush = tell_ready,
		.rest = tell_rest,
	};
	int err;

	if (!st)
		return -ENOMEM;
	st->session = s;
	st->console = console;
	pthread_mutex_init(&st->lock, NULL);
	emit_init(&st->emit);
	err = start_live(st, stack);
	if (err) {
		stories_free(st);
		return err;
	}
	if (!s->track_size || !st->live.identity.roles.has_ids)
		log_warn("No collector says which packet an event is about: events are printed in "
			 "the order of time");
	console_lead(console, &way);
	s->stories = *out = st;
	return 0;
}

void stories_free(struct stories *st)
{
	if (!st)
		return;
	st->session->stories = NULL;
	live_fini(&st->live);
	emit_fini(&st->emit);
	free(st->probes);
	free(st->fresh);
	pthread_mutex_destroy(&st->lock);
	free(st);
}
