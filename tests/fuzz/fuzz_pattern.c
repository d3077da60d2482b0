/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pattern and a text behind the first zero byte: they match if a slower way to find out says
 * so.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/util/pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LONGEST 256

/* Row by row: does the pattern so far match the first j characters? */
static bool match_slowly(const char *pattern, const char *text)
{
	bool row[LONGEST + 1] = { true }, next[LONGEST + 1];
	size_t n = strlen(text);

	for (; *pattern; pattern++) {
		next[0] = *pattern == '*' && row[0];
		for (size_t j = 1; j <= n; j++)
			next[j] = *pattern == '*' ? next[j - 1] || row[j]
						  : row[j - 1] && *pattern == text[j - 1];
		memcpy(row, next, sizeof(row));
	}
	return row[n];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char pattern[LONGEST], text[LONGEST] = "";
	size_t n;

	if (size >= LONGEST)
		return 0;
	memcpy(pattern, data, size);
	pattern[size] = '\0';
	n = strlen(pattern);
	if (n < size) {
		memcpy(text, data + n + 1, size - n - 1);
		text[size - n - 1] = '\0';
	}
	if (pattern_match(pattern, text) != match_slowly(pattern, text))
		abort();
	return 0;
}
