/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef USDT_SECTION_H
#define USDT_SECTION_H

#include <linux/types.h>

#define USDT_VALUES 0
#define USDT_UPCALL 1

#define N_USDT_VALUES 8

/* Arguments of any usdt probe; 0 for what it does not have. */
struct usdt_values {
	__s64 values[N_USDT_VALUES];
};

/* What Open vSwitch's daemon says of a packet it received. */
struct usdt_upcall {
	__u32 type;
	__u32 size;
	char dpif[32];
	__u8 packet[20];
};

#endif
