/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The collector's private state: its options. */
#ifndef OVS_STATE_H
#define OVS_STATE_H

#include <stdint.h>

#include <retis/frags.h>

#include "track.h"

struct ovs_state {
	/* --ovs-track, --ovs-enrich-flows; flows a second. */
	uint8_t track;
	uint8_t enrich;
	uint64_t rate;
	struct ovs_track daemons;
	struct retis_frags frags;
};

#endif
