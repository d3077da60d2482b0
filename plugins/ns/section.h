/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The netns section as it travels. */
#ifndef NS_SECTION_H
#define NS_SECTION_H

#include <linux/types.h>

#define NS_SECTION 0

#define NS_HAS_COOKIE 1

/* Arguments of its hook. */
#define NS_ARG_NET 0
#define NS_ARG_DEVICE 1

struct ns_section {
	__u64 cookie;
	__u32 inum;
};

#endif
