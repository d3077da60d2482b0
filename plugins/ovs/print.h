/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OVS_PRINT_H
#define OVS_PRINT_H

#include <retis/section.h>

/* Tables of names made at run time. */
#define OVS_ACTIONS "ovs.action"
#define OVS_KEYS "ovs.key"

void ovs_print(const struct retis_view *view, const struct retis_print *how,
	       struct retis_text *out);

#endif
