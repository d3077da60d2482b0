/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds wire events for tests, and helps to look at text. */
#ifndef TESTS_EVENT_BUILD_H
#define TESTS_EVENT_BUILD_H

#include <stdlib.h>
#include <string.h>

#include <retis/section.h>

#include "core/event/record.h"

struct event_build {
	_Alignas(RETIS_ALIGN) uint8_t bytes[RETIS_EVENT_MAX];
};

static inline struct retis_event *event_header(struct event_build *b)
{
	return (struct retis_event *)b->bytes;
}

/* The event of the specification's examples: 1000 (2) [nginx] 10/11. */
static inline void event_start(struct event_build *b)
{
	memset(b, 0, sizeof(*b));
	*event_header(b) = (struct retis_event){
		.size = sizeof(struct retis_event),
		.timestamp = 1000,
		.cpu = 2,
		.pid = 10,
		.tid = 11,
		.comm = "nginx",
	};
}

/* Returns the payload. */
static inline void *event_add(struct event_build *b, uint16_t type, const void *data, uint16_t size)
{
	struct retis_event *event = event_header(b);
	struct retis_section *s = (struct retis_section *)(b->bytes + event->size);

	*s = (struct retis_section){ .type = type, .size = size };
	memcpy(s + 1, data, size);
	event->size += (uint32_t)(sizeof(*s) + RETIS_ALIGNED(size));
	return s + 1;
}

static inline void event_present(void *payload, uint32_t present)
{
	((struct retis_section *)payload - 1)->present = present;
}

static inline int event_parse(struct event_build *b, struct record *record)
{
	return record_parse(b->bytes, event_header(b)->size, record);
}

/* A view of its own, as sections have it. */
static inline struct retis_view view_of(const void *data, uint32_t length, uint32_t present)
{
	return (struct retis_view){
		.size = sizeof(struct retis_view),
		.length = length,
		.data = data,
		.present = present,
	};
}

#endif
