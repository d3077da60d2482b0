/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/event/common.h"

#define FIELDS(TABLE) .fields = (TABLE), .n_fields = sizeof(TABLE) / sizeof((TABLE)[0])

/* `tgid` is the thread: the names people's scripts know. */
static const struct retis_field task[] = {
	RETIS_FIELD(struct retis_event, pid, RETIS_INT, .about = "Process id"),
	RETIS_FIELD_AS("tgid", struct retis_event, tid, RETIS_INT, .about = "Thread id"),
	RETIS_FIELD(struct retis_event, comm, RETIS_STRING, .about = "Name of the task"),
};

const struct retis_field common_fields[COMMON_FIELDS] = {
	RETIS_FIELD(struct retis_event, timestamp, RETIS_UINT,
		    .about = "Nanoseconds since boot (CLOCK_MONOTONIC)"),
	RETIS_FIELD_AS("smp_id", struct retis_event, cpu, RETIS_UINT, .present = COMMON_TASK,
		       .about = "Processor"),
	{
		.name = "task",
		.about = "What was running on that processor",
		.kind = RETIS_OBJECT,
		.present = COMMON_TASK,
		FIELDS(task),
	},
	RETIS_FIELD(struct retis_event, missing, RETIS_UINT, .present = COMMON_MISSING,
		    .about = "Sections left out because the event was full"),
	RETIS_FIELD(struct retis_event, lost, RETIS_UINT, .present = COMMON_LOST,
		    .about = "Events lost on this processor before this one"),
	{
		.name = "unknown",
		.about = "Sections nothing is known about",
		.kind = RETIS_UINT,
		.size = 4,
		.present = COMMON_COUNTED,
	},
	{
		.name = "repeated",
		.about = "Sections that were there twice",
		.kind = RETIS_UINT,
		.size = 4,
		.present = COMMON_COUNTED,
	},
};

static uint32_t bit(enum common_present number, bool set)
{
	return set ? 1u << (number - 1) : 0;
}

struct retis_view common_view(const struct retis_event *event, bool with_task)
{
	return (struct retis_view){
		.size = sizeof(struct retis_view),
		.length = sizeof(*event),
		.data = event,
		.present = bit(COMMON_TASK, with_task) | bit(COMMON_MISSING, event->missing) |
			   bit(COMMON_LOST, event->lost),
		.event = event,
	};
}
