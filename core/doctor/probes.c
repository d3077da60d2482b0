/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which probes of a collection could fire. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/doctor/doctor.h"
#include "core/inspect/inspect.h"
#include "core/kernel/settings.h"
#include "core/load/blind.h"
#include "core/plan/filters.h"
#include "core/probe/attach.h"
#include "core/util/log.h"

/* Attaching more function probes than this takes longer than is polite. */
#define MANY_FUNCTIONS 64

struct verdicts {
	/* By the number of the probe; NULL: it was attached. */
	char **why;
};

/* --- planning ------------------------------------------------------------- */

static int report_adding(struct doctor *d, int (*add)(struct doctor *d, const char *text),
			 const char *arg)
{
	struct doctor_log log;
	int err = doctor_listen(&log);

	return err ? err : doctor_tell(d, &log, add(d, arg), true);
}

static int add_users(struct doctor *d, const char *text)
{
	return plan_add_probe(&d->plan, text, WISH_ASKED);
}

static int add_wished(struct doctor *d, const char *text)
{
	return plan_add_probe(&d->plan, text, WISH_PLUGIN);
}

static int add_own(struct doctor *d, const char *text)
{
	(void)text;
	return plan_add_own_probes(&d->plan);
}

static void plan_asked_probes(struct doctor *d)
{
	const struct collect_options *options = d->plan.options;

	for (size_t i = 0; i < options->n_probes; i++)
		report_adding(d, i < options->wished_probes ? add_wished : add_users,
			      options->probes[i]);
	report_adding(d, add_own, NULL);
}

/* --- attaching ------------------------------------------------------------- */

static size_t count_functions(const struct plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_probes; i++)
		n += probe_is_function(&plan->probes[i].spec);
	return n;
}

static bool never_stop(void *arg, size_t done, size_t total)
{
	(void)arg;
	(void)done;
	(void)total;
	return true;
}

static int note_failure(void *arg, struct probe *probe, const struct attach_failure *failure)
{
	struct verdicts *v = arg;

	v->why[probe->number] = strdup(failure->why);
	return v->why[probe->number] ? 0 : -ENOMEM;
}

static int load_programs(struct doctor *d, const char *text)
{
	int err = plan_fields(&d->plan);

	(void)text;
	if (!err)
		err = plan_call_filter(&d->plan);
	return err ? err : load_plan(&d->plan, &d->loaded);
}

/* For real, and away again. */
static int try_attaching(struct doctor *d, struct verdicts *v)
{
	const struct attach_watch watch = { never_stop, note_failure, v };
	struct plan *plan = &d->plan;
	int err = engine_attach(d->loaded.engine, plan->probes, plan->n_probes, &watch);

	if (err)
		doctor_say(d, FINDING_PROBLEM, "attaching failed: %s", strerror(-err));
	return err;
}

/* By what the kernel is known to offer. */
static int guess_verdicts(struct doctor *d, struct verdicts *v)
{
	const struct plan *plan = &d->plan;
	size_t functions = count_functions(plan);
	char why[256];

	for (size_t i = 0; i < plan->n_probes; i++) {
		const struct probe *probe = &plan->probes[i];

		if (inspect_backend(probe, functions, why, sizeof(why)))
			continue;
		v->why[probe->number] = strdup(why);
		if (!v->why[probe->number])
			return -ENOMEM;
	}
	return 0;
}

/* --- the report ------------------------------------------------------------ */

static void name_collectors(const struct plan *plan, const struct probe *probe, char *text,
			    size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < plan->n_collectors && used < size; i++)
		if (inspect_reports(plan->collectors[i].plugin, probe))
			used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "",
						 plan->collectors[i].plugin->desc.name);
}

static bool report_probe(struct doctor *d, const struct probe *probe, const char *why)
{
	char name[256], collectors[256], reason[160];
	const char *useless = plan_probe_useless(&d->plan, probe), *backend, *note;

	probe_text(probe, name, sizeof(name));
	if (useless) {
		doctor_say(d, FINDING_NOTE, "%s: %s", name, useless);
		return false;
	}
	note = blind_packetless(&d->plan, probe);
	if (note)
		doctor_say(d, FINDING_NOTE, "%s: %s", name, note);
	name_collectors(&d->plan, probe, collectors, sizeof(collectors));
	why = why ? why : blind_reason(&d->plan, probe);
	if (why) {
		doctor_say(d, probe->named ? FINDING_PROBLEM : FINDING_NOTE, "%s: %s", name, why);
		return false;
	}
	if (!d->privileged) {
		doctor_say(d, FINDING_OK, "%s is there; for %s", name, collectors);
		return true;
	}
	backend = probe->backend ? backend_get(probe->backend)->name
				 : inspect_backend(probe, count_functions(&d->plan), reason,
						   sizeof(reason));
	doctor_say(d, FINDING_OK, "%s by %s; for %s", name, backend ? backend : "?", collectors);
	return true;
}

static void report_verdicts(struct doctor *d, const struct verdicts *v)
{
	const struct plan *plan = &d->plan;
	size_t usable = 0;

	for (size_t i = 0; i < plan->n_probes; i++)
		usable += report_probe(d, &plan->probes[i], v->why[plan->probes[i].number]);
	if (!usable)
		doctor_say(d, FINDING_PROBLEM,
			   "no probe is left; 'retis inspect -p PATTERN' lists those there are");
}

void doctor_probes(struct doctor *d)
{
	struct plan *plan = &d->plan;
	struct verdicts v;
	int err = 0;

	doctor_heading(d, "Probes");
	plan_asked_probes(d);
	v.why = calloc(plan->n_probes ? plan->n_probes : 1, sizeof(*v.why));
	if (!v.why)
		return;
	if (d->privileged && plan->n_probes) {
		err = report_adding(d, load_programs, NULL);
		if (!err)
			err = count_functions(plan) <= MANY_FUNCTIONS && !ftrace_is_off()
				      ? try_attaching(d, &v)
				      : guess_verdicts(d, &v);
	}
	if (!err)
		report_verdicts(d, &v);
	loaded_detach(&d->loaded);
	for (size_t i = 0; i < plan->n_probes; i++)
		free(v.why[i]);
	free(v.why);
}
