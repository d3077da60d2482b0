/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From collectors to probes: which hooks each probe calls, and where they are. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/packet.h"
#include "core/load/loaded.h"
#include "core/plan/filters.h"
#include "core/probe/capture.h"
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
	const struct plan *plan;
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
static bool wants_standin(const struct plan *plan, const struct probe *probe)
{
	return plan->filters.l2.count && probe->spec.type != PROBE_FUNCTION_RETURN;
}

static void bind_hook(struct bindings *b, struct collector *c, const struct retis_hook *hook,
		      const struct probe *probe)
{
	struct binding *binding = &b->list[b->n];

	if (hook->stage == RETIS_STAGE_PACKET && !wants_supply(probe))
		return;
	if (hook->stage == RETIS_STAGE_STANDIN && !wants_standin(b->plan, probe))
		return;
	if (!hook_fits(b->plan, hook, probe, &binding->code))
		return;
	/* It is there: see plan_setup_collectors(). */
	binding->code.code = capture_find(c->object, hook->program);
	binding->collector = c;
	binding->hook = hook;
	binding->rank = b->n;
	b->n++;
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

static void bind_hooks(const struct plan *plan, const struct probe *probe, struct bindings *b)
{
	b->n = 0;
	if (probe->internal || plan_probe_useless(plan, probe))
		return;
	for (size_t i = 0; i < plan->n_collectors; i++) {
		struct collector *c = &plan->collectors[i];

		for (size_t h = 0; !c->broken && h < c->n_hooks; h++)
			bind_hook(b, c, &c->hooks[h], probe);
	}
	settle_decision(b);
	qsort(b->list, b->n, sizeof(*b->list), by_order);
	keep_first(b, RETIS_STAGE_PACKET);
	keep_first(b, RETIS_STAGE_STANDIN);
	for (size_t i = 0; i < b->n; i++)
		b->hooks[i] = b->list[i].code;
	if (fields_fit(plan, probe, &b->hooks[b->n]))
		b->n++;
	if (b->n && call_filter_fits(plan, probe, &b->hooks[b->n]))
		b->n++;
}

static int bindings_init(const struct plan *plan, struct bindings *b)
{
	/* And those of the fields, and of the filter. */
	size_t n = 2;

	for (size_t i = 0; i < plan->n_collectors; i++)
		n += plan->collectors[i].n_hooks;
	*b = (struct bindings){ .plan = plan,
				.list = calloc(n, sizeof(*b->list)),
				.hooks = calloc(n, sizeof(*b->hooks)) };
	return b->list && b->hooks ? 0 : -ENOMEM;
}

static void bindings_fini(struct bindings *b)
{
	free(b->list);
	free(b->hooks);
}

static void say_useless(const struct plan *plan, const struct probe *probe)
{
	char name[192];

	probe_text(probe, name, sizeof(name));
	log_info("No probe was attached to %s as %s", name, plan_probe_useless(plan, probe));
}

static int load_probe(struct plan *plan, struct loaded *loaded, struct probe *probe,
		      struct bindings *b)
{
	bind_hooks(plan, probe, b);
	/* The kernel's part of it says nothing where a program is interrupted. */
	probe->spec.stack |= plan->options->stack && !probe->site;
	if (!b->n && !probe->internal && plan_probe_useless(plan, probe)) {
		say_useless(plan, probe);
		return 0;
	}
	return engine_plan(loaded->engine, probe, b->hooks, b->n);
}

int load_late(struct plan *plan, struct loaded *loaded, struct probe *probe)
{
	struct bindings b;
	int err = bindings_init(plan, &b);

	if (!err)
		err = load_probe(plan, loaded, probe, &b);
	bindings_fini(&b);
	return err;
}

/* Probes that come while collecting must not move those that are in use. */
static int reserve_probes(struct plan *plan)
{
	struct probe *probes;

	plan->max_probes = plan->n_probes;
	if (!plan->options->probe_stack || plan->n_probes >= PROBE_STACK_MAX)
		return 0;
	probes = reallocarray(plan->probes, PROBE_STACK_MAX, sizeof(*probes));
	if (!probes)
		return -ENOMEM;
	plan->probes = probes;
	plan->room_probes = plan->max_probes = PROBE_STACK_MAX;
	return 0;
}

static bool any_return(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_probes; i++)
		if (plan->probes[i].spec.type == PROBE_FUNCTION_RETURN)
			return true;
	return false;
}

static bool is_about_tags(const char *filter)
{
	return filter && packet_filter_has_tags(filter);
}

static int open_engine(const struct plan *plan, struct loaded *loaded)
{
	const char *levels = getenv("RETIS_NESTING");
	struct engine_options options = {
		.direct = plan->direct,
		.probes = plan->max_probes,
		.rings = plan->n_rings,
		.ring_size = plan->ring_size,
		.track_size = plan->track_size,
		.filter_tags = is_about_tags(plan->options->filter_packet),
		.inner_tags = is_about_tags(plan->options->filter_inner),
		.sample_of = plan->options->sample_of,
		.rate_limit = plan->options->rate_limit,
		.track_loosely = plan->track_loosely,
		.windows = plan->windows,
		.returns = any_return(plan),
		.stacks = plan->options->probe_stack,
		.stack_section = plan->stack_section,
		.filters = &plan->filters,
		/* For tests: fewer levels than interrupts can nest. */
		.levels = levels && *levels == '1' ? 1 : SCRATCH_LEVELS,
	};
	char why[ENGINE_WHY_SIZE];
	int err = engine_open(&options, &loaded->engine, why);

	if (err)
		log_fatal("%s", why);
	return err;
}

int load_plan(struct plan *plan, struct loaded *loaded)
{
	struct bindings b;
	int err = bindings_init(plan, &b);

	if (!err)
		err = reserve_probes(plan);
	if (!err)
		err = open_engine(plan, loaded);
	for (size_t i = 0; i < plan->n_probes && !err; i++)
		err = load_probe(plan, loaded, &plan->probes[i], &b);
	bindings_fini(&b);
	return err;
}
