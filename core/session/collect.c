/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The main loop: threads move and print events while this one waits for a reason to stop and
 * looks for losses. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <retis/clock.h>

#include "core/collect/mailbox.h"
#include "core/collect/queue.h"
#include "core/session/probe_stack.h"
#include "core/session/run.h"
#include "core/session/stories.h"
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

static int open_signals(struct run *r)
{
	sigset_t set;

	attach_stop_signals(&set);
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
	const struct collect_options *o = r->plan->options;
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
void run_restore_signals(const struct run *r)
{
	struct signalfd_siginfo info;
	sigset_t set;

	while (read(r->signals, &info, sizeof(info)) == sizeof(info))
		;
	attach_stop_signals(&set);
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
int64_t run_look_for_losses(struct run *r, bool now)
{
	int64_t more;

	if (now)
		probe_stack_lock(r->probe_stack);
	else if (!probe_stack_try_lock(r->probe_stack))
		return 0;
	more = losses_look(&r->losses);
	probe_stack_unlock(r->probe_stack);
	/* Also after an error: what was counted up to there is not told again. */
	if (r->consumer &&
	    consumer_losses(r->consumer, r->losses.records, r->losses.n_records, r->losses.looked))
		r->error = -ENOMEM;
	return more;
}

void run_mind_losses(struct run *r)
{
	if (r->plan->options->on_loss != ON_LOSS_EXIT)
		return;
	console_hurry(&r->console);
	r->stop = true;
	r->error = -ENOBUFS;
}

static void on_tick(struct run *r)
{
	uint64_t turns, now = retis_clock_ns();
	int64_t more;

	if (read(r->timer, &turns, sizeof(turns)) < 0)
		return;
	if (now - r->ticked >= TICK_MS * 1000000ULL) {
		r->ticked = now;
		workers_tick(r->plan);
		watch_look(&r->watch);
	}
	more = run_look_for_losses(r, false);
	watch_returns(&r->watch, r->losses.seen, WATCH_RETURNS);
	if (more <= 0)
		return;
	losses_warn(&r->losses);
	run_mind_losses(r);
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

static int open_run(struct run *r)
{
	size_t rings = BATCHES_PER_RING * r->plan->n_rings;
	int err = open_signals(r);

	if (!err)
		err = open_timer(r);
	if (!err && pipe2(r->wake, O_CLOEXEC))
		err = -errno;
	if (!err)
		err = losses_init(&r->losses, r->plan, r->loaded);
	if (!err)
		err = watch_start(&r->watch, r->plan);
	if (!err)
		err = queue_new(rings > BATCHES ? rings : BATCHES, &r->queue);
	if (!err)
		err = mailbox_new(&r->mailbox);
	if (!err)
		err = archive_name_probes(r->archive, r->plan, 0, &r->printer);
	return err;
}

static void close_run(struct run *r)
{
	int fds[] = { r->signals, r->timer, r->stats, r->wake[0], r->wake[1] };

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	workers_join(r->plan);
	console_fini(&r->console);
	stories_free(r->stories);
	probe_stack_free(r->probe_stack);
	printer_fini(&r->printer);
	free(r->sinks);
	losses_fini(&r->losses);
	watch_fini(&r->watch);
	queue_free(r->queue);
	mailbox_free(r->mailbox);
	stack_names_fini(&r->stack_names);
	symbol_names_fini(&r->symbol_names);
}

/* How events look: needs what probes have to be attached for. */
static int prepare_print(struct run *r)
{
	const struct collect_options *o = r->plan->options;
	int err = symbol_names_init(&r->symbol_names, r->plan, &r->stack_names, r->archive);

	printer_init(&r->printer, &r->plan->registry, &o->print);
	if (!err)
		err = stack_prepare(&r->stack, r->plan, r->symbol_names.n_fields, &r->stack_names);
	r->printer.stack = &r->stack;
	/* A slow terminal must not cost what is stored. */
	if (!err)
		err = console_init(&r->console, &r->printer, o->out);
	r->console.record.names = name_tables_api(&r->archive->names.tables);
	return err;
}

int run_collection(struct plan *plan, struct loaded *loaded, struct archive *archive,
		   const struct command_limits *limits)
{
	struct run r = { .plan = plan,
			 .loaded = loaded,
			 .archive = archive,
			 .limits = limits,
			 .signals = -1,
			 .timer = -1,
			 .stats = -1,
			 .wake = { -1, -1 } };
	int err = prepare_print(&r);

	if (!err)
		err = open_run(&r);
	if (!err)
		err = run_start(&r);
	if (err && !log_failed())
		log_fatal("could not start collecting: %s", strerror(-err));
	if (err && !r.consumer)
		/* It knows better what went wrong if it is the file. */
		archive_close(archive, plan->options);
	if (!err)
		wait_for_end(&r, r.wake[0]);
	if (r.consumer || r.drain) {
		int end = run_finish(&r);

		err = err ? err : end;
	}
	close_run(&r);
	return err;
}
