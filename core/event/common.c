/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/event/common.h"

#include <string.h>

#include "core/names/tables.h"

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
	RETIS_FIELD(struct retis_event, host, RETIS_NAME, .names_from = NAME_TABLE_HOSTS,
		    .present = COMMON_HOST, .about = "The host, in files of several"),
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

static uint32_t present_bit(enum common_present number, bool set)
{
	return set ? 1u << (number - 1) : 0;
}

struct retis_view common_view(const struct retis_event *event, bool with_task,
			      const struct retis_names *names)
{
	return (struct retis_view){
		.size = sizeof(struct retis_view),
		.length = sizeof(*event),
		.data = event,
		.present = present_bit(COMMON_TASK, with_task) |
			   present_bit(COMMON_MISSING, event->missing) |
			   present_bit(COMMON_LOST, event->lost) |
			   present_bit(COMMON_HOST, event->host),
		.event = event,
		.names = names,
	};
}

const char *common_host(const struct retis_names *names, uint8_t host)
{
	return names ? names->find(names, NAME_TABLE_HOSTS, &host, sizeof(host), 0) : NULL;
}

void common_put_host(const struct retis_names *names, uint8_t host, struct retis_text *out)
{
	const char *name = common_host(names, host);

	retis_text_str(out, name ? " " : " host ");
	if (name)
		retis_text_escaped(out, name, strlen(name));
	else
		retis_text_dec(out, host);
}
