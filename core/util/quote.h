/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words as a shell reads them. */
#ifndef UTIL_QUOTE_H
#define UTIL_QUOTE_H

#include <retis/text.h>

/* Appends WORD so that a shell takes it for one word, that one: in quotes if needed. */
void quote_word(struct retis_text *text, const char *word);

#endif
