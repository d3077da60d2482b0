/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a pattern to the probes that could be had. */
#include "core/inspect/inspect.h"

#include <errno.h>
#include <string.h>

#include "core/plan/plan.h"
#include "core/probe/features.h"
#include "core/probe/probe.h"
#include "core/util/log.h"

struct run {
	const struct inspect *inspect;
	const struct probe_spec *spec;
	/* Names that are probes, and those printed so far. */
	size_t found;
	size_t printed;
	/* Why the last one isn't. */
	char why[PROBE_WHY_SIZE];
};

bool inspect_reports(const struct plugin *plugin, const struct probe *probe)
{
	const struct retis_plugin *desc = &plugin->desc;
	const struct plan nobody = {};
	struct engine_hook code;

	for (uint32_t h = 0; h < desc->n_hooks; h++)
		if (hook_fits(&nobody, &desc->hooks[h], probe, &code))
			return true;
	return false;
}

static bool is_useful(const struct inspect *inspect, const struct probe *probe)
{
	for (size_t i = 0; i < inspect->plugins->n; i++)
		if (inspect_reports(inspect->plugins->list[i], probe))
			return true;
	return false;
}

const char *inspect_backend(const struct probe *probe, size_t functions, char *why, size_t size)
{
	enum backend list[BACKEND_COUNT];
	size_t n = backend_candidates(probe, functions, list);

	snprintf(why, size, "no way to attach it");
	for (size_t i = 0; i < n; i++) {
		const struct feature *f = feature_get(list[i]);

		if (f->result == 1)
			return backend_get(list[i])->name;
		if (!i)
			snprintf(why, size, "%s: %s", f->name, f->why);
	}
	return NULL;
}

static int inspect_one(struct run *r, const char *target, bool named)
{
	struct probe probe = { .spec = *r->spec, .named = named };

	if (probe_set_target(&probe.spec, target))
		return 0;
	if (probe_resolve(&probe, r->inspect->kernel, r->why)) {
		log_debug("%s: %s", target, r->why);
		return 0;
	}
	r->found++;
	if (!is_useful(r->inspect, &probe)) {
		log_debug("%s: no collector could retrieve data from it", target);
		return 0;
	}
	return inspect_print(r->inspect, &probe, !r->printed++);
}

static int inspect_site(void *arg, const struct usdt_site *site)
{
	struct run *r = arg;
	struct probe probe = { .spec = *r->spec };

	if (probe_place(&probe, site))
		return 0;
	r->found++;
	return inspect_print(r->inspect, &probe, !r->printed++);
}

/* Whoever asks for them sees them, with or without collectors. */
static int inspect_usdt(struct run *r, const struct probe_spec *spec)
{
	struct usdt_query query = probe_spec_query(spec);
	struct usdt usdt = {};
	int err;

	if (!query.pid)
		query.pid = r->inspect->pid;
	if (!query.pid && !query.path) {
		snprintf(r->why, sizeof(r->why), "whose? give --pid, or usdt:PATH:PROVIDER::NAME");
		return 0;
	}
	r->spec = spec;
	err = usdt_find(&usdt, &query, inspect_site, r, r->why);
	usdt_fini(&usdt);
	return err == -ENOMEM ? err : 0;
}

static int inspect_spec(struct run *r, const struct probe_spec *spec)
{
	bool named = !spec->wildcard && (spec->type != PROBE_RAW_TP || spec->group);
	struct name_list names = {};
	int err;

	if (spec->type == PROBE_USDT)
		return inspect_usdt(r, spec);
	r->spec = spec;
	if (named)
		return inspect_one(r, spec->target, true);
	err = probe_list(spec, r->inspect->kernel, &names);
	if (err)
		snprintf(r->why, sizeof(r->why), "%s", strerror(-err));
	for (size_t i = 0; i < names.n && !err; i++)
		err = inspect_one(r, names.names[i], false);
	name_list_fini(&names);
	return err == -ENOMEM ? err : 0;
}

static int report_nothing_found(const struct run *r, const struct probe_spec *spec)
{
	bool why = *r->why && (!spec->wildcard || spec->type == PROBE_USDT);

	log_fatal("Could not find a %s matching '%s'%s%s", probe_kind(spec), spec->target,
		  why ? ": " : "", why ? r->why : "");
	return -ENOENT;
}

int inspect_probes(const struct inspect *inspect, const char *pattern)
{
	bool both = !memchr(pattern, ':', strcspn(pattern, "/"));
	struct run r = { .inspect = inspect };
	struct probe_spec spec, events;
	int err = probe_parse(pattern, &spec, r.why);

	if (err) {
		log_fatal("%s", r.why);
		return err;
	}
	events = spec;
	events.type = PROBE_RAW_TP;
	err = inspect_spec(&r, &spec);
	if (!err && both && !r.found) {
		char why[PROBE_WHY_SIZE];

		memcpy(why, r.why, sizeof(why));
		err = inspect_spec(&r, &events);
		memcpy(r.why, why, sizeof(why));
	} else if (!err && both) {
		err = inspect_spec(&r, &events);
	}
	if (inspect->json)
		fputs(r.printed ? "]\n" : "[]\n", inspect->out);
	return err ? err : r.found ? 0 : report_nothing_found(&r, &spec);
}
