/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tells that a packet of one host is one of another. */
#include <criterion/criterion.h>
#include <string.h>

#include "core/sort/wire.h"

#define FRAME 60

/* UDP from 10.0.0.1 to 10.0.0.2, four bytes of payload, padded as on the wire. */
static const uint8_t frame[FRAME] = {
	2,  0, 0, 0,  0, 2, 2, 0,  0, 0, 0, 1, 8, 0, 0x45, 0, 0,  32, 0, 7,  0x40, 0,  64,
	17, 1, 1, 10, 0, 0, 1, 10, 0, 0, 2, 1, 2, 0, 53,   0, 12, 9,  9, 97, 98,   99, 100,
};

/* The key with a byte at AT that is VALUE; AT is FRAME or more: as it is. */
static struct wire_key key_with(size_t at, uint8_t value, size_t n)
{
	struct wire_key key = { 0 };
	uint8_t data[FRAME];

	memcpy(data, frame, sizeof(data));
	if (at < FRAME)
		data[at] = value;
	wire_find_key(data, n, 1, &key);
	return key;
}

Test(wire, is_the_same_on_the_way)
{
	struct wire_key key = key_with(FRAME, 0, FRAME);

	cr_expect_eq(key.trust, WIRE_SURE);
	cr_expect_eq(key_with(22, 63, FRAME).hash, key.hash, "hops");
	cr_expect_eq(key_with(24, 5, FRAME).hash, key.hash, "the header's checksum");
	cr_expect_eq(key_with(40, 5, FRAME).hash, key.hash, "the checksum");
	cr_expect_eq(key_with(0, 5, FRAME).hash, key.hash, "the link's addresses");
	cr_expect_eq(key_with(55, 5, FRAME).hash, key.hash, "padding");
	cr_expect_eq(key_with(FRAME, 0, 46).hash, key.hash, "without padding");
}

Test(wire, tells_packets_apart)
{
	struct wire_key key = key_with(FRAME, 0, FRAME);

	cr_expect_neq(key_with(19, 8, FRAME).hash, key.hash, "id");
	cr_expect_neq(key_with(29, 8, FRAME).hash, key.hash, "address");
	cr_expect_neq(key_with(37, 8, FRAME).hash, key.hash, "port");
	cr_expect_neq(key_with(45, 8, FRAME).hash, key.hash, "payload");
	cr_expect_eq(key_with(19, 0, FRAME).trust, WIRE_LIKELY, "no id");
	cr_expect_eq(key_with(17, 28, FRAME).trust, WIRE_LIKELY, "no payload");
}

Test(wire, refuses_what_it_does_not_know)
{
	struct wire_key key;

	for (size_t n = 0; n < 42; n++)
		cr_expect_not(wire_find_key(frame, n, 1, &key), "%zu bytes", n);
	cr_expect(wire_find_key(frame, 42, 1, &key));
	cr_expect(wire_find_key(frame + 14, 32, 101, &key), "without a link layer");
	cr_expect_not(wire_find_key(frame, FRAME, 113, &key), "another link layer");
	cr_expect_eq(key_with(14, 0x41, FRAME).trust, 0, "a short header");
	cr_expect_eq(key_with(12, 9, FRAME).trust, 0, "not IP");
}

Test(wire, places_are_found_again)
{
	struct wire w = { 0 };
	struct wire_packet *p;

	for (uint64_t i = 1; i < 3 * WIRE_PACKETS_MAX; i++) {
		struct wire_key key = { i * 0x9e3779b97f4a7c15, WIRE_SURE };

		p = wire_place(&w, &key);
		cr_assert(p && !p->used);
		p->used = true;
		p->at = i;
		/* Half of them is always there. */
		if (i > 100) {
			key.hash = (i - 100) * 0x9e3779b97f4a7c15;
			p = wire_place(&w, &key);
			cr_assert(p && p->used && p->at == i - 100);
		}
	}
	wire_fini(&w);
}
