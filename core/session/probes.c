/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which probes there will be: the user's, the collectors', or the defaults. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/session/session.h"
#include "core/util/list.h"
#include "core/util/log.h"

/* Events carry the number in 16 bits, and one value means "no probe". */
#define MAX_PROBES 0xffff

static struct probe *find(struct session *s, const struct probe_spec *spec)
{
	for (size_t i = 0; i < s->n_probes; i++)
		if (s->probes[i].spec.type == spec->type &&
		    !strcmp(s->probes[i].spec.target, spec->target))
			return &s->probes[i];
	return NULL;
}

static int append(struct session *s, const struct probe *probe)
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

int session_add_probe(struct session *s, const char *text, bool asked)
{
	struct probe probe = { .asked = asked, .named = asked, .prog_fd = -1, .link_fd = -1 };
	char why[PROBE_WHY_SIZE];
	struct probe *same;
	int err;

	err = probe_parse(text, &probe.spec, why);
	if (err) {
		log_fatal("%s", why);
		return err;
	}
	same = find(s, &probe.spec);
	if (same) {
		same->asked |= asked;
		return 0;
	}
	err = probe_resolve(&probe, s->kernel, why);
	if (err) {
		log_fatal("%s", why);
		return err;
	}
	return append(s, &probe);
}

static int add_list(struct session *s, const char *const *list)
{
	int err = 0;

	for (; list && *list && !err; list++)
		err = session_add_probe(s, *list, false);
	return err;
}

static int add_hook_probes(struct session *s)
{
	int err = 0;

	for (size_t i = 0; i < s->n_collectors; i++) {
		const struct retis_plugin *desc = &s->collectors[i].plugin->desc;

		for (uint32_t h = 0; h < desc->n_hooks && !err; h++)
			err = add_list(s, desc->hooks[h].probes);
	}
	return err;
}

static int add_defaults(struct session *s)
{
	char text[512] = "", name[192];
	size_t used = 0, first = s->n_probes;
	int err = 0;

	for (size_t i = 0; i < s->n_collectors && !err; i++)
		err = add_list(s, s->collectors[i].plugin->desc.default_probes);
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

int session_plan_probes(struct session *s)
{
	int err = 0;

	for (size_t i = 0; i < s->options->n_probes && !err; i++)
		err = session_add_probe(s, s->options->probes[i], true);
	if (!err)
		err = add_hook_probes(s);
	if (!err && !s->options->n_probes)
		err = add_defaults(s);
	return err;
}
