/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attaching all probes, which may take a while, and what is said meanwhile. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <retis/clock.h>

#include "core/load/blind.h"
#include "core/load/loaded.h"
#include "core/plan/track.h"
#include "core/probe/attach.h"
#include "core/probe/capture.h"
#include "core/probe/poison.h"
#include "core/util/log.h"

#define PROGRESS_MS 1000

struct attaching {
	struct plan *plan;
	struct loaded *loaded;
	int64_t said;
	/* Probes that patterns stand for and that can't be attached, and the
	 * first of them. */
	size_t passed_over;
	char example[512];
};

void attach_stop_signals(sigset_t *set)
{
	struct sigaction action;

	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGQUIT);
	/* Whoever made us ignore it, nohup for one, means it. */
	if (sigaction(SIGHUP, NULL, &action) || action.sa_handler != SIG_IGN)
		sigaddset(set, SIGHUP);
}

static bool signal_came(void)
{
	struct timespec at_once = {};
	sigset_t set;

	attach_stop_signals(&set);
	return sigtimedwait(&set, NULL, &at_once) > 0;
}

static bool tell_progress(void *arg, size_t done, size_t total)
{
	struct attaching *a = arg;
	int64_t now = retis_clock_ms();

	if (signal_came())
		return false;
	if (now - a->said < PROGRESS_MS)
		return true;
	a->said = now;
	log_info("attaching probes: %zu/%zu", done, total);
	return true;
}

/* -EAGAIN: without the collector, which nobody asked for by name, it may work. */
static int blame_collector(struct collector *c, const char *program, int err, const char *why)
{
	const char *name = c->plugin->desc.name;
	char members[192], better[256];

	if (strstr(why, POISON_NAME) &&
	    capture_reads_in_vain(c->object, program, members, sizeof(members))) {
		snprintf(better, sizeof(better), "reads what this kernel does not have: %s",
			 members);
		why = better;
	}
	if (c->asked) {
		log_fatal("Collector %s: hook '%s' %s", name, program, why);
		return err;
	}
	log_warn("Collector %s is left out: hook '%s' %s", name, program, why);
	c->broken = true;
	return -EAGAIN;
}

/* Each hook alone tells whether it is one of them that the kernel does not take:
 * then nothing that its collector is for would work. 0: it is none of them. */
static int blame_hook(const struct attaching *a, const struct probe *probe,
		      const struct attach_failure *f)
{
	const struct splice_code *code;

	for (size_t i = 0; (code = engine_hook_code(a->loaded->engine, probe, i)); i++) {
		char why[ENGINE_WHY_SIZE];
		struct collector *c;
		const char *program;

		if (engine_try_hook(a->loaded->engine, probe, f->backend, i, why) != -EACCES &&
		    !strstr(why, "does not verify"))
			continue;
		c = plan_hook_owner(a->plan, code, &program);
		if (c)
			return blame_collector(c, program, f->err, why);
	}
	return 0;
}

/* Now that it failed: does tracefs know why? */
static bool look_closer(const struct plan *plan, const struct probe *probe, char *why)
{
	struct probe again = *probe;

	if (!probe_is_function(&probe->spec))
		return false;
	kernel_spare_tracefs(plan->kernel, false);
	if (probe_resolve(&again, plan->kernel, why))
		return true;
	if (!kernel_forbids_kprobes(plan->kernel, probe_spec_name(&probe->spec)))
		return false;
	snprintf(why, PROBE_WHY_SIZE, "not traceable: " FUNCTION_FORBIDDEN);
	return true;
}

static int probe_failed(void *arg, struct probe *probe, const struct attach_failure *f)
{
	struct attaching *a = arg;
	char name[192], why[PROBE_WHY_SIZE];

	int err = f->loading ? blame_hook(a, probe, f) : 0;

	if (err)
		return err;
	if (probe->internal) {
		plan_tracker_failed(probe, f->why);
		return 0;
	}
	probe_text(probe, name, sizeof(name));
	if (probe->named) {
		log_fatal("%s: %s", name, look_closer(a->plan, probe, why) ? why : f->why);
		return f->err;
	}
	if (!probe->asked) {
		log_warn("No probe at %s: %s", name, f->why);
		return 0;
	}
	log_debug("No probe at %s: %s", name, f->why);
	if (!a->passed_over++)
		snprintf(a->example, sizeof(a->example), "%s: %s", name, f->why);
	return 0;
}

static void summarise_attaching(const struct attaching *a)
{
	if (a->passed_over == 1)
		log_info("No probe at %s", a->example);
	else if (a->passed_over)
		log_info("%zu probes could not be attached, the first at %s", a->passed_over,
			 a->example);
}

int attach_plan(struct plan *plan, struct loaded *loaded)
{
	struct attaching a = { .plan = plan, .loaded = loaded, .said = retis_clock_ms() };
	const struct attach_watch watch = { tell_progress, probe_failed, &a };
	sigset_t set;
	int err;

	attach_stop_signals(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	err = blind_check(plan);
	if (!err)
		err = engine_attach(loaded->engine, plan->probes, plan->n_probes, &watch);
	if (err == -ECANCELED)
		log_info("Received signal, terminating...");
	if (err)
		return err;
	summarise_attaching(&a);
	if (!plan_count_attached(plan)) {
		log_fatal("there is no probe to attach: name some with --probe");
		return -ENOENT;
	}
	return 0;
}
