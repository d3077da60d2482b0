/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Probes in user space: each place of one is a probe of its own. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/plan/probes.h"
#include "core/util/log.h"

struct adding {
	struct plan *plan;
	const struct probe *wanted;
	/* Places, and those among them that no collector can use. */
	size_t found, useless;
};

static struct probe *find_at(struct plan *plan, const struct usdt_site *site)
{
	for (size_t i = 0; i < plan->n_probes; i++)
		if (plan->probes[i].site == site)
			return &plan->probes[i];
	return NULL;
}

static int add_usdt_place(void *arg, const struct usdt_site *site)
{
	struct adding *a = arg;
	struct probe probe = *a->wanted, *same = find_at(a->plan, site);
	const char *useless;

	if (probe_place(&probe, site)) {
		log_debug("%s: a usdt probe with a name too long: passed over", site->file->path);
		return 0;
	}
	a->found++;
	if (same) {
		plan_merge_probe(same, &probe);
		return 0;
	}
	useless = plan_probe_useless(a->plan, &probe);
	if (useless) {
		log_debug("%s: %s", site->name, useless);
		a->useless++;
		return 0;
	}
	return plan_append_probe(a->plan, &probe);
}

int plan_add_usdt(struct plan *plan, struct probe *probe)
{
	struct adding a = { .plan = plan, .wanted = probe };
	struct usdt_query query;
	char why[USDT_WHY_SIZE] = "";
	int err;

	if (!probe->spec.pid)
		probe->spec.pid = (pid_t)plan->options->pid;
	query = probe_spec_query(&probe->spec);
	if (!query.pid && !query.path)
		return plan_probe_missing(probe, -EINVAL,
					  "whose? give --pid, or the file: "
					  "usdt:PATH:PROVIDER::NAME");
	probe->named = probe->asked && !probe->spec.wildcard;
	err = usdt_find(&plan->usdt, &query, add_usdt_place, &a, why);
	if (err == -E2BIG || err == -ENOMEM)
		return err;
	if (err || !a.found)
		return plan_probe_missing(probe, err ? err : -ENOENT, why);
	if (a.useless == a.found)
		log_info("No probe was attached to usdt:%s as no collector could retrieve data "
			 "from it",
			 probe->spec.target);
	return 0;
}
