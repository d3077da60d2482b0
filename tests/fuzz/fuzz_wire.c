/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a packet that is looked for on another host: the first byte says how it begins. */
#include <stdlib.h>
#include <string.h>

#include "core/sort/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire_key key;
	uint8_t *packet = size > 1 ? malloc(size - 1) : NULL;

	if (!packet)
		return 0;
	/* Exactly as long as it says. */
	memcpy(packet, data + 1, size - 1);
	if (wire_find_key(packet, size - 1, data[0] & 1 ? 1 : 101, &key) &&
	    (key.trust < WIRE_GUESS || key.trust > WIRE_SURE))
		abort();
	free(packet);
	return 0;
}
