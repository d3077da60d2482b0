/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of backends, and which of them may serve a probe. */
#include "core/probe/backend.h"

#include <stdlib.h>
#include <string.h>

#include "core/probe/probe.h"
#include "core/probe/templates.h"

/* enum bpf_attach_type, of kernels since 6.10. */
#define TRACE_KPROBE_SESSION 56

/*
 * Attaching and detaching each probe by itself takes some 50 ms on a slow machine:
 * it is verified alone and waits for an RCU grace period. For up to so many
 * function probes that is no wait, and worth it.
 */
#define FEW 16
/* Up to so many it is better than single kprobes, where there is nothing that
 * attaches many at once. */
#define SOME 32

static const struct backend_ops backends[BACKEND_COUNT] = {
	[BACKEND_RAW_TP] = {
		.name = "raw tracepoint",
		.feature = "raw tracepoints",
		.purpose = "probes at tracepoints",
		.prefix = "tp",
		.type_name = "raw_tracepoint",
		.tag = "tp",
		.serves = PROBE_RAW_TP,
		.template = TEMPLATE_RAW_TP,
		.program = "probe",
		.type = BPF_PROG_TYPE_RAW_TRACEPOINT,
		.attach = backend_attach_raw,
	},
	[BACKEND_FENTRY] = {
		.name = "fentry",
		.purpose = "the cheapest probes at functions",
		.config = "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS",
		.prefix = "fentry",
		.type_name = "kprobe",
		.tag = "f",
		.serves = PROBE_FUNCTION,
		.template = TEMPLATE_FENTRY,
		.program = "fentry",
		.type = BPF_PROG_TYPE_TRACING,
		.attach_type = BPF_TRACE_FENTRY,
		.typed = true,
		.attach = backend_attach_raw,
	},
	[BACKEND_FEXIT] = {
		.name = "fexit",
		.purpose = "the cheapest probes at returns of functions",
		.config = "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS",
		.prefix = "fexit",
		.type_name = "kretprobe",
		.tag = "fr",
		.serves = PROBE_FUNCTION_RETURN,
		.template = TEMPLATE_FENTRY,
		.program = "fexit",
		.entry = "fexit_entry",
		.type = BPF_PROG_TYPE_TRACING,
		.attach_type = BPF_TRACE_FEXIT,
		.typed = true,
		.attach = backend_attach_raw,
	},
	[BACKEND_KPROBE] = {
		.name = "kprobe",
		.purpose = "probes at functions, one by one",
		.config = "CONFIG_KPROBES",
		.prefix = "kprobe",
		.type_name = "kprobe",
		.tag = "k",
		.serves = PROBE_FUNCTION,
		.template = TEMPLATE_KPROBE,
		.program = "kprobe",
		.type = BPF_PROG_TYPE_KPROBE,
		.shared = true,
		.registers = true,
		.attach = backend_attach_kprobe,
		.missed = backend_missed_kprobe,
	},
	[BACKEND_KRETPROBE] = {
		.name = "kretprobe",
		.purpose = "probes at returns of functions, one by one",
		.config = "CONFIG_KRETPROBES",
		.prefix = "kretprobe",
		.type_name = "kretprobe",
		.tag = "kr",
		.serves = PROBE_FUNCTION_RETURN,
		.template = TEMPLATE_KPROBE,
		.program = "kretprobe",
		.entry = "kretprobe_entry",
		.type = BPF_PROG_TYPE_KPROBE,
		.shared = true,
		.registers = true,
		.attach = backend_attach_kprobe,
		.missed = backend_missed_kprobe,
	},
	[BACKEND_KPROBE_MULTI] = {
		.name = "kprobe.multi",
		.purpose = "probes at many functions at once",
		.config = "CONFIG_FPROBE",
		.prefix = "kprobe",
		.type_name = "kprobe",
		.tag = "k",
		.serves = PROBE_FUNCTION,
		.template = TEMPLATE_KPROBE,
		.program = "kprobe",
		.type = BPF_PROG_TYPE_KPROBE,
		.attach_type = BPF_TRACE_KPROBE_MULTI,
		.shared = true,
		.registers = true,
		.attach_many = backend_attach_multi,
		.missed = backend_missed_multi,
	},
	[BACKEND_KRETPROBE_MULTI] = {
		.name = "kretprobe.multi",
		.purpose = "probes at returns of many functions at once",
		.config = "CONFIG_FPROBE",
		.prefix = "kretprobe",
		.type_name = "kretprobe",
		.tag = "kr",
		.serves = PROBE_FUNCTION_RETURN,
		.template = TEMPLATE_KPROBE,
		.program = "kretprobe",
		.entry = "kretprobe_entry",
		.type = BPF_PROG_TYPE_KPROBE,
		.attach_type = BPF_TRACE_KPROBE_MULTI,
		.shared = true,
		.registers = true,
		.attach_many = backend_attach_multi,
		.missed = backend_missed_multi,
	},
	[BACKEND_KPROBE_SESSION] = {
		.name = "kprobe.session",
		.purpose = "the same, with the entry's arguments at less cost",
		.config = "CONFIG_FPROBE",
		.prefix = "kretprobe",
		.type_name = "kretprobe",
		.tag = "kr",
		.serves = PROBE_FUNCTION_RETURN,
		.template = TEMPLATE_KPROBE_SESSION,
		.program = "kprobe_session",
		.type = BPF_PROG_TYPE_KPROBE,
		.attach_type = TRACE_KPROBE_SESSION,
		.shared = true,
		.registers = true,
		.attach_many = backend_attach_multi,
		.missed = backend_missed_multi,
	},
	[BACKEND_UPROBE] = {
		.name = "uprobe",
		.purpose = "usdt probes in programs and libraries",
		.prefix = "usdt",
		.type_name = "usdt",
		.tag = "u",
		.serves = PROBE_USDT,
		.template = TEMPLATE_USDT,
		.program = "usdt",
		.type = BPF_PROG_TYPE_KPROBE,
		.attach = backend_attach_uprobe,
	},
};

const struct backend_ops *backend_get(enum backend backend)
{
	return &backends[backend];
}

/* The first row: later ones are ways to do the same. */
const struct backend_ops *backend_typed(const struct probe_spec *spec)
{
	const struct backend_ops *ops = &backends[BACKEND_NONE + 1];

	while (ops->serves != spec->type || ops->typed != (spec->family == PROBE_FENTRY))
		ops++;
	return ops;
}

enum way { WAY_TYPED, WAY_MANY, WAY_SINGLE, WAYS };

static enum way way_of_backend(const struct backend_ops *ops)
{
	return ops->typed ? WAY_TYPED : ops->attach_many ? WAY_MANY : WAY_SINGLE;
}

/* How dear a way is; 0: it is not what was typed. */
static unsigned int way_cost(const struct probe *probe, enum way way, size_t functions)
{
	static const unsigned int costs[][WAYS] = { { 1, 2, 3 }, { 2, 1, 3 }, { 3, 1, 2 } };
	size_t row = functions <= FEW ? 0 : functions <= SOME ? 1 : 2;

	if (way == WAY_TYPED && !probe->btf_id)
		return 0;
	switch (probe->spec.family) {
	case PROBE_KPROBE:
		return way == WAY_TYPED ? 0 : (way == WAY_SINGLE) == (functions <= FEW) ? 1 : 2;
	case PROBE_KPROBE_MULTI:
		return way == WAY_MANY;
	case PROBE_FENTRY:
		return way == WAY_TYPED;
	default:
		return costs[row][way];
	}
}

/* For tests and measurements: the name of one in RETIS_BACKEND leaves out the
 * others of its kind, entry or return. */
static size_t keep_forced(enum backend *list, size_t n)
{
	const char *forced = getenv("RETIS_BACKEND");

	for (size_t i = 0; i < n && forced; i++) {
		if (strcmp(backends[list[i]].name, forced))
			continue;
		list[0] = list[i];
		return 1;
	}
	return n;
}

size_t backend_candidates(const struct probe *probe, size_t functions,
			  enum backend list[BACKEND_COUNT])
{
	size_t n = 0;

	for (unsigned int cost = 1; cost <= WAYS; cost++)
		for (int b = BACKEND_COUNT - 1; b > BACKEND_NONE; b--)
			if (backends[b].serves == probe->spec.type &&
			    way_cost(probe, way_of_backend(&backends[b]), functions) == cost)
				list[n++] = (enum backend)b;
	return keep_forced(list, n);
}
