/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The text of any section, from its field table alone:
 * NAME [FIELD VALUE FIELD VALUE GROUP [FIELD VALUE] LIST 1,2,3].
 */
#ifndef EVENT_GENERIC_H
#define EVENT_GENERIC_H

#include <stdbool.h>

#include <retis/section.h>

/* The type must have passed registry_add(). */
void generic_section(const struct retis_section_type *type, const struct retis_view *view,
		     struct retis_text *out);

/* The members of the object that TEXT is: FIELD VALUE FIELD VALUE ... Whether
 * there are any. */
bool generic_json(const char *text, size_t length, struct retis_text *out);

#endif
