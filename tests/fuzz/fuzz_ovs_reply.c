/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers of Open vSwitch's daemon: whoever gets hold of it, or of its socket, says what it
 * likes. An answer may come in any pieces.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/ovs/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text, const char *start, size_t size)
{
	if (text && (text < start || text + strlen(text) >= start + size))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ovs_reply_end whole = {}, pieces = {};
	struct ovs_reply reply;
	char *text = malloc(size ? size : 1);
	int got, again = 0;

	if (!text)
		return 0;
	memcpy(text, data, size);
	got = ovs_reply_find_end(&whole, text, size);
	for (size_t n = 0; n <= size && !again; n++)
		again = ovs_reply_find_end(&pieces, text, n);
	if (got != again || whole.at != pieces.at || whole.at > size)
		abort();
	if (got > 0 && !ovs_reply_read(text, whole.at, &reply)) {
		check_text(reply.result, text, size);
		check_text(reply.error, text, size);
	}
	memcpy(text, data, size);
	/* Not only what has an end. */
	(void)ovs_reply_read(text, size, &reply);
	free(text);
	return 0;
}
