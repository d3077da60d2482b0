/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which probes there will be: the user's, the collectors', or the defaults. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/plan/probes.h"
#include "core/util/list.h"
#include "core/util/log.h"

/* Events carry the number in 16 bits, and one value means "no probe". */
#define MAX_PROBES 0xffff

static bool same_place(const struct probe_spec *a, const struct probe_spec *b)
{
	return a->type == b->type && !strcmp(a->target, b->target) &&
	       !strcmp(a->module, b->module) &&
	       (a->family == b->family || !a->family || !b->family);
}

/* Among the first N. */
static struct probe *find_probe(struct plan *plan, const struct probe_spec *spec, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (same_place(&plan->probes[i].spec, spec))
			return &plan->probes[i];
	return NULL;
}

void plan_merge_probe(struct probe *probe, const struct probe *other)
{
	probe->internal &= other->internal;
	probe->alone &= other->alone;
	if (!probe->role)
		probe->role = other->role;
	probe->asked |= other->asked;
	probe->named |= other->named;
	probe->spec.stack |= other->spec.stack;
	probe->spec.window |= other->spec.window;
	if (!probe->spec.family)
		probe->spec.family = other->spec.family;
}

int plan_append_probe(struct plan *plan, const struct probe *probe)
{
	struct probe *added;
	int err;

	if (plan->n_probes == MAX_PROBES) {
		log_fatal("Too many probes: at most %d.", MAX_PROBES);
		return -E2BIG;
	}
	err = list_grow((void **)&plan->probes, plan->n_probes, &plan->room_probes,
			sizeof(*plan->probes));
	if (err)
		return err;
	added = &plan->probes[plan->n_probes];
	*added = *probe;
	added->number = (uint16_t)plan->n_probes++;
	return 0;
}

/* --- one ------------------------------------------------------------------ */

int plan_probe_missing(const struct probe *probe, int err, const char *why)
{
	const struct probe_spec *spec = &probe->spec;
	char name[192];

	if (!probe->asked) {
		probe_text(probe, name, sizeof(name));
		log_warn("No probe at %s: %s", name, *why ? why : "nothing matches");
		return 0;
	}
	log_fatal("Could not find a %s matching '%s%s%s'%s%s", probe_kind(spec), spec->module,
		  *spec->module ? ":" : "", spec->target, *why ? ": " : "", why);
	return err;
}

/* A function of a module, written as if it were a tracepoint. */
static bool is_function(const struct plan *plan, const struct probe_spec *spec)
{
	const char *name = strrchr(spec->target, ':');

	return spec->type == PROBE_RAW_TP && name &&
	       kernel_has_function(plan->kernel, name + 1) > 0;
}

static int add_named(struct plan *plan, struct probe *probe)
{
	struct probe *same = find_probe(plan, &probe->spec, plan->n_probes);
	char why[PROBE_WHY_SIZE];
	int err;

	probe->named = probe->asked;
	if (same) {
		plan_merge_probe(same, probe);
		return 0;
	}
	err = probe_resolve(probe, plan->kernel, why);
	if (!err)
		return plan_append_probe(plan, probe);
	if (probe->named && is_function(plan, &probe->spec))
		snprintf(why, sizeof(why), "there is a function of that name: -p kprobe:%s",
			 probe->spec.target);
	return plan_probe_missing(probe, err, why);
}

int plan_add_tracker(struct plan *plan, struct probe *probe, char *why)
{
	struct probe *same = find_probe(plan, &probe->spec, plan->n_probes);
	int err = same ? 0 : probe_resolve(probe, plan->kernel, why);

	if (same)
		plan_merge_probe(same, probe);
	else if (!err)
		err = plan_append_probe(plan, probe);
	return err;
}

/* --- many ----------------------------------------------------------------- */

/* What became of the names a pattern matches. */
struct tally {
	size_t probes;
	/* Nothing in them that a collector could use. */
	size_t useless;
	/* By their fault; FUNCTION_USABLE stands for tracepoints without BTF. */
	size_t faults[FUNCTION_FAULTS];
};

static size_t passed_over(const struct tally *t)
{
	size_t n = t->useless;

	for (size_t i = FUNCTION_USABLE + 1; i < FUNCTION_FAULTS; i++)
		n += t->faults[i];
	return n;
}

static void summarise_pattern(const struct probe *pattern, const struct tally *t)
{
	char text[512] = "", name[192];
	size_t used = 0;

	for (size_t i = FUNCTION_USABLE + 1; i < FUNCTION_FAULTS; i++)
		if (t->faults[i] && used < sizeof(text))
			used += (size_t)snprintf(text + used, sizeof(text) - used, ", %zu %s",
						 t->faults[i],
						 function_fault_name((enum function_fault)i));
	if (t->useless && used < sizeof(text))
		snprintf(text + used, sizeof(text) - used, ", %zu without data for any collector",
			 t->useless);
	probe_text(pattern, name, sizeof(name));
	log_info("%s: %zu probe(s)%s%s", name, t->probes, *text ? "; passed over: " : "",
		 *text ? text + 2 : "");
}

/* KNOWN: probes there were before the pattern. */
static int add_match(struct plan *plan, struct probe *probe, size_t known, struct tally *t)
{
	struct probe *same = find_probe(plan, &probe->spec, known);
	const char *useless;
	char why[PROBE_WHY_SIZE];

	if (same) {
		plan_merge_probe(same, probe);
		t->probes++;
		return 0;
	}
	if (probe_resolve(probe, plan->kernel, why)) {
		t->faults[probe->fault]++;
		log_debug("%s: %s", probe->spec.target, why);
		return 0;
	}
	useless = plan_probe_useless(plan, probe);
	if (useless) {
		t->useless++;
		log_debug("%s: %s", probe->spec.target, useless);
		return 0;
	}
	t->probes++;
	return plan_append_probe(plan, probe);
}

static int add_matches(struct plan *plan, const struct probe *pattern,
		       const struct name_list *names)
{
	size_t known = plan->n_probes;
	struct tally tally = {};
	int err = 0;

	for (size_t i = 0; i < names->n && !err; i++) {
		struct probe probe = *pattern;

		if (!probe_set_target(&probe.spec, names->names[i]))
			err = add_match(plan, &probe, known, &tally);
	}
	if (err)
		return err;
	if (!tally.probes && !tally.useless && !passed_over(&tally))
		return plan_probe_missing(pattern, -ENOENT, "");
	summarise_pattern(pattern, &tally);
	return 0;
}

static int add_pattern(struct plan *plan, const struct probe *pattern)
{
	struct name_list names = {};
	int err = probe_list(&pattern->spec, plan->kernel, &names);

	if (err)
		err = plan_probe_missing(pattern, err, strerror(-err));
	else
		err = add_matches(plan, pattern, &names);
	name_list_fini(&names);
	return err;
}

/* tp:NAME, where a tracepoint's group was left out: which one is it? */
static void suggest_group(const struct plan *plan, const char *text, char *why)
{
	const char *name = strchr(text, ':');
	size_t used = strlen(why);
	struct name_list found = {};

	if (name && name[1] && !strpbrk(name + 1, ":*/") &&
	    !kernel_list_tracepoints(plan->kernel, name + 1, &found) && found.n)
		snprintf(why + used, PROBE_WHY_SIZE - used, "; did you mean tp:%s?",
			 found.names[0]);
	name_list_fini(&found);
}

int plan_add_probe(struct plan *plan, const char *text, enum probe_wish wish)
{
	struct probe probe = { .asked = wish == WISH_ASKED,
			       .alone = wish == WISH_ALONE,
			       .prog_fd = -1,
			       .link_fd = -1 };
	char why[PROBE_WHY_SIZE];
	int err = probe_parse(text, &probe.spec, why);

	if (err) {
		suggest_group(plan, text, why);
		log_fatal("%s", why);
		return err;
	}
	if (probe.spec.type == PROBE_USDT)
		return plan_add_usdt(plan, &probe);
	return probe.spec.wildcard ? add_pattern(plan, &probe) : add_named(plan, &probe);
}

static int add_list(struct plan *plan, const char *const *list, enum probe_wish wish)
{
	int err = 0;

	for (; list && *list && !err; list++)
		err = plan_add_probe(plan, *list, wish);
	return err;
}

static int add_hook_probes(struct plan *plan)
{
	int err = 0;

	for (size_t i = 0; i < plan->n_collectors; i++) {
		const struct collector *c = &plan->collectors[i];

		for (size_t p = 0; !c->broken && p < c->n_probes && !err; p++)
			err = plan_add_probe(plan, c->probes[p], WISH_PLUGIN);
		for (size_t h = 0; !c->broken && h < c->n_hooks && !err; h++)
			err = add_list(plan, c->hooks[h].probes,
				       c->hooks[h].flags & RETIS_HOOK_ALONE ? WISH_ALONE
									    : WISH_PLUGIN);
	}
	return err;
}

/* Where packets end: their way there is in the stack traces. */
static const char *const stack_defaults[] = { "tp:skb:consume_skb", "tp:skb:kfree_skb", NULL };

/* Instead of what the collector says it looks at by default. */
static const char *const *defaults_of(const struct plan *plan, const struct collector *c)
{
	const char *const *own = c->plugin->desc.default_probes;

	return own && plan->options->probe_stack ? stack_defaults : own;
}

static int add_defaults(struct plan *plan)
{
	char text[512] = "", name[192];
	size_t used = 0, first = plan->n_probes;
	int err = 0;

	for (size_t i = 0; i < plan->n_collectors && !err; i++)
		if (!plan->collectors[i].broken)
			err = add_list(plan, defaults_of(plan, &plan->collectors[i]), WISH_PLUGIN);
	if (err || plan->n_probes == first)
		return err;
	for (size_t i = first; i < plan->n_probes && used < sizeof(text); i++) {
		probe_text(&plan->probes[i], name, sizeof(name));
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s",
					 i > first ? ", " : "", name);
	}
	log_info("No probe(s) given: using %s", text);
	return 0;
}

/* Collectors that were named are enough if they bring probes. */
static bool wants_defaults(const struct plan *plan)
{
	const struct collect_options *o = plan->options;

	if (o->n_probes)
		return false;
	return !plan->n_probes || (o->n_collectors == 1 && !strcmp(o->collectors[0], "auto"));
}

int plan_add_own_probes(struct plan *plan)
{
	int err = add_hook_probes(plan);

	return err || !wants_defaults(plan) ? err : add_defaults(plan);
}

int plan_probes(struct plan *plan)
{
	int err = plan_expect_windows(plan);

	for (size_t i = 0; i < plan->options->n_probes && !err; i++)
		err = plan_add_probe(plan, plan->options->probes[i],
				     i >= plan->options->wished_probes ? WISH_ASKED : WISH_PLUGIN);
	return err ? err : plan_add_own_probes(plan);
}

size_t plan_count_attached(const struct plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_probes; i++)
		n += plan->probes[i].prog_fd >= 0 && !plan->probes[i].internal;
	return n;
}
