/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starting what a collection consists of, each part with the privileges it needs. */
#include <bpf/bpf.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "core/collect/drain.h"
#include "core/session/probe_stack.h"
#include "core/session/run.h"
#include "core/session/stories.h"
#include "core/session/workers.h"
#include "core/util/list.h"
#include "core/util/log.h"

static void run_command(struct run *r)
{
	const struct collect_options *o = r->plan->options;
	int err = command_start(&r->command, o->command, o->command_quiet, r->limits);

	if (!err)
		return;
	log_warn("Failed to execute command: %s", strerror(-err));
	r->stop = true;
}

/* Events go to it behind those that are there, once the consumer starts. */
static int append_sink(struct run *r, const struct sink *sink)
{
	int err = list_grow((void **)&r->sinks, r->n_sinks, &r->room_sinks, sizeof(*sink));

	if (!err)
		r->sinks[r->n_sinks++] = *sink;
	return err;
}

static int start_store(struct run *r)
{
	struct sink sink;
	int err = 0;

	if (r->symbol_names.n_fields) {
		symbol_names_sink(&r->symbol_names, &sink);
		err = append_sink(r, &sink);
	}
	if (err || !r->archive->writer)
		return err;
	err = archive_start(r->archive, r->plan, &r->stack_names, &sink);
	return err ? err : append_sink(r, &sink);
}

static int start_print(struct run *r)
{
	struct sink sink;
	int err = 0;

	if (r->archive->writer && !r->plan->options->print_too)
		return 0;
	if (r->plan->options->sort)
		err = stories_new(r->plan, r->loaded, &r->archive->names, &r->console, &r->stories);
	if (!err)
		err = console_start(&r->console, &sink);
	return err ? err : append_sink(r, &sink);
}

static int start_consumer(struct run *r)
{
	const struct consumer_options options = {
		.sinks = r->sinks,
		.n_sinks = r->n_sinks,
		.preview = r->preview,
		.queue = r->queue,
		.limit = r->plan->options->stop_after,
		.wake = r->wake[1],
	};

	return consumer_start(&options, &r->consumer);
}

static int start_drain(struct run *r)
{
	const struct drain_options options = {
		.rings = engine_rings(r->loaded->engine),
		.n_rings = r->plan->n_rings,
		.mailbox = r->mailbox,
		.queue = r->queue,
		.asleep = engine_asleep(r->loaded->engine),
	};

	return drain_start(&options, &r->drain);
}

/* Threads have the privileges of who starts them. */
struct starter {
	struct run *run;
	int (*start)(struct run *r);
	bool urgent, override;
	enum collect_role role;
	int err;
};

/* Added to the nice value, where real time is not permitted. */
#define URGENT (-10)

/* A ring that fills up does not wait for its reader's turn, and what a reader does is
 * little. May fail: then it has to do without. */
static void get_ahead(void)
{
	const struct sched_param first = { .sched_priority = 1 };

	if (sched_setscheduler(0, SCHED_RR, &first))
		setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + URGENT);
}

static void *start_unprivileged(void *arg)
{
	struct starter *s = arg;

	if (s->urgent)
		get_ahead();
	confine_role(s->override, s->role);
	s->err = s->start(s->run);
	return NULL;
}

/* By threads of their own, as this one still needs its privileges. */
static int start_threads(struct run *r, bool override)
{
	bool attach = r->plan->options->probe_stack;
	struct starter starters[] = {
		{ .run = r, .start = start_store, .role = ROLE_STORE },
		{ .run = r, .start = start_print, .role = ROLE_PRINT },
		{ .run = r,
		  .start = start_consumer,
		  .role = attach ? ROLE_ORDER_AND_ATTACH : ROLE_ORDER },
		{ .run = r, .start = start_drain, .urgent = true, .role = ROLE_DRAIN },
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(starters) / sizeof(starters[0]) && !err; i++) {
		pthread_t thread;

		starters[i].override = override;
		err = -pthread_create(&thread, NULL, start_unprivileged, &starters[i]);
		if (err)
			break;
		pthread_join(thread, NULL);
		err = starters[i].err;
	}
	return err;
}

static int start_probe_stack(struct run *r)
{
	const struct probe_stack_needs needs = {
		.plan = r->plan,
		.loaded = r->loaded,
		.archive = r->archive,
		.names = &r->stack_names,
		.console = &r->console,
	};

	return r->plan->options->probe_stack
		       ? probe_stack_start(&needs, &r->preview, &r->probe_stack)
		       : 0;
}

int run_start(struct run *r)
{
	const struct collect_options *o = r->plan->options;
	bool override = confine_needs_override(o);
	int err = start_probe_stack(r);

	if (!err)
		err = start_threads(r, override);
	if (!err)
		err = workers_start(r->plan, r->mailbox);
	if (err)
		return err;
	if (getenv("RETIS_STATS"))
		r->stats = bpf_enable_stats(BPF_STATS_RUN_TIME);
	engine_phase(r->loaded->engine, COLLECT_ON);
	/* The command has them all. */
	if (!o->command)
		confine_role(override, ROLE_MAIN);
	/* Not before: who reads it relies on each packet from here on being seen. */
	log_info("%zu probe(s) loaded", plan_count_attached(r->plan));
	if (o->command) {
		run_command(r);
		confine_role(override, ROLE_MAIN);
	}
	return 0;
}
