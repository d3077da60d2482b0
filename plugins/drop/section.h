/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The skb-drop section as it travels. */
#ifndef DROP_SECTION_H
#define DROP_SECTION_H

#include <linux/types.h>

#define DROP_SECTION 0

#define DROP_HAS_SUBSYS 1

/* Argument of its hook. */
#define DROP_ARG_REASON 0

struct drop_section {
	/* The whole value: an enum of the subsystem's. */
	__u32 reason;
	/* Its upper half (include/net/dropreason.h); not there for the core's. */
	__u16 subsys;
	__u16 reserved;
};

#endif
