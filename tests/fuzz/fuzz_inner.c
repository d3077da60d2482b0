/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a packet in tunnels, the first one saying what it begins with: what is inside is the
 * packet's end, and has not been opened only if it is no tunnel, or one too deep.
 */
#include <stdlib.h>

#include "core/filter/inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inner(int condition)
{
	if (!condition)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct inner_packet p;
	uint32_t missing;

	if (!size || size > 65536)
		return 0;
	missing = data[0] >> 1;
	p = (struct inner_packet){ data + 1, (uint32_t)size - 1, (uint32_t)size - 1 + missing,
				   data[0] & 1 };
	if (inner_open(&p))
		check_inner(p.data > data + 1 && p.captured &&
			    p.data[0] == data[size - p.captured]);
	else
		check_inner(p.data == data + 1 && p.captured == size - 1);
	check_inner(p.data + p.captured == data + size && p.length - p.captured == missing);
	return 0;
}
