/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/session/stack.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/plan/plan.h"
#include "core/util/log.h"

const char *stack_symbol(const void *names, uint64_t address, uint64_t *offset,
			 char room[FRAME_SYMBOL_SIZE])
{
	const struct stack_names *n = names;
	struct symbol_name found;

	if (!n->kernel || kernel_symbolize(n->kernel, address, &found))
		return NULL;
	snprintf(room, FRAME_SYMBOL_SIZE, *found.module ? "%s [%s]" : "%s", found.name,
		 found.module);
	*offset = found.offset;
	return room;
}

static uint32_t skip_frames(const void *names, const uint64_t *frames, uint32_t n)
{
	return frame_skip(stack_symbol, names, frames, n);
}

static void put_named_frame(const void *names, uint64_t address, struct retis_text *out)
{
	char room[FRAME_SYMBOL_SIZE];
	uint64_t offset = 0;
	const char *symbol = stack_symbol(names, address, &offset, room);

	frame_put(out, symbol, offset, address);
}

static bool wants_stacks(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_probes; i++)
		if (plan->probes[i].spec.stack)
			return true;
	return plan->options->probe_stack;
}

/* Also as it may not be permitted later. */
static void read_now(struct kernel *kernel)
{
	struct symbol_name symbol;
	int err = kernel_symbolize(kernel, 0, &symbol);

	if (err == -EPERM)
		log_warn("Stack traces have no names, as the addresses of symbols are hidden from "
			 "this process: %s",
			 kernel_show_addresses());
	else if (err && err != -ENOENT)
		log_warn("Stack traces have no names: /proc/kallsyms: %s", strerror(-err));
}

int stack_prepare(struct printer_stack *stack, const struct plan *plan, bool others,
		  struct stack_names *names)
{
	*stack = (struct printer_stack){ .section = plan->stack_section,
					 .frame = put_named_frame,
					 .skip = skip_frames,
					 .arg = names };
	if (!wants_stacks(plan) && !others)
		return 0;
	names->kernel = kernel_new();
	if (!names->kernel)
		return -ENOMEM;
	/* Else only one thread needs them, and can wait for the first one. */
	if (wants_stacks(plan))
		read_now(names->kernel);
	else
		kernel_read_ahead(names->kernel);
	return 0;
}

void stack_names_fini(struct stack_names *names)
{
	kernel_free(names->kernel);
}
