/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was counted, in words. */
#ifndef REPORT_STATS_TEXT_H
#define REPORT_STATS_TEXT_H

#include "core/report/stats.h"

void stats_text_start(const struct stats *s, const struct retis_start *start,
		      struct retis_text *out);
/* Sorts what is in S. TOTALS: of all files so far. */
void stats_text_counts(struct stats *s, const struct input_totals *totals, struct retis_text *out);

#endif
