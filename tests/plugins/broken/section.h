/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BROKEN_SECTION_H
#define BROKEN_SECTION_H

#include <linux/types.h>

#define BROKEN_SECTION 0

struct broken_section {
	__u64 skb;
};

#endif
