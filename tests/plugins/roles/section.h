/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROLES_SECTION_H
#define ROLES_SECTION_H

#include <linux/types.h>

#define ROLES_SECTION 0
#define ROLES_BYTES 64

/* LINKTYPE_RAW: packets begin with their IP header. */
#define ROLES_RAW 101

struct roles_section {
	__u64 first_seen;
	__u64 first_head;
	__u64 address;
	__u32 length;
	__u32 link_type;
	/* As many as there are. */
	__u64 bytes[ROLES_BYTES / 8];
};

#endif
