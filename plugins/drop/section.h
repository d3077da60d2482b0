/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The skb-drop section as it travels. */
#ifndef DROP_SECTION_H
#define DROP_SECTION_H

#include <linux/types.h>

#define DROP_SECTION 0

#define DROP_HAS_SUBSYS 1
#define DROP_HAS_LOCATION 2

/* Arguments of its hook. */
#define DROP_ARG_REASON 0
#define DROP_ARG_LOCATION 1

/* The reason of kernels that have none. */
#define DROP_UNKNOWN 0xffffffff

struct drop_section {
	/* The whole value: an enum of the subsystem's. */
	__u32 reason;
	/* Its upper half (include/net/dropreason.h); not there for the core's. */
	__u16 subsys;
	__u16 reserved;
	/* Who dropped it, an address in its code. */
	__u64 location;
};

#endif
