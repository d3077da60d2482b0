/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a probe: it is refused with a reason that is safe to print, or taken
 * apart into strings that fit.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/probe/probe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int condition)
{
	if (!condition)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[512], why[PROBE_WHY_SIZE];
	struct probe_spec spec;

	if (size >= sizeof(text))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	memset(why, 'x', sizeof(why));
	if (probe_parse(text, &spec, why)) {
		check(memchr(why, '\0', sizeof(why)) != NULL);
		for (const char *c = why; *c; c++)
			check((unsigned char)*c >= ' ' && *c != 0x7f);
		return 0;
	}
	check(memchr(spec.target, '\0', sizeof(spec.target)) != NULL);
	check(memchr(spec.path, '\0', sizeof(spec.path)) != NULL);
	check(memchr(spec.module, '\0', sizeof(spec.module)) != NULL);
	check(spec.target[0] && *probe_spec_name(&spec));
	check(spec.wildcard == (strchr(spec.target, '*') != NULL));
	return 0;
}
