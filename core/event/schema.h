/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The JSON schema (draft 2020-12) of events, out of field tables. */
#ifndef EVENT_SCHEMA_H
#define EVENT_SCHEMA_H

#include <retis/section.h>

#include "core/event/registry.h"

/* In a field's `count`: any number of elements. Only for the sections below. */
#define SCHEMA_ANY_COUNT UINT32_MAX

/* What the program itself puts into events, with tables that say how it looks in
 * JSON only. Ends with a type without a name. */
extern const struct retis_section_type schema_own[];

/* COMPACT: on one line, without its end. */
void schema_print(const struct registry *registry, bool compact, struct retis_text *out);

#endif
