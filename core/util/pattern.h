/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names with wildcards. */
#ifndef UTIL_PATTERN_H
#define UTIL_PATTERN_H

#include <stdbool.h>

/* The whole of TEXT matches: '*' stands for any number of characters, the rest
 * for itself. */
bool pattern_match(const char *pattern, const char *text);

#endif
