/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/util/pattern.h"

#include <stddef.h>

bool pattern_match(const char *pattern, const char *text)
{
	/* Behind the last '*', and what it stands for so far ends. */
	const char *star = NULL, *tried = NULL;

	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			tried = text;
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star;
			text = ++tried;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}
