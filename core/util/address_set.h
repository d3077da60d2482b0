/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which addresses were seen before. */
#ifndef UTIL_ADDRESS_SET_H
#define UTIL_ADDRESS_SET_H

#include <stddef.h>
#include <stdint.h>

/* All zero: empty. */
struct address_set {
	uint64_t *slots;
	size_t n;
	/* A power of two. */
	size_t room;
};

void address_set_fini(struct address_set *set);

/* 1: it was not in there before, 0: it was, or it is 0, which is no address;
 * -ENOMEM. */
int address_set_add(struct address_set *set, uint64_t address);

#endif
