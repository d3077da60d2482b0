/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --out-rotate says. */
#ifndef FILE_LIMIT_H
#define FILE_LIMIT_H

#include <retis/reader.h>

/*
 * "100MB" (10^6 bytes), "2GB" (10^9), "64MiB", "1GiB" (powers of 1024), "30s",
 * "10m", "1h". 0, or -EINVAL and *OUT as before.
 */
int limit_parse(const char *text, struct retis_split *out);

#endif
