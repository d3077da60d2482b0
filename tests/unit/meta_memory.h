/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory for the tests of the metadata filter, laid out as meta_btf.h says. Not the
 * kernel's: here each member's place and value is known.
 */
#ifndef TESTS_META_MEMORY_H
#define TESTS_META_MEMORY_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Bytes in the memory, where structs and texts are in it. */
#define META_MEMORY 640
enum {
	META_SKB = 0,
	META_DEV = 400,
	META_NET = 448,
	META_CT = 464,
	META_TEXT = 480,
	META_EMPTY = 490,
	META_LONG = 496,
};

#define META_BAD_POINTER 0xdead000000000122ULL

/* Members of numbers: their values, in bits so that bitfields are nothing special. */
static const struct meta_number {
	const char *name;
	/* Of the type, in the table below. */
	const char *type;
	unsigned int bit;
	/* Of a bitfield; 0: none. */
	unsigned int bits;
	unsigned int width;
	uint64_t value;
} meta_numbers[] = {
	{ "mark", "u32", 32 * 8, 0, 32, 0x80000001 },
	{ "priority", "s32", 36 * 8, 0, 32, -5 },
	{ "protocol", "be16", 40 * 8, 0, 16, 2048 },
	{ "small", "s16", 42 * 8, 0, 16, -2 },
	{ "byte", "u8", 44 * 8, 0, 8, 200 },
	{ "sbyte", "s8", 45 * 8, 0, 8, -1 },
	{ "on", "bool", 46 * 8, 0, 8, 1 },
	{ "off", "bool", 47 * 8, 0, 8, 0 },
	{ "l4_hash", "u8", 384, 1, 1, 1 },
	{ "sw_hash", "u8", 385, 1, 1, 0 },
	{ "three", "u8", 386, 3, 3, 5 },
	{ "sthree", "s32", 389, 3, 3, -2 },
	{ "run3", "u32", 395, 17, 17, 0x1abcd },
	{ "run5", "u64", 417, 39, 39, 0x5a5a5a5a5a },
	{ "run6", "u64", 458, 45, 45, 0x123456789abc },
	{ "run7", "s64", 515, 50, 50, -3 },
	{ "full", "u64", 576, 64, 64, 0xfedcba9876543210 },
	{ "enum_run", "senum", 89 * 8 + 1, 4, 4, -1 },
	{ "pkt_type", "uenum", 92 * 8, 0, 32, 3 },
	{ "reason", "senum", 96 * 8, 0, 32, -1 },
	{ "tiny", "enum8", 100 * 8, 0, 8, 7 },
	{ "flags64", "uenum64", 104 * 8, 0, 64, UINT64_MAX },
	{ "signed64", "senum64", 112 * 8, 0, 64, -9 },
	{ "big", "u64", 120 * 8, 0, 64, 0x8000000000000001 },
	{ "low", "s64", 128 * 8, 0, 64, (uint64_t)INT64_MIN },
};

/* Pointers in the memory: where, where to, and bits that are not address. */
static const struct meta_pointer {
	unsigned int at;
	unsigned int to;
	unsigned int tag;
} meta_pointers[] = {
	{ 16, META_DEV, 0 },
	{ 24, META_CT, 3 },
	{ 224, META_TEXT, 0 },
	{ 240, META_EMPTY, 0 },
	{ 248, META_LONG, 0 },
	{ 264, META_NET, 0 },
	{ 280, META_NET, 0 },
	{ 296, META_DEV, 0 },
	{ 320, META_CT, 0 },
	{ 376, META_TEXT, 5 },
	{ META_DEV + 24, META_NET, 0 },
	{ META_DEV + 32, META_DEV, 0 },
};

/* The first bit of a big-endian number is its highest. */
static inline void meta_put(unsigned char *memory, bool big, const struct meta_number *n)
{
	for (unsigned int i = 0; i < n->width; i++) {
		unsigned int bit = n->bit + (big ? n->width - 1 - i : i);
		unsigned int place = big ? 7 - bit % 8 : bit % 8;

		if (n->value >> i & 1)
			memory[bit / 8] |= (unsigned char)(1u << place);
	}
}

static inline void meta_put_u64(unsigned char *memory, bool big, unsigned int at, uint64_t value)
{
	meta_put(memory, big, &(struct meta_number){ .bit = at * 8, .width = 64, .value = value });
}

/* All but the pointers. */
static inline void meta_fill(unsigned char *memory, bool big)
{
	static const struct meta_number more[] = {
		{ .bit = (META_DEV + 16) * 8, .width = 32, .value = 7 },
		{ .bit = (META_DEV + 40) * 8, .width = 32, .value = 0x1003 },
		{ .bit = META_NET * 8, .width = 32, .value = 4026531840 },
		{ .bit = META_CT * 8, .width = 64, .value = 8 },
		{ .bit = META_CT * 8 + 64, .width = 32, .value = 42 },
		{ .bit = 256 * 8, .width = 32, .value = 11 },
		{ .bit = 272 * 8, .width = 32, .value = 12 },
		{ .bit = 352 * 8, .width = 64, .value = 13 },
	};

	memset(memory, 0, META_MEMORY);
	for (size_t i = 0; i < sizeof(meta_numbers) / sizeof(meta_numbers[0]); i++)
		meta_put(memory, big, &meta_numbers[i]);
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		meta_put(memory, big, &more[i]);
	meta_put_u64(memory, big, 8, META_BAD_POINTER);
	memcpy(memory + 136, "0123456789abcdef", 16);
	memcpy(memory + 152, "eth0\0zzz", 8);
	memcpy(memory + 160, "a-name-of-thirty-one-characters", 32);
	memcpy(memory + 392, "flexibl", 8);
	memcpy(memory + META_DEV, "eth0", 5);
	memcpy(memory + META_TEXT, "veth1", 6);
	memcpy(memory + META_LONG, "thirty-two characters, no fewer.", 33);
}

#endif
