/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From collectors to probes: which hooks each probe calls, and where they are. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/packet.h"
#include "core/probe/capture.h"
#include "core/session/probe_stack.h"
#include "core/session/filters.h"
#include "core/session/session.h"
#include "core/util/log.h"

/* A hook that can be called at some probe. */
struct binding {
	struct collector *collector;
	const struct retis_hook *hook;
	/* Among the bindings, for those of equal order. */
	size_t rank;
	struct engine_hook code;
};

struct bindings {
	const struct session *session;
	struct binding *list;
	struct engine_hook *hooks;
	size_t n;
};

static int by_order(const void *a, const void *b)
{
	const struct binding *x = a, *y = b;

	if (x->code.decides != y->code.decides)
		return x->code.decides ? -1 : 1;
	if (x->hook->order != y->hook->order)
		return x->hook->order < y->hook->order ? -1 : 1;
	return x->rank < y->rank ? -1 : 1;
}

/* It does not know its packet by itself, and there is a time to ask for it. */
static bool wants_supply(const struct probe *probe)
{
	bool indirect;

	return probe_packet(probe, &indirect) < 0 && !probe->site &&
	       probe->spec.type != PROBE_FUNCTION_RETURN;
}

/* It may find no headers for the packet filter. */
static bool wants_standin(const struct session *s, const struct probe *probe)
{
	return s->filters.l2.count && probe->spec.type != PROBE_FUNCTION_RETURN;
}

static int bind_hook(struct bindings *b, struct collector *c, const struct retis_hook *hook,
		     const struct probe *probe)
{
	struct binding *binding = &b->list[b->n];

	if (hook->stage == RETIS_STAGE_PACKET && !wants_supply(probe))
		return 0;
	if (hook->stage == RETIS_STAGE_STANDIN && !wants_standin(b->session, probe))
		return 0;
	if (!hook_fits(b->session, hook, probe, &binding->code))
		return 0;
	binding->code.code = capture_find(c->object, hook->program);
	if (!binding->code.code) {
		log_fatal("Collector %s: its BPF object has no program '%s'", c->plugin->desc.name,
			  hook->program);
		return -ENOENT;
	}
	binding->collector = c;
	binding->hook = hook;
	binding->rank = b->n;
	b->n++;
	return 0;
}

/* No collector decides about a probe that another one named. */
static void settle_decision(struct bindings *b)
{
	const struct collector *first = NULL;
	bool shared = false;

	for (size_t i = 0; i < b->n; i++) {
		const struct binding *binding = &b->list[i];

		if (!binding->hook->probes || binding->hook->stage != RETIS_STAGE_COLLECT)
			continue;
		shared |= first && first != binding->collector;
		first = binding->collector;
	}
	for (size_t i = 0; i < b->n; i++)
		b->list[i].code.decides &= !shared;
}

/* Of the hooks of STAGE. */
static void keep_first(struct bindings *b, enum retis_stage stage)
{
	size_t n = 0, seen = 0;

	for (size_t i = 0; i < b->n; i++)
		if (b->list[i].code.stage != stage || !seen++)
			b->list[n++] = b->list[i];
	b->n = n;
}

static int bind_hooks(const struct session *s, const struct probe *probe, struct bindings *b)
{
	int err = 0;

	b->n = 0;
	if (probe->internal || session_probe_useless(s, probe))
		return 0;
	for (size_t i = 0; i < s->n_collectors; i++) {
		struct collector *c = &s->collectors[i];

		for (size_t h = 0; !c->broken && h < c->n_hooks && !err; h++)
			err = bind_hook(b, c, c->hooks[h], probe);
	}
	if (err)
		return err;
	settle_decision(b);
	qsort(b->list, b->n, sizeof(*b->list), by_order);
	keep_first(b, RETIS_STAGE_PACKET);
	keep_first(b, RETIS_STAGE_STANDIN);
	for (size_t i = 0; i < b->n; i++)
		b->hooks[i] = b->list[i].code;
	if (fields_fit(s, probe, &b->hooks[b->n]))
		b->n++;
	if (b->n && call_filter_fits(s, probe, &b->hooks[b->n]))
		b->n++;
	return 0;
}

static int bindings_init(const struct session *s, struct bindings *b)
{
	/* And those of the fields, and of the filter. */
	size_t n = 2;

	for (size_t i = 0; i < s->n_collectors; i++)
		n += s->collectors[i].n_hooks;
	*b = (struct bindings){ .session = s,
				.list = calloc(n, sizeof(*b->list)),
				.hooks = calloc(n, sizeof(*b->hooks)) };
	return b->list && b->hooks ? 0 : -ENOMEM;
}

static void bindings_fini(struct bindings *b)
{
	free(b->list);
	free(b->hooks);
}

static void say_useless(const struct session *s, const struct probe *probe)
{
	char name[192];

	probe_text(probe, name, sizeof(name));
	log_info("No probe was attached to %s as %s", name, session_probe_useless(s, probe));
}

static int plan_probe(struct session *s, struct probe *probe, struct bindings *b)
{
	int err = bind_hooks(s, probe, b);

	/* The kernel's part of it says nothing where a program is interrupted. */
	probe->spec.stack |= s->options->stack && !probe->site;
	if (err)
		return err;
	if (!b->n && !probe->internal && session_probe_useless(s, probe)) {
		say_useless(s, probe);
		return 0;
	}
	return engine_plan(s->engine, probe, b->hooks, b->n);
}

int session_plan_late(struct session *s, struct probe *probe)
{
	struct bindings b;
	int err = bindings_init(s, &b);

	if (!err)
		err = plan_probe(s, probe, &b);
	bindings_fini(&b);
	return err;
}

/* Probes that come while collecting must not move those that are in use. */
static int reserve_probes(struct session *s)
{
	struct probe *probes;

	s->max_probes = s->n_probes;
	if (!s->options->probe_stack || s->n_probes >= PROBE_STACK_MAX)
		return 0;
	probes = reallocarray(s->probes, PROBE_STACK_MAX, sizeof(*probes));
	if (!probes)
		return -ENOMEM;
	s->probes = probes;
	s->room_probes = s->max_probes = PROBE_STACK_MAX;
	return 0;
}

static bool any_return(const struct session *s)
{
	for (size_t i = 0; i < s->n_probes; i++)
		if (s->probes[i].spec.type == PROBE_FUNCTION_RETURN)
			return true;
	return false;
}

static bool is_about_tags(const char *filter)
{
	return filter && packet_filter_has_tags(filter);
}

static int open_engine(struct session *s)
{
	const char *levels = getenv("RETIS_NESTING");
	struct engine_options options = {
		.direct = s->direct,
		.probes = s->max_probes,
		.rings = s->n_rings,
		.ring_size = s->ring_size,
		.track_size = s->track_size,
		.filter_tags = is_about_tags(s->options->filter_packet),
		.inner_tags = is_about_tags(s->options->filter_inner),
		.sample_of = s->options->sample_of,
		.rate_limit = s->options->rate_limit,
		.track_loosely = s->track_loosely,
		.windows = s->windows,
		.returns = any_return(s),
		.stacks = s->options->probe_stack,
		.stack_section = s->stack_section,
		.filters = &s->filters,
		/* For tests: fewer levels than interrupts can nest. */
		.levels = levels && *levels == '1' ? 1 : SCRATCH_LEVELS,
	};
	char why[ENGINE_WHY_SIZE];
	int err = engine_open(&options, &s->engine, why);

	if (err)
		log_fatal("%s", why);
	return err;
}

int session_load(struct session *s)
{
	struct bindings b;
	int err = bindings_init(s, &b);

	if (!err)
		err = reserve_probes(s);
	if (!err)
		err = open_engine(s);
	for (size_t i = 0; i < s->n_probes && !err; i++)
		err = plan_probe(s, &s->probes[i], &b);
	bindings_fini(&b);
	return err;
}
