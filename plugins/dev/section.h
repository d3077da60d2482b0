/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The dev section as it travels. */
#ifndef DEV_SECTION_H
#define DEV_SECTION_H

#include <linux/types.h>

/* Index in the plugin's sections. */
#define DEV_SECTION 0

/* Presence of optional fields. */
#define DEV_HAS_RX_IFINDEX 1

/* Argument of its hook. */
#define DEV_ARG_DEVICE 0

struct dev_section {
	__u32 ifindex;
	__u32 rx_ifindex;
	char name[16];
};

#endif
