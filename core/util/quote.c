/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/util/quote.h"

#include <string.h>

/* Nothing here is special to sh, bash, zsh or fish, in any place but the first. */
static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
			    "_-+./:,@%=";

/* What would be no harmless text on a terminal: $'...' has a way to write it. */
static bool has_controls(const char *word)
{
	for (; *word; word++)
		if ((unsigned char)*word < ' ' || *word == 0x7f)
			return true;
	return false;
}

static void quote_controls(struct retis_text *text, const char *word)
{
	static const char digits[] = "01234567";

	retis_text_str(text, "$'");
	for (; *word; word++) {
		unsigned char c = (unsigned char)*word;

		if (c < ' ' || c == 0x7f) {
			retis_text_char(text, '\\');
			retis_text_char(text, digits[c >> 6]);
			retis_text_char(text, digits[c >> 3 & 7]);
			retis_text_char(text, digits[c & 7]);
			continue;
		}
		if (c == '\'' || c == '\\')
			retis_text_char(text, '\\');
		retis_text_char(text, (char)c);
	}
	retis_text_char(text, '\'');
}

void quote_word(struct retis_text *text, const char *word)
{
	if (*word && !word[strspn(word, plain)] && *word != '=' && *word != '%') {
		retis_text_str(text, word);
		return;
	}
	if (has_controls(word)) {
		quote_controls(text, word);
		return;
	}
	retis_text_char(text, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			retis_text_str(text, "'\\'");
		retis_text_char(text, *word);
	}
	retis_text_char(text, '\'');
}
