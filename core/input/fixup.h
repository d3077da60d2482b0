/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What upstream called things in older versions, in terms of the newest. Places
 * are named by their path in an event: "skb/packet". A fix-up never fails: what
 * is there already stays, what is not there is not moved.
 */
#ifndef INPUT_FIXUP_H
#define INPUT_FIXUP_H

#include <retis/text.h>

#include "core/json/parse.h"

enum fixup_level {
	/* 1.5, 1.6, 1.7 and later. */
	FIXUP_1_5,
	FIXUP_1_6,
	FIXUP_NONE,
};

/* By "v1.6.2-dirty"; FIXUP_1_5 for what is no version number: its fix-ups do no
 * harm. -ENOTSUP: a version of upstream that is older than all we know. */
int fixup_level(const char *version);

/* The section that the member KEY of the section at PATH is now, or NULL. */
const char *fixup_hoist(enum fixup_level level, const char *path, struct json key);

/* Is there anything to do below PATH? */
bool fixup_wanted(enum fixup_level level, const char *path);

/* Appends the section at PATH as it would be written today. */
void fixup_section(enum fixup_level level, const char *path, struct json section,
		   struct retis_text *out);

#endif
