/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Parts of an event to read values of, with the names of its input. */
#ifndef INPUT_VIEW_H
#define INPUT_VIEW_H

#include "core/input/input.h"

struct retis_view view_section(const struct input_names *names, const struct retis_event *event,
			       const struct retis_section *section);
/* Of what each event has; fields are the common_fields. */
struct retis_view view_common(const struct input_names *names, const struct retis_event *event);

#endif
