/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/session/stack.h"

#include <errno.h>
#include <string.h>

#include <retis/text.h>

#include "core/session/session.h"
#include "core/util/log.h"

const struct retis_section_type stack_section_type = {
	.name = "stack-trace",
	.about = "The functions that led to the probe, innermost first.",
	.version = 1,
};

/* Names that what calls our programs begins with. */
static const char *const glue[] = {
	"bpf_prog_",
	"bpf_trampoline_",
	"bpf_dispatcher_",
	"bpf_trace_run",
	"__bpf_trace_",
	"__traceiter_",
	"bpf_get_stack",
	"trace_call_bpf",
	"ftrace_",
	"arch_ftrace_",
	"__ftrace_",
	"kprobe_",
	"kretprobe_",
	"__kretprobe_",
	"aggr_pre_handler",
	"opt_pre_handler",
	"optimized_callback",
	"arch_rethook_",
	"rethook_",
	"fprobe_",
	"__fprobe_",
	"function_graph_",
	"return_to_handler",
};

static bool is_glue(const struct symbol_name *symbol)
{
	for (size_t i = 0; i < sizeof(glue) / sizeof(glue[0]); i++)
		if (!strncmp(symbol->name, glue[i], strlen(glue[i])))
			return true;
	return !strcmp(symbol->module, "bpf") || !strcmp(symbol->module, "__builtin__ftrace") ||
	       !strcmp(symbol->module, "__builtin__kprobes");
}

uint32_t stack_skip(const void *session, const uint64_t *frames, uint32_t n)
{
	const struct session *s = session;
	uint32_t skip = 0;

	for (uint32_t i = 0; i < n; i++) {
		struct symbol_name symbol;

		/* What can't be named may be a trampoline, if such are around it. */
		if (kernel_symbolize(s->stack_names, frames[i], &symbol))
			continue;
		if (!is_glue(&symbol))
			break;
		skip = i + 1;
	}
	return skip;
}

static void put_frame(const void *session, uint64_t address, struct retis_text *out)
{
	const struct session *s = session;
	struct symbol_name symbol;

	if (kernel_symbolize(s->stack_names, address, &symbol)) {
		retis_text_str(out, "0x");
		retis_text_hex(out, address, 0);
		return;
	}
	retis_text_str(out, symbol.name);
	retis_text_str(out, "+0x");
	retis_text_hex(out, symbol.offset, 0);
	if (!*symbol.module)
		return;
	retis_text_str(out, " [");
	retis_text_str(out, symbol.module);
	retis_text_char(out, ']');
}

static bool wanted(const struct session *s)
{
	for (size_t i = 0; i < s->n_probes; i++)
		if (s->probes[i].spec.stack)
			return true;
	return false;
}

void stack_prepare(struct printer_stack *stack, struct session *s)
{
	struct symbol_name symbol;
	int err;

	*stack = (struct printer_stack){
		.section = s->stack_section, .frame = put_frame, .skip = stack_skip, .arg = s
	};
	if (!wanted(s))
		return;
	s->stack_names = kernel_new();
	/* Read now, as it may not be permitted later. */
	err = s->stack_names ? kernel_symbolize(s->stack_names, 0, &symbol) : -ENOMEM;
	if (err == -EPERM)
		log_warn("Stack traces have no names, as the addresses of symbols are hidden from "
			 "this process: it needs CAP_SYSLOG");
	else if (err && err != -ENOENT)
		log_warn("Stack traces have no names: /proc/kallsyms: %s", strerror(-err));
}
