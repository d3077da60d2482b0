/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/pcap/select.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/util/pattern.h"

int selection_add(struct selection *s, const char *text, char *why)
{
	struct probe_spec *specs = realloc(s->specs, (s->n + 1) * sizeof(*specs));
	bool *seen;
	int err;

	if (specs)
		s->specs = specs;
	seen = specs ? realloc(s->seen, (s->n + 1) * sizeof(*seen)) : NULL;
	if (seen)
		s->seen = seen;
	if (!specs || !seen) {
		snprintf(why, PROBE_WHY_SIZE, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	err = probe_parse(text, &specs[s->n], why);
	if (err)
		return err;
	seen[s->n++] = false;
	return 0;
}

void selection_fini(struct selection *s)
{
	free(s->specs);
	free(s->seen);
	*s = (struct selection){ 0 };
}

/* Names as in events: all functions are kprobes there. */
static bool type_matches(const struct probe_spec *spec, const struct retis_file_probe *probe)
{
	bool returns = spec->type == PROBE_FUNCTION_RETURN;

	if (!probe_is_function(spec))
		return !strcmp(probe->type, spec->type == PROBE_RAW_TP ? "raw_tracepoint" : "usdt");
	if (strcmp(probe->type, returns ? "kretprobe" : "kprobe"))
		return false;
	return spec->family != PROBE_FENTRY ||
	       (probe->backend && !strcmp(probe->backend, returns ? "fexit" : "fentry"));
}

static bool spec_matches(const struct probe_spec *spec, const struct retis_file_probe *probe)
{
	return probe->type && probe->symbol && type_matches(spec, probe) &&
	       pattern_match(spec->target, probe->symbol);
}

bool selection_wants(const struct selection *s, const struct retis_file_probe *probe)
{
	for (size_t i = 0; i < s->n; i++)
		if (spec_matches(&s->specs[i], probe))
			return true;
	return !s->n;
}

void selection_note(struct selection *s, const struct retis_file_probe *probe)
{
	for (size_t i = 0; i < s->n; i++)
		s->seen[i] |= spec_matches(&s->specs[i], probe);
}
