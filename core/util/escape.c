/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/util/escape.h"

#include <retis/text.h>

const char *escape_text(char *safe, size_t size, const char *text)
{
	struct retis_text out = { .data = safe, .capacity = size - 1 };

	retis_text_escaped(&out, text, size);
	safe[out.length] = '\0';
	return safe;
}
