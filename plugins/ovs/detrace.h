/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the daemon says of a flow: a section of events of their own, and the end of lookups. */
#ifndef OVS_DETRACE_H
#define OVS_DETRACE_H

#include <retis/section.h>

#include "flow.h"

#define OVS_DETRACE_FIELDS 5
extern const struct retis_field ovs_detrace_fields[OVS_DETRACE_FIELDS];

void ovs_put_ufid(const uint32_t id[4], struct retis_text *out);

/* Up to SIZE bytes of lines, each on one of its own, but the first one maybe. */
void ovs_put_flows(const char *lines, size_t size, bool first_apart, struct retis_text *out);

void ovs_print_detrace(const struct retis_view *view, const struct retis_print *how,
		       struct retis_text *out);

#endif
