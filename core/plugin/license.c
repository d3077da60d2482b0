/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * SPDX licences, joined by "AND" and, weaker, by "OR". The program is GPL-2.0-or-later: what may be
 * combined with version 2 or version 3 of that licence can be loaded. Whether a BPF object may use
 * the kernel's GPL helpers is for the kernel to say.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/plugin/private.h"

#define LICENSE_MAX 256

static const char *const compatible[] = {
	"0BSD",
	"Apache-2.0",
	"BSD-2-Clause",
	"BSD-3-Clause",
	"CC0-1.0",
	"GPL-2.0",
	"GPL-2.0-only",
	"GPL-2.0-or-later",
	"GPL-3.0",
	"GPL-3.0-only",
	"GPL-3.0-or-later",
	"ISC",
	"LGPL-2.0",
	"LGPL-2.0-only",
	"LGPL-2.0-or-later",
	"LGPL-2.1",
	"LGPL-2.1-only",
	"LGPL-2.1-or-later",
	"LGPL-3.0",
	"LGPL-3.0-only",
	"LGPL-3.0-or-later",
	"MIT",
	"MIT-0",
	"MPL-2.0",
	"Unlicense",
	"Zlib",
};

/* An exception to one, or a "+" at its end, only gives more freedom. */
static bool is_compatible(const char *id)
{
	size_t length = strlen(id);

	if (length && id[length - 1] == '+')
		length--;
	for (size_t i = 0; i < sizeof(compatible) / sizeof(compatible[0]); i++)
		if (strlen(compatible[i]) == length && !strncasecmp(id, compatible[i], length))
			return true;
	return false;
}

/* 1: one side of an OR is compatible as a whole; 0: none; -EINVAL: there is no sense in it. TEXT is
 * cut into words. */
static int judge_license(char *text)
{
	bool side = true, any = false;
	char *rest = NULL, *word = strtok_r(text, " ", &rest);

	for (;;) {
		char *id = word, *then = strtok_r(NULL, " ", &rest);

		if (!id || strpbrk(id, "()"))
			return -EINVAL;
		side &= is_compatible(id);
		if (then && !strcasecmp(then, "WITH") && strtok_r(NULL, " ", &rest))
			then = strtok_r(NULL, " ", &rest);
		if (!then)
			return any || side;
		if (!strcasecmp(then, "OR")) {
			any |= side;
			side = true;
		} else if (strcasecmp(then, "AND")) {
			return -EINVAL;
		}
		word = strtok_r(NULL, " ", &rest);
	}
}

int check_license(const char *license, struct reason *reason)
{
	char text[LICENSE_MAX + 1];
	int good;

	if (!license || !license[0])
		return refuse_plugin(reason, "says no licence");
	if (!is_line(license, LICENSE_MAX))
		return refuse_plugin(reason, "its licence is not an SPDX expression");
	snprintf(text, sizeof(text), "%s", license);
	good = judge_license(text);
	if (good < 0)
		return refuse_plugin(
			reason, "its licence '%s' is not an SPDX expression without parentheses",
			license);
	if (!good)
		return refuse_plugin(reason,
				     "its licence '%s' is not known to be compatible with the GPL",
				     license);
	return 0;
}
