/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The main loop: threads move and print events while this one waits for a
 * reason to stop, looks for losses, and then ends everything in order: detach,
 * drain what is queued, report.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/membarrier.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <retis/clock.h>

#include "core/collect/console.h"
#include "core/collect/consumer.h"
#include "core/collect/drain.h"
#include "core/collect/mailbox.h"
#include "core/collect/queue.h"
#include "core/session/command.h"
#include "core/session/losses.h"
#include "core/session/probe_stack.h"
#include "core/session/privileges.h"
#include "core/session/session.h"
#include "core/session/stack.h"
#include "core/session/stories.h"
#include "core/session/watch.h"
#include "core/session/workers.h"
#include "core/util/log.h"

/* Batches on their way, for up to 16 rings: 32 MiB. A turn of the draining thread
 * takes four of each ring, and two turns must fit. */
#define BATCHES 128
#define BATCHES_PER_RING 8
#define TICK_MS 1000
/* With --on-loss exit; and with --sort, as no story is told before it is known what got
 * lost of it. */
#define QUICK_TICK_MS 200

struct run {
	struct session *session;
	struct printer printer;
	struct printer_stack stack;
	struct queue *queue;
	struct drain *drain;
	struct consumer *consumer;
	/* Names of symbols, the file, the console. */
	struct sink sinks[3];
	size_t n_sinks;
	struct console console;
	/* NULL without --sort. */
	struct stories *stories;
	struct losses losses;
	struct watch watch;
	/* NULL without --probe-stack. */
	struct probe_stack *probe_stack;
	struct preview preview;
	int signals;
	int timer;
	int wake;
	/* Keeps the kernel's statistics on. */
	int stats;
	struct command_run command;
	/* When collectors had their tick last, ns. */
	uint64_t ticked;
	bool stop;
	int error;
};

static int open_signals(struct run *r)
{
	sigset_t set;

	session_stop_signals(&set);
	sigaddset(&set, SIGCHLD);
	/* It may be inherited as ignored: then no child could be waited for. */
	signal(SIGCHLD, SIG_DFL);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	r->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return r->signals < 0 ? -errno : 0;
}

static int open_timer(struct run *r)
{
	const struct session_options *o = r->session->options;
	long ms = o->on_loss == ON_LOSS_EXIT || o->sort ? QUICK_TICK_MS : TICK_MS;
	struct timespec step = { ms / 1000, ms % 1000 * 1000000 };
	struct itimerspec spec = { step, step };

	r->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (r->timer < 0 || timerfd_settime(r->timer, 0, &spec, NULL))
		return -errno;
	return 0;
}

/* From here on a signal ends the process at once; but one that came along with the
 * first, as timeout(1) sends them, is the same. */
static void restore_signals(const struct run *r)
{
	struct signalfd_siginfo info;
	sigset_t set;

	while (read(r->signals, &info, sizeof(info)) == sizeof(info))
		;
	session_stop_signals(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void read_signals(struct run *r)
{
	struct signalfd_siginfo info;

	while (read(r->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD) {
			r->stop |= command_has_ended(&r->command);
			continue;
		}
		log_info("Received signal, terminating...");
		console_hurry(&r->console);
		r->stop = true;
	}
}

/* While probes are being attached that can take seconds, unless it need not be now:
 * signals must not wait for it. */
static int64_t look_for_losses(struct run *r, bool now)
{
	int64_t more;

	if (now)
		probe_stack_lock(r->probe_stack);
	else if (!probe_stack_try_lock(r->probe_stack))
		return 0;
	more = losses_look(&r->losses, r->session);
	probe_stack_unlock(r->probe_stack);
	/* Also after an error: what was counted up to there is not told again. */
	if (r->consumer &&
	    consumer_losses(r->consumer, r->losses.records, r->losses.n_records, r->losses.looked))
		r->error = -ENOMEM;
	return more;
}

static void tick_collectors(struct session *s)
{
	for (size_t i = 0; i < s->n_collectors; i++) {
		struct collector *c = &s->collectors[i];

		if (c->started && c->plugin->desc.tick)
			c->plugin->desc.tick(&c->host.api, c->plugin->state);
	}
}

static void loss_policy(struct run *r)
{
	if (r->session->options->on_loss != ON_LOSS_EXIT)
		return;
	console_hurry(&r->console);
	r->stop = true;
	r->error = -ENOBUFS;
}

static void on_tick(struct run *r)
{
	struct session *s = r->session;
	uint64_t turns, now = retis_clock_ns();
	int64_t more;

	if (read(r->timer, &turns, sizeof(turns)) < 0)
		return;
	if (now - r->ticked >= TICK_MS * 1000000ULL) {
		r->ticked = now;
		tick_collectors(s);
		watch_look(&r->watch, s);
	}
	more = look_for_losses(r, false);
	if (more <= 0)
		return;
	losses_warn(&r->losses, s);
	loss_policy(r);
}

static void wait_for_end(struct run *r, int ended)
{
	struct pollfd fds[] = { { .fd = r->signals, .events = POLLIN },
				{ .fd = r->timer, .events = POLLIN },
				{ .fd = ended, .events = POLLIN } };

	while (!r->stop) {
		if (poll(fds, 3, -1) < 0 && errno != EINTR)
			break;
		if (fds[0].revents)
			read_signals(r);
		if (fds[1].revents)
			on_tick(r);
		if (fds[2].revents)
			r->stop = true;
	}
}

static int start_collector(struct collector *c)
{
	const struct retis_plugin *desc = &c->plugin->desc;
	int err = 0;

	if (c->broken)
		return 0;
	c->host.running = true;
	if (desc->start)
		err = desc->start(&c->host.api, c->plugin->state);
	c->started = !err;
	return err ? err : worker_start(c);
}

static int start_collectors(struct session *s)
{
	workers_accept(s);
	for (size_t i = 0; i < s->n_collectors; i++) {
		struct collector *c = &s->collectors[i];
		const struct retis_plugin *desc = &c->plugin->desc;
		int err = start_collector(c);

		if (err && c->asked) {
			log_fatal("could not start collector %s: %s", desc->name, strerror(-err));
			return err;
		}
		if (err)
			log_warn("Could not start collector %s: %s", desc->name, strerror(-err));
	}
	return 0;
}

static void stop_collectors(struct session *s)
{
	for (size_t i = s->n_collectors; i-- > 0;) {
		struct collector *c = &s->collectors[i];

		worker_stop(c);
		if (c->started && !c->works && c->plugin->desc.stop)
			c->plugin->desc.stop(&c->host.api, c->plugin->state);
		c->started = false;
	}
}

static void run_command(struct run *r)
{
	const struct session_options *o = r->session->options;
	int err = command_start(&r->command, o->command, o->command_quiet, &r->session->limits);

	if (!err)
		return;
	log_warn("Failed to execute command: %s", strerror(-err));
	r->stop = true;
}

static int start_store(struct run *r)
{
	struct session *s = r->session;

	if (s->symbol_names.n_fields)
		symbol_names_sink(s, &r->sinks[r->n_sinks++]);
	return s->writer ? session_start_file(s, &r->sinks[r->n_sinks++]) : 0;
}

static int start_print(struct run *r)
{
	if (r->session->writer && !r->session->options->print_too)
		return 0;
	if (r->session->options->sort) {
		int err = stories_new(r->session, &r->console, &r->stack, &r->stories);

		if (err)
			return err;
	}
	return console_start(&r->console, &r->sinks[r->n_sinks++]);
}

static int start_consumer(struct run *r)
{
	const struct consumer_options options = {
		.sinks = r->sinks,
		.n_sinks = r->n_sinks,
		.preview = r->preview,
		.queue = r->queue,
		.limit = r->session->options->stop_after,
		.wake = r->wake,
	};

	return consumer_start(&options, &r->consumer);
}

static int start_drain(struct run *r)
{
	struct session *s = r->session;

	const struct drain_options options = {
		.rings = engine_rings(s->engine),
		.n_rings = s->n_rings,
		.mailbox = s->mailbox,
		.queue = r->queue,
		.asleep = engine_asleep(s->engine),
	};

	return drain_start(&options, &r->drain);
}

/* Threads have the privileges of who starts them. */
struct starter {
	struct run *run;
	int (*start)(struct run *r);
	bool urgent;
	enum session_role role;
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
	session_confine(s->run->session, s->role);
	s->err = s->start(s->run);
	return NULL;
}

/* By threads of their own, as this one still needs its privileges. */
static int start_threads(struct run *r)
{
	bool attach = r->session->options->probe_stack;
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

		err = -pthread_create(&thread, NULL, start_unprivileged, &starters[i]);
		if (err)
			break;
		pthread_join(thread, NULL);
		err = starters[i].err;
	}
	return err;
}

static int start_run(struct run *r)
{
	struct session *s = r->session;
	int err = 0;

	if (s->options->probe_stack)
		err = probe_stack_start(s, &r->console, &r->preview, &r->probe_stack);
	s->override = session_needs_override(s->options);
	if (!err)
		err = start_threads(r);
	if (err)
		return err;
	err = start_collectors(s);
	if (err)
		return err;
	if (getenv("RETIS_STATS"))
		r->stats = bpf_enable_stats(BPF_STATS_RUN_TIME);
	engine_phase(s->engine, COLLECT_ON);
	/* The command has them all. */
	if (!s->options->command)
		session_confine(s, ROLE_MAIN);
	/* Not before: who reads it relies on each packet from here on being seen. */
	log_info("%zu probe(s) loaded", session_count_attached(s));
	if (s->options->command) {
		run_command(r);
		session_confine(s, ROLE_MAIN);
	}
	return 0;
}

/* For measurements: what probes cost, if RETIS_STATS is set. */
static void report_cost(const struct session *s, const struct consumer_result *result)
{
	if (result->events)
		log_info("%" PRIu64 " byte(s) of ring per event",
			 result->bytes / result->events + RING_HEADER);
	if (s->track_size)
		log_info("%zu packet(s) tracked", engine_tracked(s->engine));
	for (size_t i = 0; i < s->n_probes; i++) {
		uint64_t runs, ns;
		char name[192];

		if (!engine_speaks_for(s->engine, &s->probes[i]) ||
		    engine_run_time(s->engine, &s->probes[i], &runs, &ns) || !runs)
			continue;
		probe_text(&s->probes[i], name, sizeof(name));
		log_info("%s: %" PRIu64 " run(s), %" PRIu64 " ns each", name, runs, ns / runs);
	}
}

/* Behind all events: those of the command are there by then. */
static void report_run(struct run *r, const struct consumer_result *result,
		       const struct outlet_result *shown)
{
	const struct session *s = r->session;

	command_report(&r->command);
	if (s->options->command_status)
		*s->options->command_status = command_exit_code(&r->command);
	if (s->options->stop_after && result->events >= s->options->stop_after)
		log_info("Reached stop count (%" PRIu64 "), terminating...",
			 s->options->stop_after);
	log_info("%" PRIu64 " event(s) processed", result->events);
	if (result->bad)
		log_warn("%" PRIu64 " event(s) could not be read", result->bad);
	if (shown->dropped && shown->error != -EPIPE)
		log_warn("%" PRIu64 " event(s) were not printed, as standard output did not take "
			 "them in time%s",
			 shown->dropped, s->options->out ? "; the file has them" : "");
	losses_report(&r->losses, s);
	if (r->stats >= 0)
		report_cost(s, result);
	if (r->error == -ENOBUFS)
		log_fatal("events were lost, ending as --on-loss exit says");
}

static int finish_run(struct run *r)
{
	struct session *s = r->session;
	struct consumer_result result = {};
	struct outlet_result shown;
	uint64_t odd = 0;
	bool lost;
	int err;

	watch_look(&r->watch, s);
	probe_stack_end(r->probe_stack);
	engine_phase(s->engine, COLLECT_OVER);
	/* Until the programs that are running have ended. */
	syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	/* What links have counted is gone with them. */
	lost = look_for_losses(r, true) > 0;
	restore_signals(r);
	session_detach(s);
	stop_collectors(s);
	if (r->drain)
		odd = drain_stop(r->drain);
	else
		queue_close(r->queue);
	consumer_stop(r->consumer);
	if (look_for_losses(r, true) > 0 || lost)
		loss_policy(r);
	consumer_finish(r->consumer, &result);
	r->consumer = NULL;
	/* What is stored is complete, however long the terminal takes. */
	err = session_close_file(s);
	console_finish(&r->console, &shown);
	result.bad += odd + shown.bad;
	result.error = result.error ? result.error : shown.error;
	report_run(r, &result, &shown);
	if (!err && result.error && result.error != -EPIPE) {
		log_fatal("could not write events: %s", strerror(-result.error));
		err = result.error;
	}
	return err ? err : r->error;
}

static int open_run(struct run *r, int pipe_fds[2])
{
	size_t rings = BATCHES_PER_RING * r->session->n_rings;
	int err = open_signals(r);

	if (!err)
		err = open_timer(r);
	if (!err && pipe2(pipe_fds, O_CLOEXEC))
		err = -errno;
	r->wake = pipe_fds[1];
	if (!err)
		err = losses_init(&r->losses, r->session);
	if (!err)
		err = watch_start(&r->watch, r->session);
	if (!err)
		err = queue_new(rings > BATCHES ? rings : BATCHES, &r->queue);
	if (!err)
		err = mailbox_new(&r->session->mailbox);
	if (!err)
		err = session_name_probes(r->session, &r->printer);
	return err;
}

static void close_run(struct run *r, const int pipe_fds[2])
{
	int fds[] = { r->signals, r->timer, r->stats, pipe_fds[0], pipe_fds[1] };

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	for (size_t i = 0; i < r->session->n_collectors; i++)
		worker_join(&r->session->collectors[i]);
	console_fini(&r->console);
	stories_free(r->stories);
	probe_stack_free(r->probe_stack);
	printer_fini(&r->printer);
	losses_fini(&r->losses);
	watch_fini(&r->watch);
	queue_free(r->queue);
	mailbox_free(r->session->mailbox);
	r->session->mailbox = NULL;
}

int session_collect(struct session *s)
{
	struct run r = { .session = s, .signals = -1, .timer = -1, .stats = -1 };
	int pipe_fds[2] = { -1, -1 }, err;

	printer_init(&r.printer, &s->registry, &s->options->print);
	err = stack_prepare(&r.stack, s);
	if (err)
		return err;
	r.printer.stack = &r.stack;
	/* A slow terminal must not cost what is stored. */
	err = console_init(&r.console, &r.printer, s->options->out);
	r.console.record.names = name_tables_api(&s->names);
	if (!err)
		err = open_run(&r, pipe_fds);
	if (!err)
		err = start_run(&r);
	if (err && !log_failed())
		log_fatal("could not start collecting: %s", strerror(-err));
	if (err && !r.consumer)
		/* It knows better what went wrong if it is the file. */
		session_close_file(s);
	if (!err)
		wait_for_end(&r, pipe_fds[0]);
	if (r.consumer || r.drain) {
		int end = finish_run(&r);

		err = err ? err : end;
	}
	close_run(&r, pipe_fds);
	return err;
}
