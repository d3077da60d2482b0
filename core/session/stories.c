/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/session/stories.h"

#include <errno.h>
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
	const struct plan *plan;
	const struct loaded *loaded;
	const struct names *known;
	struct console *console;
	struct live live;
	struct emit emit;
	struct input_names names;
	/* When to look again, ns. */
	uint64_t look_at;
	bool full;
};

/* --- in the console's thread ------------------------------------------------ */

/* Probes may have come. */
static int take_names(struct stories *st)
{
	size_t n = st->known->n_probes;

	if (n == st->names.n_probes && st->names.generation)
		return 0;
	st->names.probes = st->known->probes;
	st->names.n_probes = n;
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
	err = engine_each_tracked(st->loaded->engine, see_packet, st);
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

static int start_live(struct stories *st)
{
	const struct live_options options = {
		.timeout = st->plan->options->sort_timeout * 1000000000,
		.packets = PACKETS,
		.bytes = BYTES,
		.went_out = note_printed,
		.arg = st,
	};
	const struct printer_options *print = &st->plan->options->print;
	int err;

	st->names = (struct input_names){
		.registry = &st->plan->registry,
		.stack = st->console->printer->stack,
		.names = st->console->record.names,
	};
	emit_add_text(&st->emit, print, &st->console->text);
	/* In a file that is read, its start says how to get to UTC. */
	st->emit.targets[0].show.printer.options = *print;
	err = live_init(&st->live, &options, &st->emit);
	if (!err)
		err = take_names(st);
	if (err == -ENOSPC)
		log_fatal("there are %d sections: no number is left for --sort", REGISTRY_MAX);
	return err;
}

int stories_new(const struct plan *plan, const struct loaded *loaded, const struct names *names,
		struct console *console, struct stories **out)
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
	st->plan = plan;
	st->loaded = loaded;
	st->known = names;
	st->console = console;
	emit_init(&st->emit);
	err = start_live(st);
	if (err) {
		stories_free(st);
		return err;
	}
	if (!plan->track_size || !st->live.identity.roles.has_ids)
		log_warn("No collector says which packet an event is about: events are printed in "
			 "the order of time");
	console_lead(console, &way);
	*out = st;
	return 0;
}

void stories_free(struct stories *st)
{
	if (!st)
		return;
	live_fini(&st->live);
	emit_fini(&st->emit);
	free(st);
}
