/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CALLS_SECTION_H
#define CALLS_SECTION_H

#include <linux/types.h>

#define CALLS_SECTION 0

struct calls_section {
	__u64 skb;
	__u64 device;
	__u64 narrow;
	__u64 wide;
	__u64 ret;
	__u64 has_ret;
};

#endif
