/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sections that belong to no plugin. */
#ifndef INPUT_OWN_H
#define INPUT_OWN_H

#include <retis/section.h>

/* Stack traces: addresses of 8 bytes, innermost first. */
extern const struct retis_section_type stack_section;

struct tracking {
	uint64_t orig_head;
	uint64_t timestamp;
	uint64_t skb;
	uint32_t idx;
};

/* Which packet an event is about, and the how many-th of its events it is: in
 * sorted files. */
extern const struct retis_section_type tracking_section;

/* By name, or NULL. */
const struct retis_section_type *own_section(const char *name);

#endif
