/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TORTURE_SECTION_H
#define TORTURE_SECTION_H

#include <linux/types.h>

#define TORTURE_SECTION 0

struct torture_section {
	__u8 ballast[2000];
};

#endif
