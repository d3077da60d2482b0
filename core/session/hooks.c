/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which hooks can be called at which probes. */
#include <string.h>

#include "core/session/session.h"

static bool wants_probe(const struct retis_hook *hook, const struct probe *probe)
{
	struct probe_spec spec;
	char why[PROBE_WHY_SIZE];

	if (!hook->probes)
		return true;
	for (const char *const *p = hook->probes; *p; p++)
		if (!probe_parse(*p, &spec, why) && spec.type == probe->spec.type &&
		    !strcmp(spec.target, probe->spec.target))
			return true;
	return false;
}

static bool has_packet(const struct probe *probe)
{
	bool indirect;

	return probe_packet(probe, &indirect) >= 0;
}

/* Finds the arguments of the hook; false if nothing of what it needs is there. */
static bool find_inputs(const struct retis_hook *hook, const struct probe *probe,
			struct engine_hook *code)
{
	uint32_t found = 0;

	if (has_packet(probe))
		found |= RETIS_INPUT_SKB;
	for (int i = 0; i < RETIS_HOOK_ARGS; i++) {
		code->asks[i] = hook->args[i];
		code->args[i] = hook->args[i] ? prototype_find(&probe->proto, hook->args[i]) : -1;
		if (code->args[i] >= 0)
			found |= (uint32_t)RETIS_INPUT_ARG0 << i;
	}
	return !hook->any_of || hook->any_of & found;
}

bool hook_fits(const struct retis_hook *hook, const struct probe *probe, struct engine_hook *code)
{
	return wants_probe(hook, probe) && find_inputs(hook, probe, code);
}

/* There is a filter, and the probe has no packet for it. */
static bool is_filtered_out(const struct session *s, const struct probe *probe)
{
	return (s->filters.l2.count || s->filters.meta.count) && !has_packet(probe);
}

static bool gets_argument(const struct retis_hook *hook, const struct probe *probe,
			  const struct engine_hook *code)
{
	for (int i = 0; i < RETIS_HOOK_ARGS; i++)
		if (code->args[i] >= 0)
			return true;
	return hook->any_of & RETIS_INPUT_SKB && has_packet(probe);
}

/* ARGUMENT: one is not enough that needs none of the probe's. */
static bool find_hook(const struct session *s, const struct probe *probe, bool argument)
{
	struct engine_hook code;

	if (is_filtered_out(s, probe))
		return false;
	for (size_t i = 0; i < s->n_collectors; i++) {
		const struct collector *c = &s->collectors[i];
		const struct retis_hook *hooks = c->plugin->desc.hooks;

		for (uint32_t h = 0; h < c->plugin->desc.n_hooks && !c->broken; h++)
			if (hook_fits(&hooks[h], probe, &code) &&
			    (!argument || gets_argument(&hooks[h], probe, &code)))
				return true;
	}
	return false;
}

const char *session_probe_useless(const struct session *s, const struct probe *probe)
{
	if (is_filtered_out(s, probe))
		return "it has no packet for the filter to look at";
	return find_hook(s, probe, false) ? NULL : "no collector could retrieve data from it";
}

bool session_probe_feeds(const struct session *s, const struct probe *probe)
{
	return find_hook(s, probe, true);
}
