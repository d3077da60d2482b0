/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/session/stack.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/session/session.h"
#include "core/util/log.h"

const char *stack_symbol(const void *session, uint64_t address, uint64_t *offset,
			 char room[FRAME_SYMBOL_SIZE])
{
	const struct session *s = session;
	struct symbol_name found;

	if (!s->stack_names || kernel_symbolize(s->stack_names, address, &found))
		return NULL;
	snprintf(room, FRAME_SYMBOL_SIZE, *found.module ? "%s [%s]" : "%s", found.name,
		 found.module);
	*offset = found.offset;
	return room;
}

static uint32_t skip_frames(const void *session, const uint64_t *frames, uint32_t n)
{
	return frame_skip(stack_symbol, session, frames, n);
}

static void put_session_frame(const void *session, uint64_t address, struct retis_text *out)
{
	char room[FRAME_SYMBOL_SIZE];
	uint64_t offset = 0;
	const char *symbol = stack_symbol(session, address, &offset, room);

	frame_put(out, symbol, offset, address);
}

static bool wants_stacks(const struct session *s)
{
	for (size_t i = 0; i < s->n_probes; i++)
		if (s->probes[i].spec.stack)
			return true;
	return s->options->probe_stack;
}

/* Also as it may not be permitted later. */
static void read_now(struct session *s)
{
	struct symbol_name symbol;
	int err = kernel_symbolize(s->stack_names, 0, &symbol);

	if (err == -EPERM)
		log_warn("Stack traces have no names, as the addresses of symbols are hidden from "
			 "this process: %s",
			 kernel_show_addresses());
	else if (err && err != -ENOENT)
		log_warn("Stack traces have no names: /proc/kallsyms: %s", strerror(-err));
}

int stack_prepare(struct printer_stack *stack, struct session *s)
{
	int err = symbol_names_init(&s->symbol_names, s);

	*stack = (struct printer_stack){ .section = s->stack_section,
					 .frame = put_session_frame,
					 .skip = skip_frames,
					 .arg = s };
	if (err || (!wants_stacks(s) && !s->symbol_names.n_fields))
		return err;
	s->stack_names = kernel_new();
	if (!s->stack_names)
		return -ENOMEM;
	/* Else only one thread needs them, and can wait for the first one. */
	if (wants_stacks(s))
		read_now(s);
	else
		kernel_read_ahead(s->stack_names);
	return 0;
}
