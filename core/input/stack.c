/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/input/stack.h"

#include "core/event/frame.h"
#include "core/input/input.h"
#include "core/names/names.h"

static const char *find_input_symbol(const void *arg, uint64_t address, uint64_t *offset,
				     char room[FRAME_SYMBOL_SIZE])
{
	const struct input_names *names = arg;

	(void)room;
	return names->all ? names_symbol(names->all, address, offset) : NULL;
}

void stack_frame(const void *arg, uint64_t address, struct retis_text *out)
{
	uint64_t offset = 0;
	const char *symbol = find_input_symbol(arg, address, &offset, NULL);

	frame_put(out, symbol, offset, address);
}

uint32_t stack_skip(const void *arg, const uint64_t *frames, uint32_t n)
{
	return frame_skip(find_input_symbol, arg, frames, n);
}
