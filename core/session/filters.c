/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the texts of --filter-packet, --filter-inner and --filter-meta to what every probe runs. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/meta.h"
#include "core/filter/packet.h"
#include "core/session/filters.h"
#include "core/session/session.h"
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
static int compile_outer(struct session *s)
{
	const char *text = s->options->filter_packet;
	struct packet_filter filter = {};
	char why[PACKET_FILTER_WHY_SIZE];
	int err = text ? compile_packet(text, "", "packet", &filter)
		       : packet_filter_compile(NULL, &filter, why);

	s->filters.l2 = filter.l2;
	s->filters.l3 = filter.l3;
	return err;
}

static int compile_inner(struct session *s)
{
	struct packet_filter filter = {};
	int err = compile_packet(s->options->filter_inner, "--filter-inner: ", "inner packet",
				 &filter);

	s->filters.inner_l2 = filter.l2;
	s->filters.inner_l3 = filter.l3;
	return err;
}

static struct btf *next_module_btf(void *data, size_t n)
{
	return kernel_module_btf(data, n);
}

static int compile_meta_text(struct session *s, const char *option, const char *text)
{
	const struct meta_types types = { kernel_btf(s->kernel), next_module_btf, s->kernel };
	struct splice_code code;
	struct meta_why why;
	int err = meta_filter_compile(text, &types, &code, &why);

	if (err || *why.text)
		meta_filter_tell(option, text, &why, err);
	if (err)
		return err;
	splice_code_fini(&s->filters.meta);
	s->filters.meta = code;
	return 0;
}

/* The count of interrupts is data: not all kernels let its address be known. */
static bool tells_interrupts(struct session *s)
{
	uint64_t address;

	return !kernel_symbol(s->kernel, "__preempt_count", &address) ||
	       !kernel_symbol(s->kernel, "pcpu_hot", &address);
}

static int make_who(struct session *s, char **text)
{
	const struct who *who = &s->options->who;
	bool tasks = who->names[WHO_PID].n || who->names[WHO_COMM].n;
	bool interrupts = tasks && tells_interrupts(s);
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
static int compile_both(struct session *s, const char *meta, const char *who)
{
	char *both = NULL;
	int err = meta ? compile_meta_text(s, "--filter-meta", meta) : 0;

	if (!err && asprintf(&both, "%s%s%s%s", meta ? "(" : "", meta ? meta : "",
			     meta ? ") and " : "", who) < 0)
		err = -ENOMEM;
	if (!err)
		err = compile_meta_text(s, "who and where", both);
	if (!err)
		log_debug("metadata filter: %s", both);
	free(both);
	return err;
}

static int compile_meta(struct session *s)
{
	const char *meta = s->options->filter_meta;
	char *who = NULL;
	int err;

	if (!who_given(&s->options->who))
		return meta ? compile_meta_text(s, "--filter-meta", meta) : 0;
	err = make_who(s, &who);
	if (!err)
		err = compile_both(s, meta, who);
	free(who);
	return err;
}

int session_plan_call_filter(struct session *s)
{
	const struct meta_types types = { kernel_btf(s->kernel), next_module_btf, s->kernel };
	const struct meta_probes probes = session_arguments(s);
	struct meta_why why;
	int err;

	if (!s->options->filter_meta)
		return 0;
	err = meta_call_filter_compile(s->options->filter_meta, &types, &probes, &s->call_args,
				       &s->call_filter, &why);
	if (err)
		meta_filter_tell("--filter-meta", s->options->filter_meta, &why, true);
	s->filters.call = s->call_filter.count;
	return err;
}

bool call_filter_fits(const struct session *s, const struct probe *probe, struct engine_hook *hook)
{
	if (!s->call_filter.count || probe->site)
		return false;
	*hook = (struct engine_hook){ .code = &s->call_filter, .stage = ENGINE_STAGE_FILTER };
	session_place_arguments(&s->call_args, probe, hook);
	return true;
}

int session_compile_filters(struct session *s)
{
	const struct session_options *o = s->options;
	int err = o->filter_packet || o->filter_inner ? compile_outer(s) : 0;

	if (!err && o->filter_inner)
		err = compile_inner(s);
	return err ? err : compile_meta(s);
}

void session_free_filters(struct session *s)
{
	splice_code_fini(&s->filters.l2);
	splice_code_fini(&s->filters.l3);
	splice_code_fini(&s->filters.inner_l2);
	splice_code_fini(&s->filters.inner_l3);
	splice_code_fini(&s->filters.meta);
	splice_code_fini(&s->call_filter);
}
