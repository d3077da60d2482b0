/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which hooks can be called at which probes. */
#include <stdio.h>
#include <string.h>

#include "core/plan/filters.h"
#include "core/plan/plan.h"
#include "core/probe/capture.h"
#include "core/util/log.h"

static bool is_meant(const struct probe_spec *spec, const struct probe *probe)
{
	struct usdt_query query = probe_spec_query(spec);

	if (spec->type != probe->spec.type)
		return false;
	return probe->site ? usdt_is_meant(probe->site, &query)
			   : !strcmp(spec->target, probe->spec.target);
}

static bool wants_probe(const struct retis_hook *hook, const struct probe *probe)
{
	struct probe_spec spec;
	char why[PROBE_WHY_SIZE];

	if (!hook->probes)
		return !probe->site == !(hook->flags & RETIS_HOOK_USER);
	for (const char *const *p = hook->probes; *p; p++)
		if (!probe_parse(*p, &spec, why) && is_meant(&spec, probe))
			return true;
	return false;
}

/* Of "struct x *|u32": does the kernel know one of them? */
static bool knows_type(struct kernel *k, const char *types)
{
	while (*types) {
		size_t n = strcspn(types, "|");
		char type[128];

		snprintf(type, sizeof(type), "%.*s", (int)n, types);
		if (kernel_has_c_type(k, type))
			return true;
		types += n + (types[n] == '|');
	}
	return false;
}

static void check_arg(const struct plan *plan, const struct collector *c,
		      const struct retis_hook *hook, uint32_t i)
{
	const struct retis_arg *arg = &hook->args[i];
	enum retis_log_level level = arg->optional ? RETIS_LOG_DEBUG : RETIS_LOG_WARN;

	/* Looking for a type takes a while. */
	if (arg->type && log_wants(level) && !knows_type(plan->kernel, arg->type))
		log_line(level,
			 "Collector %s: hook '%s': argument %u: this kernel has no type '%s'",
			 c->plugin->desc.name, hook->program, i, arg->type);
}

void plan_check_args(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_collectors; i++) {
		const struct collector *c = &plan->collectors[i];

		for (size_t h = 0; h < c->n_hooks && !c->broken; h++)
			for (uint32_t a = 0; a < c->hooks[h].n_args; a++)
				check_arg(plan, c, &c->hooks[h], a);
	}
}

/* Some hook of STAGE, which functions that return do not have, is called there. */
static bool has_stage(const struct plan *plan, const struct probe *probe, enum retis_stage stage)
{
	struct engine_hook code;

	if (probe->spec.type == PROBE_FUNCTION_RETURN || probe->site)
		return false;
	for (size_t i = 0; i < plan->n_collectors; i++) {
		const struct collector *c = &plan->collectors[i];

		for (size_t h = 0; h < c->n_hooks && !c->broken; h++)
			if (c->hooks[h].stage == stage &&
			    hook_fits(plan, &c->hooks[h], probe, &code))
				return true;
	}
	return false;
}

bool plan_has_packet(const struct plan *plan, const struct probe *probe)
{
	bool indirect;

	return probe_packet(probe, &indirect) >= 0 || has_stage(plan, probe, RETIS_STAGE_PACKET);
}

/* The argument's index, or -1: none, or one that can't be read. */
static int find_arg(const struct probe *probe, const struct retis_arg *wanted)
{
	int arg = prototype_find_arg(&probe->proto, wanted);

	return arg >= 0 && probe->site && probe->site->args[arg].kind == USDT_UNKNOWN ? -1 : arg;
}

/* Finds the arguments of the hook; false if what it needs is not there. */
static bool find_inputs(const struct plan *plan, const struct retis_hook *hook,
			const struct probe *probe, struct engine_hook *code)
{
	uint32_t found = 0;

	*code = (struct engine_hook){ .stage = hook->stage,
				      .decides = hook->flags & RETIS_HOOK_DECIDES,
				      .n_args = hook->n_args };
	/* In a window it is known which packet it is. */
	if (plan->windows)
		found |= RETIS_INPUT_PACKET;
	/* Who supplies it can't ask for it. */
	if (hook->stage != RETIS_STAGE_PACKET && plan_has_packet(plan, probe))
		found |= RETIS_INPUT_SKB | RETIS_INPUT_PACKET;
	for (uint32_t i = 0; i < hook->n_args; i++) {
		code->args[i] = find_arg(probe, &hook->args[i]);
		if (code->args[i] >= 0)
			found |= RETIS_INPUT_ARG(i);
	}
	return (!hook->any_of || hook->any_of & found) && (hook->all_of & found) == hook->all_of;
}

/* Those that say what a probe is about serve whoever is called there. */
static bool serves_others(const struct retis_hook *hook)
{
	return hook->stage == RETIS_STAGE_PACKET || hook->stage == RETIS_STAGE_STANDIN;
}

bool hook_fits(const struct plan *plan, const struct retis_hook *hook, const struct probe *probe,
	       struct engine_hook *code)
{
	/* It is there for those who asked for it, and they name it. */
	if (probe->alone && !hook->probes && !serves_others(hook))
		return false;
	return wants_probe(hook, probe) && find_inputs(plan, hook, probe, code);
}

/* There is a filter, and the probe has no packet for it, nor headers that stand in for one. */
static bool is_filtered_out(const struct plan *plan, const struct probe *probe)
{
	if (plan->windows || probe->site || plan_has_packet(plan, probe))
		return false;
	return plan->filters.meta.count ||
	       (plan->filters.l2.count && !has_stage(plan, probe, RETIS_STAGE_STANDIN));
}

static bool gets_argument(const struct plan *plan, const struct retis_hook *hook,
			  const struct probe *probe, const struct engine_hook *code)
{
	for (uint32_t i = 0; i < hook->n_args; i++)
		if (code->args[i] >= 0)
			return true;
	if ((hook->any_of | hook->all_of) & RETIS_INPUT_PACKET && plan->windows)
		return true;
	return (hook->any_of | hook->all_of) & (RETIS_INPUT_SKB | RETIS_INPUT_PACKET) &&
	       plan_has_packet(plan, probe);
}

/* One that would be called, though the filter sees no packet. ARGUMENT: one is not enough that
 * needs none of the probe's. */
static bool find_hook(const struct plan *plan, const struct probe *probe, bool argument)
{
	bool filtered_out = is_filtered_out(plan, probe);
	struct engine_hook code;

	for (size_t i = 0; i < plan->n_collectors; i++) {
		const struct collector *c = &plan->collectors[i];

		for (size_t h = 0; h < c->n_hooks && !c->broken; h++)
			if (!(filtered_out && (c->hooks[h].stage == RETIS_STAGE_COLLECT ||
					       c->hooks[h].stage == RETIS_STAGE_STANDIN)) &&
			    hook_fits(plan, &c->hooks[h], probe, &code) &&
			    (!argument || gets_argument(plan, &c->hooks[h], probe, &code)))
				return true;
	}
	return !filtered_out && !argument && fields_fit(plan, probe, &code);
}

const char *plan_probe_useless(const struct plan *plan, const struct probe *probe)
{
	/* Who asked for one in user space wants to see it passed by. */
	if ((probe->site && probe->asked) || find_hook(plan, probe, false))
		return NULL;
	return is_filtered_out(plan, probe)
		       ? "it has no packet for the filter to look at, and is in no window (probe "
			 "option 'ftrace')"
		       : "no collector could retrieve data from it";
}

bool plan_probe_feeds(const struct plan *plan, const struct probe *probe)
{
	return find_hook(plan, probe, true);
}

struct collector *plan_hook_owner(const struct plan *plan, const struct splice_code *code,
				  const char **program)
{
	for (size_t i = 0; i < plan->n_collectors; i++) {
		struct collector *c = &plan->collectors[i];

		for (size_t h = 0; h < c->n_hooks && c->object; h++) {
			*program = c->hooks[h].program;
			if (capture_find(c->object, *program) == code)
				return c;
		}
	}
	return NULL;
}
