/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hello section as it travels: written by hook.bpf.c, described by plugin.c. */
#ifndef HELLO_SECTION_H
#define HELLO_SECTION_H

#include <linux/types.h>

/* Index in the plugin's sections. */
#define HELLO_SECTION 0

/* Presence of optional fields. */
#define HELLO_HAS_QUEUE 1

struct hello_section {
	__u32 mark;
	__u32 priority;
	__u16 queue_mapping;
};

#endif
