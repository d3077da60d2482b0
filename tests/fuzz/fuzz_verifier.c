/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as the log of the kernel's verifier: the reason is one line of it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/probe/verifier.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *log = strndup((const char *)data, size);
	const char *reason;
	size_t n;

	if (!log)
		return 0;
	reason = verifier_reason(log, &n);
	if (reason < log || reason + n > log + strlen(log) || memchr(reason, '\n', n) ||
	    (n && reason != log && reason[-1] != '\n'))
		abort();
	free(log);
	return 0;
}
