/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What events refer to. */
#include "core/event/common.h"
#include "core/input/view.h"
#include "core/library/private.h"

API uint32_t retis_events_generation(const struct retis_events *ev)
{
	return input_names(ev->input)->generation;
}

API uint32_t retis_events_n_sections(const struct retis_events *ev)
{
	const struct registry *r = input_names(ev->input)->registry;

	return r ? r->n : 0;
}

API const struct retis_section_type *retis_events_section(const struct retis_events *ev,
							  uint32_t number)
{
	const struct registry *r = input_names(ev->input)->registry;
	const struct registry_entry *e = r ? registry_get(r, number) : NULL;

	return e ? e->type : NULL;
}

API uint32_t retis_events_stack(const struct retis_events *ev)
{
	const struct input_names *names = input_names(ev->input);

	return names->stack ? names->stack->section : UINT32_MAX;
}

API uint32_t retis_events_by_rank(const struct retis_events *ev, uint32_t index)
{
	return input_names(ev->input)->registry->by_rank[index];
}

API bool retis_events_probe(const struct retis_events *ev, uint32_t number,
			    struct retis_file_probe *probe)
{
	const struct input_names *names = input_names(ev->input);

	if (number >= names->n_probes)
		return false;
	*probe = *names->probes[number];
	return true;
}

API void retis_events_view(const struct retis_events *ev, const struct retis_event *event,
			   const struct retis_section *section, struct retis_view *view)
{
	*view = view_section(input_names(ev->input), event, section);
}

API const struct retis_field *retis_events_common(const struct retis_events *ev,
						  const struct retis_event *event,
						  struct retis_view *view, uint32_t *n_fields)
{
	*view = view_common(input_names(ev->input), event);
	*n_fields = COMMON_FIELDS;
	return common_fields;
}
