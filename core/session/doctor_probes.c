/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which probes of a collection could fire. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/probe/attach.h"
#include "core/kernel/ftrace.h"
#include "core/session/doctor.h"
#include "core/session/filters.h"
#include "core/session/inspect.h"
#include "core/session/watch.h"
#include "core/util/log.h"

/* Attaching more function probes than this takes longer than is polite. */
#define MANY_FUNCTIONS 64

struct verdicts {
	/* By the number of the probe; NULL: it was attached. */
	char **why;
};

/* --- planning ------------------------------------------------------------- */

/* Calls ADD; each line it logged becomes a finding. */
static int report_adding(struct doctor *d, int (*add)(struct session *s, const char *text),
			 const char *arg)
{
	char *text = NULL;
	size_t size;
	FILE *log = open_memstream(&text, &size);
	int err;

	if (!log)
		return -ENOMEM;
	log_redirect(log);
	err = add(&d->session, arg);
	log_redirect(NULL);
	if (fclose(log))
		err = -ENOMEM;
	for (char *line = text, *next; line && *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		doctor_say(d, err ? FINDING_PROBLEM : FINDING_NOTE, "%s", line);
	}
	free(text);
	return err;
}

static int add_users(struct session *s, const char *text)
{
	return session_add_probe(s, text, WISH_ASKED);
}

static int add_wished(struct session *s, const char *text)
{
	return session_add_probe(s, text, WISH_PLUGIN);
}

static int add_own(struct session *s, const char *text)
{
	(void)text;
	return session_add_own_probes(s);
}

static void plan_asked_probes(struct doctor *d)
{
	const struct session_options *options = d->session.options;

	for (size_t i = 0; i < options->n_probes; i++)
		report_adding(d, i < options->wished_probes ? add_wished : add_users,
			      options->probes[i]);
	report_adding(d, add_own, NULL);
}

/* --- attaching ------------------------------------------------------------- */

static size_t count_functions(const struct session *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_probes; i++)
		n += probe_is_function(&s->probes[i].spec);
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

static int load_programs(struct session *s, const char *text)
{
	int err = session_plan_fields(s);

	(void)text;
	if (!err)
		err = session_plan_call_filter(s);
	return err ? err : session_load(s);
}

/* For real, and away again. */
static int try_attaching(struct doctor *d, struct verdicts *v)
{
	const struct attach_watch watch = { never_stop, note_failure, v };
	struct session *s = &d->session;
	int err = engine_attach(s->engine, s->probes, s->n_probes, &watch);

	if (err)
		doctor_say(d, FINDING_PROBLEM, "attaching failed: %s", strerror(-err));
	return err;
}

/* By what the kernel is known to offer. */
static int guess_verdicts(struct doctor *d, struct verdicts *v)
{
	const struct session *s = &d->session;
	size_t functions = count_functions(s);
	char why[256];

	for (size_t i = 0; i < s->n_probes; i++) {
		const struct probe *probe = &s->probes[i];

		if (inspect_backend(probe, functions, why, sizeof(why)))
			continue;
		v->why[probe->number] = strdup(why);
		if (!v->why[probe->number])
			return -ENOMEM;
	}
	return 0;
}

/* --- the report ------------------------------------------------------------ */

static void name_collectors(const struct session *s, const struct probe *probe, char *text,
			    size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < s->n_collectors && used < size; i++)
		if (inspect_reports(s->collectors[i].plugin, probe))
			used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "",
						 s->collectors[i].plugin->desc.name);
}

static bool report_probe(struct doctor *d, const struct probe *probe, const char *why)
{
	char name[256], collectors[256], reason[160];
	const char *useless = session_probe_useless(&d->session, probe), *backend;

	probe_text(probe, name, sizeof(name));
	if (useless) {
		doctor_say(d, FINDING_NOTE, "%s: %s", name, useless);
		return false;
	}
	name_collectors(&d->session, probe, collectors, sizeof(collectors));
	why = why ? why : watch_blind(&d->session, probe);
	if (why) {
		doctor_say(d, probe->named ? FINDING_PROBLEM : FINDING_NOTE, "%s: %s", name, why);
		return false;
	}
	if (!d->privileged) {
		doctor_say(d, FINDING_OK, "%s is there; for %s", name, collectors);
		return true;
	}
	backend = probe->backend ? backend_get(probe->backend)->name
				 : inspect_backend(probe, count_functions(&d->session), reason,
						   sizeof(reason));
	doctor_say(d, FINDING_OK, "%s by %s; for %s", name, backend ? backend : "?", collectors);
	return true;
}

static void report_verdicts(struct doctor *d, const struct verdicts *v)
{
	const struct session *s = &d->session;
	size_t usable = 0;

	for (size_t i = 0; i < s->n_probes; i++)
		usable += report_probe(d, &s->probes[i], v->why[s->probes[i].number]);
	if (!usable)
		doctor_say(d, FINDING_PROBLEM,
			   "no probe is left; 'retis inspect -p PATTERN' lists those there are");
}

void doctor_probes(struct doctor *d)
{
	struct session *s = &d->session;
	struct verdicts v;
	int err = 0;

	doctor_heading(d, "Probes");
	plan_asked_probes(d);
	v.why = calloc(s->n_probes ? s->n_probes : 1, sizeof(*v.why));
	if (!v.why)
		return;
	if (d->privileged && s->n_probes) {
		err = report_adding(d, load_programs, NULL);
		if (!err)
			err = count_functions(s) <= MANY_FUNCTIONS && !ftrace_is_off()
				      ? try_attaching(d, &v)
				      : guess_verdicts(d, &v);
	}
	if (!err)
		report_verdicts(d, &v);
	session_detach(s);
	for (size_t i = 0; i < s->n_probes; i++)
		free(v.why[i]);
	free(v.why);
}
