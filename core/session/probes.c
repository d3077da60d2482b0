/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which probes there will be: the user's, the collectors', or the defaults. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/session/probes.h"
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
static struct probe *find_probe(struct session *s, const struct probe_spec *spec, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (same_place(&s->probes[i].spec, spec))
			return &s->probes[i];
	return NULL;
}

void session_merge_probe(struct probe *probe, const struct probe *other)
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

int session_append_probe(struct session *s, const struct probe *probe)
{
	struct probe *added;
	int err;

	if (s->n_probes == MAX_PROBES) {
		log_fatal("Too many probes: at most %d.", MAX_PROBES);
		return -E2BIG;
	}
	err = list_grow((void **)&s->probes, s->n_probes, &s->room_probes, sizeof(*s->probes));
	if (err)
		return err;
	added = &s->probes[s->n_probes];
	*added = *probe;
	added->number = (uint16_t)s->n_probes++;
	return 0;
}

/* --- one ------------------------------------------------------------------ */

int session_probe_missing(const struct probe *probe, int err, const char *why)
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
static bool is_function(const struct session *s, const struct probe_spec *spec)
{
	const char *name = strrchr(spec->target, ':');

	return spec->type == PROBE_RAW_TP && name && kernel_has_function(s->kernel, name + 1) > 0;
}

static int add_named(struct session *s, struct probe *probe)
{
	struct probe *same = find_probe(s, &probe->spec, s->n_probes);
	char why[PROBE_WHY_SIZE];
	int err;

	probe->named = probe->asked;
	if (same) {
		session_merge_probe(same, probe);
		return 0;
	}
	err = probe_resolve(probe, s->kernel, why);
	if (!err)
		return session_append_probe(s, probe);
	if (probe->named && is_function(s, &probe->spec))
		snprintf(why, sizeof(why), "there is a function of that name: -p kprobe:%s",
			 probe->spec.target);
	return session_probe_missing(probe, err, why);
}

int session_add_tracker(struct session *s, struct probe *probe, char *why)
{
	struct probe *same = find_probe(s, &probe->spec, s->n_probes);
	int err = same ? 0 : probe_resolve(probe, s->kernel, why);

	if (same)
		session_merge_probe(same, probe);
	else if (!err)
		err = session_append_probe(s, probe);
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
static int add_match(struct session *s, struct probe *probe, size_t known, struct tally *t)
{
	struct probe *same = find_probe(s, &probe->spec, known);
	const char *useless;
	char why[PROBE_WHY_SIZE];

	if (same) {
		session_merge_probe(same, probe);
		t->probes++;
		return 0;
	}
	if (probe_resolve(probe, s->kernel, why)) {
		t->faults[probe->fault]++;
		log_debug("%s: %s", probe->spec.target, why);
		return 0;
	}
	useless = session_probe_useless(s, probe);
	if (useless) {
		t->useless++;
		log_debug("%s: %s", probe->spec.target, useless);
		return 0;
	}
	t->probes++;
	return session_append_probe(s, probe);
}

static int add_matches(struct session *s, const struct probe *pattern,
		       const struct name_list *names)
{
	size_t known = s->n_probes;
	struct tally tally = {};
	int err = 0;

	for (size_t i = 0; i < names->n && !err; i++) {
		struct probe probe = *pattern;

		if (!probe_set_target(&probe.spec, names->names[i]))
			err = add_match(s, &probe, known, &tally);
	}
	if (err)
		return err;
	if (!tally.probes && !tally.useless && !passed_over(&tally))
		return session_probe_missing(pattern, -ENOENT, "");
	summarise_pattern(pattern, &tally);
	return 0;
}

static int add_pattern(struct session *s, const struct probe *pattern)
{
	struct name_list names = {};
	int err = probe_list(&pattern->spec, s->kernel, &names);

	if (err)
		err = session_probe_missing(pattern, err, strerror(-err));
	else
		err = add_matches(s, pattern, &names);
	name_list_fini(&names);
	return err;
}

/* tp:NAME, where a tracepoint's group was left out: which one is it? */
static void suggest_group(const struct session *s, const char *text, char *why)
{
	const char *name = strchr(text, ':');
	size_t used = strlen(why);
	struct name_list found = {};

	if (name && name[1] && !strpbrk(name + 1, ":*/") &&
	    !kernel_list_tracepoints(s->kernel, name + 1, &found) && found.n)
		snprintf(why + used, PROBE_WHY_SIZE - used, "; did you mean tp:%s?",
			 found.names[0]);
	name_list_fini(&found);
}

int session_add_probe(struct session *s, const char *text, enum probe_wish wish)
{
	struct probe probe = { .asked = wish == WISH_ASKED,
			       .alone = wish == WISH_ALONE,
			       .prog_fd = -1,
			       .link_fd = -1 };
	char why[PROBE_WHY_SIZE];
	int err = probe_parse(text, &probe.spec, why);

	if (err) {
		suggest_group(s, text, why);
		log_fatal("%s", why);
		return err;
	}
	if (probe.spec.type == PROBE_USDT)
		return session_add_usdt(s, &probe);
	return probe.spec.wildcard ? add_pattern(s, &probe) : add_named(s, &probe);
}

static int add_list(struct session *s, const char *const *list, enum probe_wish wish)
{
	int err = 0;

	for (; list && *list && !err; list++)
		err = session_add_probe(s, *list, wish);
	return err;
}

static int add_hook_probes(struct session *s)
{
	int err = 0;

	for (size_t i = 0; i < s->n_collectors; i++) {
		const struct collector *c = &s->collectors[i];

		for (size_t h = 0; !c->broken && h < c->n_hooks && !err; h++)
			err = add_list(s, c->hooks[h]->probes,
				       c->hooks[h]->flags & RETIS_HOOK_ALONE ? WISH_ALONE
									     : WISH_PLUGIN);
	}
	return err;
}

/* Where packets end: their way there is in the stack traces. */
static const char *const stack_defaults[] = { "tp:skb:consume_skb", "tp:skb:kfree_skb", NULL };

/* Instead of what the collector says it looks at by default. */
static const char *const *defaults_of(const struct session *s, const struct collector *c)
{
	const char *const *own = c->plugin->desc.default_probes;

	return own && s->options->probe_stack ? stack_defaults : own;
}

static int add_defaults(struct session *s)
{
	char text[512] = "", name[192];
	size_t used = 0, first = s->n_probes;
	int err = 0;

	for (size_t i = 0; i < s->n_collectors && !err; i++)
		if (!s->collectors[i].broken)
			err = add_list(s, defaults_of(s, &s->collectors[i]), WISH_PLUGIN);
	if (err || s->n_probes == first)
		return err;
	for (size_t i = first; i < s->n_probes && used < sizeof(text); i++) {
		probe_text(&s->probes[i], name, sizeof(name));
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s",
					 i > first ? ", " : "", name);
	}
	log_info("No probe(s) given: using %s", text);
	return 0;
}

/* Collectors that were named are enough if they bring probes. */
static bool wants_defaults(const struct session *s)
{
	const struct session_options *o = s->options;

	if (o->n_probes)
		return false;
	return !s->n_probes || (o->n_collectors == 1 && !strcmp(o->collectors[0], "auto"));
}

int session_add_own_probes(struct session *s)
{
	int err = add_hook_probes(s);

	return err || !wants_defaults(s) ? err : add_defaults(s);
}

int session_plan_probes(struct session *s)
{
	int err = session_expect_windows(s);

	for (size_t i = 0; i < s->options->n_probes && !err; i++)
		err = session_add_probe(s, s->options->probes[i],
					i >= s->options->wished_probes ? WISH_ASKED : WISH_PLUGIN);
	return err ? err : session_add_own_probes(s);
}

struct probe_name *session_probe_names(const struct session *s)
{
	struct probe_name *names = calloc(s->n_probes ? s->n_probes : 1, sizeof(*names));

	if (!names)
		return NULL;
	for (size_t i = 0; i < s->n_probes; i++) {
		const struct probe_spec *spec = &s->probes[i].spec;

		names[s->probes[i].number] = (struct probe_name){
			.symbol = spec->target,
			.type = probe_type_name(&s->probes[i]),
			.tag = probe_type_tag(&s->probes[i]),
			.backend = probe_backend_name(&s->probes[i]),
			.path = probe_path(&s->probes[i]),
			.ip = probe_ip(&s->probes[i]),
		};
	}
	return names;
}

int session_name_probes(const struct session *s, struct printer *printer)
{
	struct probe_name *names = session_probe_names(s);
	int err = names ? printer_set_probes(printer, names, s->n_probes) : -ENOMEM;

	free(names);
	return err;
}
