/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/session/diagnose.h"

#include <errno.h>
#include <inttypes.h>

#include "core/util/log.h"

/* For measurements: what probes cost, if RETIS_STATS is set. */
static void report_cost(const struct plan *plan, const struct loaded *loaded,
			const struct consumer_result *result)
{
	if (result->events)
		log_info("%" PRIu64 " byte(s) of ring per event",
			 result->bytes / result->events + RING_HEADER);
	if (plan->track_size)
		log_info("%zu packet(s) tracked", engine_tracked(loaded->engine));
	for (size_t i = 0; i < plan->n_probes; i++) {
		uint64_t runs, ns;
		char name[192];

		if (!engine_speaks_for(loaded->engine, &plan->probes[i]) ||
		    engine_run_time(loaded->engine, &plan->probes[i], &runs, &ns) || !runs)
			continue;
		probe_text(&plan->probes[i], name, sizeof(name));
		log_info("%s: %" PRIu64 " run(s), %" PRIu64 " ns each", name, runs, ns / runs);
	}
}

/* Behind all events: those of the command are there by then. */
void diagnose_run(const struct losses *losses, struct watch *watch, const struct outcome *o)
{
	const struct collect_options *options = losses->plan->options;

	if (options->stop_after && o->result.events >= options->stop_after)
		log_info("Reached stop count (%" PRIu64 "), terminating...", options->stop_after);
	log_info("%" PRIu64 " event(s) processed", o->result.events);
	if (o->result.bad)
		log_warn("%" PRIu64 " event(s) could not be read", o->result.bad);
	if (o->shown.dropped && o->shown.error != -EPIPE)
		log_warn("%" PRIu64 " event(s) were not printed, as standard output did not take "
			 "them in time%s",
			 o->shown.dropped, options->out ? "; the file has them" : "");
	losses_report(losses);
	watch_returns(watch, losses->seen, 1);
	if (o->measured)
		report_cost(losses->plan, losses->loaded, &o->result);
	if (o->gave_up)
		log_fatal("events were lost, ending as --on-loss exit says");
}
