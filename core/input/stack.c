/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/input/stack.h"

#include "core/input/input.h"

void stack_frame(const void *arg, uint64_t address, struct retis_text *out)
{
	const struct input_names *names = arg;
	const char *symbol = NULL;
	uint64_t offset = 0;

	if (names->symbol)
		symbol = names->symbol(names->symbol_arg, address, &offset);
	if (symbol) {
		retis_text_str(out, symbol);
		retis_text_char(out, '+');
	}
	retis_text_str(out, "0x");
	retis_text_hex(out, symbol ? offset : address, 1);
}
