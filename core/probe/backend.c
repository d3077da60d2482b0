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
		.template = TEMPLATE_RAW_TP,
		.program = "probe",
		.type = BPF_PROG_TYPE_RAW_TRACEPOINT,
		.attach = backend_attach_raw,
	},
	[BACKEND_FENTRY] = {
		.name = "fentry",
		.template = TEMPLATE_FENTRY,
		.program = "fentry",
		.type = BPF_PROG_TYPE_TRACING,
		.attach_type = BPF_TRACE_FENTRY,
		.typed = true,
		.attach = backend_attach_raw,
	},
	[BACKEND_FEXIT] = {
		.name = "fexit",
		.template = TEMPLATE_FENTRY,
		.program = "fexit",
		.entry = "fexit_entry",
		.type = BPF_PROG_TYPE_TRACING,
		.attach_type = BPF_TRACE_FEXIT,
		.typed = true,
		.returns = true,
		.attach = backend_attach_raw,
	},
	[BACKEND_KPROBE] = {
		.name = "kprobe",
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
		.template = TEMPLATE_KPROBE,
		.program = "kretprobe",
		.entry = "kretprobe_entry",
		.type = BPF_PROG_TYPE_KPROBE,
		.shared = true,
		.returns = true,
		.registers = true,
		.attach = backend_attach_kprobe,
		.missed = backend_missed_kprobe,
	},
	[BACKEND_KPROBE_MULTI] = {
		.name = "kprobe.multi",
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
		.template = TEMPLATE_KPROBE,
		.program = "kretprobe",
		.entry = "kretprobe_entry",
		.type = BPF_PROG_TYPE_KPROBE,
		.attach_type = BPF_TRACE_KPROBE_MULTI,
		.shared = true,
		.returns = true,
		.registers = true,
		.attach_many = backend_attach_multi,
		.missed = backend_missed_multi,
	},
	[BACKEND_KPROBE_SESSION] = {
		.name = "kprobe.session",
		.template = TEMPLATE_KPROBE_SESSION,
		.program = "kprobe_session",
		.type = BPF_PROG_TYPE_KPROBE,
		.attach_type = TRACE_KPROBE_SESSION,
		.shared = true,
		.returns = true,
		.registers = true,
		.attach_many = backend_attach_multi,
		.missed = backend_missed_multi,
	},
	[BACKEND_UPROBE] = {
		.name = "uprobe",
		.template = TEMPLATE_USDT,
		.program = "usdt",
		.type = BPF_PROG_TYPE_KPROBE,
		.user = true,
		.attach = backend_attach_uprobe,
	},
};

const struct backend_ops *backend_get(enum backend backend)
{
	return &backends[backend];
}

struct candidates {
	enum backend *list;
	size_t n;
};

static void add_candidate(struct candidates *c, enum backend backend)
{
	c->list[c->n++] = backend;
}

static void add_typed(struct candidates *c, const struct probe *probe, bool returns)
{
	if (probe->btf_id)
		add_candidate(c, returns ? BACKEND_FEXIT : BACKEND_FENTRY);
}

static void add_multi(struct candidates *c, bool returns)
{
	if (!returns) {
		add_candidate(c, BACKEND_KPROBE_MULTI);
		return;
	}
	add_candidate(c, BACKEND_KPROBE_SESSION);
	add_candidate(c, BACKEND_KRETPROBE_MULTI);
}

static void add_single(struct candidates *c, bool returns)
{
	add_candidate(c, returns ? BACKEND_KRETPROBE : BACKEND_KPROBE);
}

static void add_by_cost(struct candidates *c, const struct probe *probe, size_t functions,
			bool returns)
{
	if (functions <= FEW)
		add_typed(c, probe, returns);
	add_multi(c, returns);
	if (functions > FEW && functions <= SOME)
		add_typed(c, probe, returns);
	add_single(c, returns);
	if (functions > SOME)
		add_typed(c, probe, returns);
}

static void add_kprobe(struct candidates *c, size_t functions, bool returns)
{
	if (functions <= FEW)
		add_single(c, returns);
	add_multi(c, returns);
	if (functions > FEW)
		add_single(c, returns);
}

/* For tests and measurements: the name of one in RETIS_BACKEND leaves out the
 * others of its kind, entry or return. */
static void keep_forced(struct candidates *c)
{
	const char *forced = getenv("RETIS_BACKEND");

	for (size_t i = 0; i < c->n && forced; i++) {
		if (strcmp(backends[c->list[i]].name, forced))
			continue;
		c->list[0] = c->list[i];
		c->n = 1;
	}
}

static void add_function(struct candidates *c, const struct probe *probe, size_t functions)
{
	bool returns = probe->spec.type == PROBE_FUNCTION_RETURN;

	switch (probe->spec.family) {
	case PROBE_ANY:
		add_by_cost(c, probe, functions, returns);
		break;
	case PROBE_KPROBE:
		add_kprobe(c, functions, returns);
		break;
	case PROBE_KPROBE_MULTI:
		add_multi(c, returns);
		break;
	case PROBE_FENTRY:
		add_typed(c, probe, returns);
		break;
	}
}

size_t backend_candidates(const struct probe *probe, size_t functions,
			  enum backend list[BACKEND_COUNT])
{
	struct candidates c = { .list = list };

	if (probe->spec.type == PROBE_RAW_TP)
		add_candidate(&c, BACKEND_RAW_TP);
	else if (probe->spec.type == PROBE_USDT)
		add_candidate(&c, BACKEND_UPROBE);
	else
		add_function(&c, probe, functions);
	keep_forced(&c);
	return c.n;
}
