/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What comes from outside, for messages and listings. */
#ifndef UTIL_ESCAPE_H
#define UTIL_ESCAPE_H

#include <stddef.h>

/* TEXT escaped for a terminal, cut to SIZE; returns SAFE. */
const char *escape_text(char *safe, size_t size, const char *text);

#endif
