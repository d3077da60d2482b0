/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/input/view.h"

#include "core/event/common.h"
#include "core/names/tables.h"

struct retis_view view_section(const struct input_names *names, const struct retis_event *event,
			       const struct retis_section *section)
{
	return (struct retis_view){
		.size = sizeof(struct retis_view),
		.length = section->size,
		.data = section + 1,
		.present = section->present,
		.event = event,
		.names = name_tables_of_host(names->names, event->host),
	};
}

/* The rule of printer_has_task(), which knows texts of probes. */
static bool event_has_task(const struct input_names *names, const struct retis_event *event)
{
	bool user = event->probe < names->n_probes && names->probes[event->probe]->path;

	return (event->probe != RECORD_NO_PROBE && !user) || event->comm[0];
}

struct retis_view view_common(const struct input_names *names, const struct retis_event *event)
{
	return common_view(event, event_has_task(names, event), names->names);
}
