/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the ct section says: as a table, and as text. */
#ifndef CT_FIELDS_H
#define CT_FIELDS_H

#include <retis/section.h>

/* Names of values of proto_state. */
#define CT_PROTO_STATES "ct.proto_state"

#define CT_FIELDS 12
extern const struct retis_field ct_fields[CT_FIELDS];

/* The section's text. */
void ct_print(const struct retis_view *view, const struct retis_print *how, struct retis_text *out);

#endif
