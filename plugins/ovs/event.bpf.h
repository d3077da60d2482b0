/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all hooks need: sections, and counters of what they lose. */
#ifndef OVS_EVENT_H
#define OVS_EVENT_H

#include <retis/bpf/hook.h>

#include "hook.h"
#include "section.h"

RETIS_COUNTERS(OVS_N_COUNTERS);

/* Part of a section, zeroed: up to and with MEMBER. */
#define ovs_section(EVENT, MEMBER) \
	((struct ovs_section *)retis_section(EVENT, OVS_SECTION, OVS_SIZE(MEMBER)))

#endif
