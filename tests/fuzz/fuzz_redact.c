/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A word to hide, and behind the first zero byte any text: the word does not stand by itself in
 * what is left.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/util/redact.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_part_of_name(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_';
}

static bool is_name(const char *word)
{
	for (const char *c = word; *c; c++)
		if (!is_part_of_name(*c))
			return false;
	/* Not what stands in for it. */
	return !strcasestr("hidden", word);
}

static bool stands_alone(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at++)
		if ((at == text || !is_part_of_name(at[-1])) && !is_part_of_name(at[n]))
			return true;
	return false;
}

static char *redact_text(const struct redact *r, const char *text)
{
	char *out = NULL;
	size_t size;
	FILE *f = open_memstream(&out, &size);

	if (!f)
		return NULL;
	redact_write(r, text, f);
	if (!fclose(f))
		return out;
	free(out);
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *word = strndup((const char *)data, size), *text, *out;
	struct redact r = { 0 };
	size_t n = word ? strlen(word) : 0;

	text = word && n < size ? strndup((const char *)data + n + 1, size - n - 1) : NULL;
	if (text) {
		redact_add(&r, word);
		out = redact_text(&r, text);
		if (out && r.n && is_name(word) && stands_alone(out, word))
			abort();
		free(out);
	}
	free(text);
	free(word);
	return 0;
}
