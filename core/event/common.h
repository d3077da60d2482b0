/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The event's own part, `common`, described like a section: its payload is the header. */
#ifndef EVENT_COMMON_H
#define EVENT_COMMON_H

#include <stdbool.h>

#include <retis/section.h>
#include <retis/text.h>

/* Numbers of `present`. */
enum common_present {
	/* A processor and a task. */
	COMMON_TASK = 1,
	COMMON_MISSING,
	COMMON_LOST,
	/* Never in the header: who checks the event counts them. */
	COMMON_COUNTED,
	COMMON_HOST,
};

#define COMMON_FIELDS 8
extern const struct retis_field common_fields[COMMON_FIELDS];

/* TASK: the event has one, see printer_has_task(). NAMES: may be NULL. The host is there if it
 * is one of several. */
struct retis_view common_view(const struct retis_event *event, bool task,
			      const struct retis_names *names);

/* What the host of that number is called, or NULL. NAMES may be NULL. */
const char *common_host(const struct retis_names *names, uint8_t host);
/* " NAME", or " host N". */
void common_put_host(const struct retis_names *names, uint8_t host, struct retis_text *out);

#endif
