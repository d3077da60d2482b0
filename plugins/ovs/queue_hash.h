/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What packets on their way to user space are known by: upstream's queue_id. */
#ifndef OVS_QUEUE_HASH_H
#define OVS_QUEUE_HASH_H

#include <linux/types.h>

/* Bytes that are hashed; what a packet lacks is zero. */
#define QUEUE_BYTES 64

#define QUEUE_ROTATE(x, n) ((x) << (n) | (x) >> (32 - (n)))

/* jhash() of the kernel (include/linux/jhash.h) of QUEUE_BYTES bytes. */
static inline __u32 ovs_queue_hash(const __u32 *k)
{
	__u32 a = 0xdeadbeef + QUEUE_BYTES, b = a, c = a;

	for (int left = QUEUE_BYTES; left > 12; left -= 12, k += 3) {
		a += k[0], b += k[1], c += k[2];
		a -= c, a ^= QUEUE_ROTATE(c, 4), c += b;
		b -= a, b ^= QUEUE_ROTATE(a, 6), a += c;
		c -= b, c ^= QUEUE_ROTATE(b, 8), b += a;
		a -= c, a ^= QUEUE_ROTATE(c, 16), c += b;
		b -= a, b ^= QUEUE_ROTATE(a, 19), a += c;
		c -= b, c ^= QUEUE_ROTATE(b, 4), b += a;
	}
	a += k[0];
	c ^= b, c -= QUEUE_ROTATE(b, 14);
	a ^= c, a -= QUEUE_ROTATE(c, 11);
	b ^= a, b -= QUEUE_ROTATE(a, 25);
	c ^= b, c -= QUEUE_ROTATE(b, 16);
	a ^= c, a -= QUEUE_ROTATE(c, 4);
	b ^= a, b -= QUEUE_ROTATE(a, 14);
	c ^= b, c -= QUEUE_ROTATE(b, 24);
	return c;
}

#endif
