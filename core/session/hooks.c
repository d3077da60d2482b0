/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which hooks can be called at which probes. */
#include <stdio.h>
#include <string.h>

#include "core/session/filters.h"
#include "core/session/session.h"
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

/* Of "struct x *|enum y": does the kernel know one of them? What has no keyword is not
 * looked for. */
static bool knows_type(struct kernel *k, const char *types)
{
	while (*types) {
		size_t n = strcspn(types, "|"), keyword = strcspn(types, " ");
		char name[128];

		if (keyword >= n || types[keyword + 1] == '*')
			return true;
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(types + keyword + 1, " *|"),
			 types + keyword + 1);
		if (kernel_has_type(k, name))
			return true;
		types += n + (types[n] == '|');
	}
	return false;
}

void session_check_args(const struct session *s)
{
	for (size_t i = 0; i < s->n_collectors; i++) {
		const struct collector *c = &s->collectors[i];

		for (size_t h = 0; h < c->n_hooks && !c->broken; h++)
			for (uint32_t a = 0; a < c->hooks[h]->n_args; a++) {
				const struct retis_arg *arg = &c->hooks[h]->args[a];

				if (arg->type && !arg->optional &&
				    !knows_type(s->kernel, arg->type))
					log_warn(
						"Collector %s: hook '%s': argument %u: this kernel "
						"has no type '%s'",
						c->plugin->desc.name, c->hooks[h]->program, a,
						arg->type);
			}
	}
}

/* Some hook of STAGE, which functions that return do not have, is called there. */
static bool has_stage(const struct session *s, const struct probe *probe, enum retis_stage stage)
{
	struct engine_hook code;

	if (probe->spec.type == PROBE_FUNCTION_RETURN || probe->site)
		return false;
	for (size_t i = 0; i < s->n_collectors; i++) {
		const struct collector *c = &s->collectors[i];

		for (size_t h = 0; h < c->n_hooks && !c->broken; h++)
			if (c->hooks[h]->stage == stage && hook_fits(s, c->hooks[h], probe, &code))
				return true;
	}
	return false;
}

bool session_has_packet(const struct session *s, const struct probe *probe)
{
	bool indirect;

	return probe_packet(probe, &indirect) >= 0 || has_stage(s, probe, RETIS_STAGE_PACKET);
}

/* The argument's index, or -1: none, or one that can't be read. */
static int find_arg(const struct probe *probe, const struct retis_arg *wanted)
{
	int arg = prototype_find_arg(&probe->proto, wanted);

	return arg >= 0 && probe->site && probe->site->args[arg].kind == USDT_UNKNOWN ? -1 : arg;
}

/* Finds the arguments of the hook; false if what it needs is not there. */
static bool find_inputs(const struct session *s, const struct retis_hook *hook,
			const struct probe *probe, struct engine_hook *code)
{
	uint32_t found = 0;

	*code = (struct engine_hook){ .stage = hook->stage,
				      .decides = hook->flags & RETIS_HOOK_DECIDES,
				      .n_args = hook->n_args };
	/* In a window it is known which packet it is. */
	if (s->windows)
		found |= RETIS_INPUT_PACKET;
	/* Who supplies it can't ask for it. */
	if (hook->stage != RETIS_STAGE_PACKET && session_has_packet(s, probe))
		found |= RETIS_INPUT_SKB | RETIS_INPUT_PACKET;
	for (uint32_t i = 0; i < hook->n_args; i++) {
		code->args[i] = find_arg(probe, &hook->args[i]);
		if (code->args[i] >= 0)
			found |= RETIS_INPUT_ARG(i);
	}
	return (!hook->any_of || hook->any_of & found) && (hook->all_of & found) == hook->all_of;
}

bool hook_fits(const struct session *s, const struct retis_hook *hook, const struct probe *probe,
	       struct engine_hook *code)
{
	/* It is there for those who asked for it, and they name it. */
	if (probe->alone && !hook->probes && hook->stage == RETIS_STAGE_COLLECT)
		return false;
	return wants_probe(hook, probe) && find_inputs(s, hook, probe, code);
}

/* There is a filter, and the probe has no packet for it, nor headers that stand in for one. */
static bool is_filtered_out(const struct session *s, const struct probe *probe)
{
	if (s->windows || probe->site || session_has_packet(s, probe))
		return false;
	return s->filters.meta.count ||
	       (s->filters.l2.count && !has_stage(s, probe, RETIS_STAGE_STANDIN));
}

static bool gets_argument(const struct session *s, const struct retis_hook *hook,
			  const struct probe *probe, const struct engine_hook *code)
{
	for (uint32_t i = 0; i < hook->n_args; i++)
		if (code->args[i] >= 0)
			return true;
	if ((hook->any_of | hook->all_of) & RETIS_INPUT_PACKET && s->windows)
		return true;
	return (hook->any_of | hook->all_of) & (RETIS_INPUT_SKB | RETIS_INPUT_PACKET) &&
	       session_has_packet(s, probe);
}

/* One that would be called, though the filter sees no packet. ARGUMENT: one is not enough that
 * needs none of the probe's. */
static bool find_hook(const struct session *s, const struct probe *probe, bool argument)
{
	bool filtered_out = is_filtered_out(s, probe);
	struct engine_hook code;

	for (size_t i = 0; i < s->n_collectors; i++) {
		const struct collector *c = &s->collectors[i];

		for (size_t h = 0; h < c->n_hooks && !c->broken; h++)
			if (!(filtered_out && (c->hooks[h]->stage == RETIS_STAGE_COLLECT ||
					       c->hooks[h]->stage == RETIS_STAGE_STANDIN)) &&
			    hook_fits(s, c->hooks[h], probe, &code) &&
			    (!argument || gets_argument(s, c->hooks[h], probe, &code)))
				return true;
	}
	return !filtered_out && !argument && fields_fit(s, probe, &code);
}

const char *session_probe_useless(const struct session *s, const struct probe *probe)
{
	/* Who asked for one in user space wants to see it passed by. */
	if ((probe->site && probe->asked) || find_hook(s, probe, false))
		return NULL;
	return is_filtered_out(s, probe)
		       ? "it has no packet for the filter to look at, and is in no window (probe "
			 "option 'ftrace')"
		       : "no collector could retrieve data from it";
}

bool session_probe_feeds(const struct session *s, const struct probe *probe)
{
	return find_hook(s, probe, true);
}
