/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PRISONER_SECTION_H
#define PRISONER_SECTION_H

#include <linux/types.h>

#define PRISONER_SECTION 0

struct prisoner_section {
	__u64 nothing;
};

#endif
