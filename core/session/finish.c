/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of a collection: from the last event of a probe to the last sentence. */
#include <errno.h>
#include <linux/membarrier.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/collect/drain.h"
#include "core/collect/queue.h"
#include "core/session/diagnose.h"
#include "core/session/probe_stack.h"
#include "core/session/run.h"
#include "core/session/workers.h"
#include "core/util/log.h"

/* Nothing comes any more from the kernel and from collectors. True: something was lost in the
 * end. */
static bool silence_probes(struct run *r)
{
	bool lost;

	watch_look(&r->watch);
	probe_stack_end(r->probe_stack);
	engine_phase(r->loaded->engine, COLLECT_OVER);
	/* Until the programs that are running have ended. */
	syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	/* What links have counted is gone with them. */
	lost = run_look_for_losses(r, true) > 0;
	run_restore_signals(r);
	loaded_detach(r->loaded);
	workers_stop(r->plan);
	return lost;
}

/* All that is on its way arrives. */
static int drain_run(struct run *r, struct outcome *o)
{
	bool lost = silence_probes(r);
	uint64_t odd = 0;
	int err;

	if (r->drain)
		odd = drain_stop(r->drain);
	else
		queue_close(r->queue);
	consumer_stop(r->consumer);
	if (run_look_for_losses(r, true) > 0 || lost)
		run_mind_losses(r);
	consumer_finish(r->consumer, &o->result);
	r->consumer = NULL;
	/* What is stored is complete, however long the terminal takes. */
	err = archive_close(r->archive, r->plan->options);
	console_finish(&r->console, &o->shown);
	o->result.bad += odd + o->shown.bad;
	o->result.error = o->result.error ? o->result.error : o->shown.error;
	o->measured = r->stats >= 0;
	o->gave_up = r->error == -ENOBUFS;
	return err;
}

static void report_command(struct run *r)
{
	command_report(&r->command);
	if (r->plan->options->command_status)
		*r->plan->options->command_status = command_exit_code(&r->command);
}

int run_finish(struct run *r)
{
	struct outcome o = {};
	int err = drain_run(r, &o);

	report_command(r);
	diagnose_run(&r->losses, &r->watch, &o);
	if (!err && o.result.error && o.result.error != -EPIPE) {
		log_fatal("could not write events: %s", strerror(-o.result.error));
		err = o.result.error;
	}
	return err ? err : r->error;
}
