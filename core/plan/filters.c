/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the texts of --filter-packet, --filter-inner and --filter-meta to what every probe runs. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/meta.h"
#include "core/filter/packet.h"
#include "core/plan/filters.h"
#include "core/plan/plan.h"
#include "core/util/log.h"

/* From there on it may take a while. */
#define LONG_FILTER 2000

/* WHOSE: what is said before the reason if TEXT is no filter; KIND: what it is called. */
static int compile_packet(const char *text, const char *whose, const char *kind,
			  struct packet_filter *filter)
{
	char why[PACKET_FILTER_WHY_SIZE];
	int err;

	if (strlen(text) > LONG_FILTER)
		log_info("Compiling %s filter of %zu characters ...", kind, strlen(text));
	err = packet_filter_compile(text, filter, why);
	if (err) {
		log_fatal("%s%s", whose, why);
		return err;
	}
	if (*filter->no_l3)
		log_debug("%s%s", whose, filter->no_l3);
	log_info("%s %s filter(s) loaded", packet_filter_only_l2(filter) ? "L2" : "L2+L3", kind);
	return 0;
}

/* There is no inner one without an outer one, which then is passed by all that is a packet. */
static int compile_outer(struct plan *plan)
{
	const char *text = plan->options->filter_packet;
	struct packet_filter filter = {};
	char why[PACKET_FILTER_WHY_SIZE];
	int err = text ? compile_packet(text, "", "packet", &filter)
		       : packet_filter_compile(NULL, &filter, why);

	plan->filters.l2 = filter.l2;
	plan->filters.l3 = filter.l3;
	return err;
}

static int compile_inner(struct plan *plan)
{
	struct packet_filter filter = {};
	int err = compile_packet(plan->options->filter_inner, "--filter-inner: ", "inner packet",
				 &filter);

	plan->filters.inner_l2 = filter.l2;
	plan->filters.inner_l3 = filter.l3;
	return err;
}

static struct btf *next_module_btf(void *data, size_t n)
{
	return kernel_module_btf(data, n);
}

static int compile_meta_text(struct plan *plan, const char *option, const char *text)
{
	const struct meta_types types = { kernel_btf(plan->kernel), next_module_btf, plan->kernel };
	struct splice_code code;
	struct meta_why why;
	int err = meta_filter_compile(text, &types, &code, &why);

	if (err || *why.text)
		meta_filter_tell(option, text, &why, err);
	if (err)
		return err;
	splice_code_fini(&plan->filters.meta);
	plan->filters.meta = code;
	return 0;
}

/* The count of interrupts is data: not all kernels let its address be known. */
static bool tells_interrupts(struct plan *plan)
{
	uint64_t address;

	return !kernel_symbol(plan->kernel, "__preempt_count", &address) ||
	       !kernel_symbol(plan->kernel, "pcpu_hot", &address);
}

static int make_who(struct plan *plan, char **text)
{
	const struct who *who = &plan->options->who;
	bool tasks = who->names[WHO_PID].n || who->names[WHO_COMM].n;
	bool interrupts = tasks && tells_interrupts(plan);
	char why[WHO_WHY_SIZE];
	int err = who_text(who, interrupts, text, why);

	if (err)
		log_fatal("%s", err == -EINVAL ? why : strerror(-err));
	else if (tasks && !interrupts)
		log_warn("This kernel does not tell whether it is in an interrupt: packets that "
			 "are handled in one count as those of the task that was interrupted");
	return err;
}

/* What was typed by itself first: errors are about that. */
static int compile_both(struct plan *plan, const char *meta, const char *who)
{
	char *both = NULL;
	int err = meta ? compile_meta_text(plan, "--filter-meta", meta) : 0;

	if (!err && asprintf(&both, "%s%s%s%s", meta ? "(" : "", meta ? meta : "",
			     meta ? ") and " : "", who) < 0)
		err = -ENOMEM;
	if (!err)
		err = compile_meta_text(plan, "who and where", both);
	if (!err)
		log_debug("metadata filter: %s", both);
	free(both);
	return err;
}

static int compile_meta(struct plan *plan)
{
	const char *meta = plan->options->filter_meta;
	char *who = NULL;
	int err;

	if (!who_given(&plan->options->who))
		return meta ? compile_meta_text(plan, "--filter-meta", meta) : 0;
	err = make_who(plan, &who);
	if (!err)
		err = compile_both(plan, meta, who);
	free(who);
	return err;
}

int plan_call_filter(struct plan *plan)
{
	const struct meta_types types = { kernel_btf(plan->kernel), next_module_btf, plan->kernel };
	const struct meta_probes probes = plan_arguments(plan);
	struct meta_why why;
	int err;

	if (!plan->options->filter_meta)
		return 0;
	err = meta_call_filter_compile(plan->options->filter_meta, &types, &probes,
				       &plan->call_args, &plan->call_filter, &why);
	if (err)
		meta_filter_tell("--filter-meta", plan->options->filter_meta, &why, true);
	plan->filters.call = plan->call_filter.count;
	return err;
}

bool call_filter_fits(const struct plan *plan, const struct probe *probe, struct engine_hook *hook)
{
	if (!plan->call_filter.count || probe->site)
		return false;
	*hook = (struct engine_hook){ .code = &plan->call_filter, .stage = ENGINE_STAGE_FILTER };
	plan_place_arguments(&plan->call_args, probe, hook);
	return true;
}

int plan_compile_filters(struct plan *plan)
{
	const struct collect_options *o = plan->options;
	int err = o->filter_packet || o->filter_inner ? compile_outer(plan) : 0;

	if (!err && o->filter_inner)
		err = compile_inner(plan);
	return err ? err : compile_meta(plan);
}

void plan_free_filters(struct plan *plan)
{
	splice_code_fini(&plan->filters.l2);
	splice_code_fini(&plan->filters.l3);
	splice_code_fini(&plan->filters.inner_l2);
	splice_code_fini(&plan->filters.inner_l3);
	splice_code_fini(&plan->filters.meta);
	splice_code_fini(&plan->call_filter);
}
