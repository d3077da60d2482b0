/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/event/frame.h"

#include <string.h>

/* What such symbols begin with. */
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

/* Modules that kallsyms gives to code made at run time. */
static const char *const glue_modules[] = { " [bpf]", " [__builtin__ftrace]",
					    " [__builtin__kprobes]" };

bool frame_is_glue(const char *name)
{
	for (size_t i = 0; i < sizeof(glue) / sizeof(glue[0]); i++)
		if (!strncmp(name, glue[i], strlen(glue[i])))
			return true;
	return false;
}

static bool is_glue(const char *symbol)
{
	const char *module = strstr(symbol, " [");

	if (frame_is_glue(symbol))
		return true;
	for (size_t i = 0; module && i < sizeof(glue_modules) / sizeof(glue_modules[0]); i++)
		if (!strcmp(module, glue_modules[i]))
			return true;
	return false;
}

uint32_t frame_skip(frame_symbol *find, const void *arg, const uint64_t *frames, uint32_t n)
{
	char room[FRAME_SYMBOL_SIZE];
	uint32_t skip = 0;
	uint64_t offset;

	for (uint32_t i = 0; i < n; i++) {
		const char *symbol = find(arg, frames[i], &offset, room);

		/* What can't be named may be a trampoline, if such are around it. */
		if (!symbol)
			continue;
		if (!is_glue(symbol))
			break;
		skip = i + 1;
	}
	return skip;
}

void frame_put(struct retis_text *out, const char *symbol, uint64_t offset, uint64_t address)
{
	const char *module = symbol ? strstr(symbol, " [") : NULL;

	if (symbol && *symbol == FRAME_VERBATIM) {
		retis_text_str(out, symbol + 1);
		return;
	}
	if (symbol) {
		retis_text_bytes(out, symbol, module ? (size_t)(module - symbol) : strlen(symbol));
		retis_text_char(out, '+');
	}
	retis_text_str(out, "0x");
	retis_text_hex(out, symbol ? offset : address, 1);
	if (module)
		retis_text_str(out, module);
}
