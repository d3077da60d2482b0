/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as the kernel's list of symbols: each name in it is found, and at each
 * address of code there is a name.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/kernel/symbols.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_symbols(int condition)
{
	if (!condition)
		abort();
}

static void check_index(struct symbols *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct symbol *symbol = &s->list[i];
		const uint32_t *first;
		uint64_t address;
		size_t n;

		check_symbols(symbol->name && symbol->module);
		check_symbols(!symbols_address(s, symbol->name, &address));
		n = symbols_at(s, symbol->address, &first);
		for (size_t at = 0; at < n; at++)
			check_symbols(first[at] < s->n && symbol_is_code(&s->list[first[at]]));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct symbols s = { 0 };

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	symbols_take(&s, text, size);
	if (!symbols_index(&s))
		check_index(&s);
	symbols_fini(&s);
	return 0;
}
