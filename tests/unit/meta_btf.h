/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small world for the tests of the metadata filter: BTF with every kind of member,
 * and memory that is laid out accordingly. Not the kernel's: here each member's
 * place and value is known.
 */
#ifndef TESTS_META_BTF_H
#define TESTS_META_BTF_H

#include <bpf/btf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/meta.h"

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

struct meta_btf {
	struct btf *kernel;
	/* Extends the kernel's; has struct nf_conn. */
	struct btf *module;
	struct meta_types types;
	/* How often a module was asked for. */
	unsigned int asked;
};

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

static inline int meta_id(int id)
{
	if (id < 0)
		abort();
	return id;
}

static inline int meta_type(struct btf *btf, const char *name)
{
	return meta_id(btf__find_by_name(btf, name));
}

static inline void meta_field(struct btf *btf, const char *name, int type, unsigned int byte)
{
	meta_id(btf__add_field(btf, name, type, byte * 8, 0));
}

static inline void meta_add_numbers(struct btf *btf)
{
	static const char *const enums[] = { "uenum", "senum", "enum8" };

	meta_id(btf__add_int(btf, "u8", 1, 0));
	meta_id(btf__add_int(btf, "u16", 2, 0));
	meta_id(btf__add_int(btf, "u32", 4, 0));
	meta_id(btf__add_int(btf, "u64", 8, 0));
	meta_id(btf__add_int(btf, "s8", 1, BTF_INT_SIGNED));
	meta_id(btf__add_int(btf, "s16", 2, BTF_INT_SIGNED));
	meta_id(btf__add_int(btf, "s32", 4, BTF_INT_SIGNED));
	meta_id(btf__add_int(btf, "s64", 8, BTF_INT_SIGNED));
	meta_id(btf__add_int(btf, "u128", 16, 0));
	meta_id(btf__add_int(btf, "bool", 1, BTF_INT_BOOL));
	meta_id(btf__add_int(btf, "char", 1, BTF_INT_CHAR));
	meta_id(btf__add_float(btf, "float", 4));
	meta_id(btf__add_typedef(btf, "be16", meta_id(btf__add_const(btf, meta_type(btf, "u16")))));
	for (int i = 0; i < 3; i++) {
		int id = meta_id(btf__add_enum(btf, enums[i], i == 2 ? 1 : 4));

		/* The sign is the kind flag of the type. */
		meta_id(btf__add_enum_value(btf, enums[i], i == 1 ? -1 : 3));
		((struct btf_type *)btf__type_by_id(btf, id))->info &= 0x7fffffff;
		((struct btf_type *)btf__type_by_id(btf, id))->info |= i == 1 ? 1u << 31 : 0;
	}
	meta_id(btf__add_enum64(btf, "uenum64", 8, false));
	meta_id(btf__add_enum64_value(btf, "UENUM64", UINT64_MAX));
	meta_id(btf__add_enum64(btf, "senum64", 8, true));
	meta_id(btf__add_enum64_value(btf, "SENUM64", (uint64_t)-9));
}

static inline int meta_array(struct btf *btf, const char *type, unsigned int n)
{
	return meta_id(btf__add_array(btf, meta_type(btf, "u32"), meta_type(btf, type), n));
}

static inline int meta_pointer(struct btf *btf, int to)
{
	return meta_id(btf__add_ptr(btf, to));
}

/* struct net, struct net_device and typedefs of them. */
static inline void meta_add_structs(struct btf *btf)
{
	int net = meta_id(btf__add_struct(btf, "net", 8));
	int net_pointer, possible, name, self;

	meta_field(btf, "inum", meta_type(btf, "u32"), 0);
	net_pointer = meta_pointer(btf, meta_id(btf__add_type_tag(btf, "rcu", net)));
	possible = meta_id(btf__add_struct(btf, NULL, 8));
	meta_field(btf, "net", net_pointer, 0);
	possible = meta_id(btf__add_typedef(btf, "possible_net_t", possible));
	name = meta_array(btf, "char", 16);
	self = meta_pointer(btf, name + 2);
	meta_id(btf__add_struct(btf, "net_device", 48));
	meta_field(btf, "name", name, 0);
	meta_field(btf, "ifindex", meta_type(btf, "s32"), 16);
	meta_field(btf, "nd_net", possible, 24);
	meta_field(btf, "upper", self, 32);
	meta_field(btf, "flags", meta_type(btf, "u32"), 40);
	meta_id(btf__add_typedef(btf, "device_alias", name + 2));
	meta_id(btf__add_typedef(btf, "device_pointer", self));
	meta_id(btf__add_typedef(btf, "number_alias", meta_type(btf, "u32")));
	meta_id(btf__add_fwd(btf, "nf_conn", BTF_FWD_STRUCT));
	meta_id(btf__add_fwd(btf, "nowhere", BTF_FWD_STRUCT));
	meta_id(btf__add_fwd(btf, "sizes", BTF_FWD_UNION));
}

/* union { struct { next; prev; union { dev; scratch; }; }; whole; }, anonymous. */
static inline int meta_add_head(struct btf *btf)
{
	int dev = meta_pointer(btf, meta_type(btf, "net_device"));
	int inner = meta_id(btf__add_union(btf, NULL, 8)), outer;

	meta_field(btf, "dev", dev, 0);
	meta_field(btf, "scratch", meta_type(btf, "u64"), 0);
	outer = meta_id(btf__add_struct(btf, NULL, 24));
	meta_field(btf, "next", dev, 0);
	meta_field(btf, "prev", dev, 8);
	meta_field(btf, NULL, inner, 16);
	outer = meta_id(btf__add_const(btf, outer));
	inner = meta_id(btf__add_union(btf, NULL, 24));
	meta_field(btf, NULL, outer, 0);
	return inner;
}

/* Members that are no numbers. */
struct meta_others {
	int head, c16, c8, c64, text, u8text, embedded, alias, pp, untyped, array, fwd, nowhere;
	int function, choice, flexible, numbers;
};

static inline struct meta_others meta_add_others(struct btf *btf)
{
	int character = meta_id(btf__add_const(btf, meta_type(btf, "char")));
	int dev = meta_pointer(btf, meta_type(btf, "net_device"));
	struct meta_others o = {
		.head = meta_add_head(btf),
		.c16 = meta_array(btf, "char", 16),
		.c8 = meta_array(btf, "u8", 8),
		.c64 = meta_array(btf, "s8", 64),
		.text = meta_pointer(btf, character),
		.u8text = meta_pointer(btf, meta_type(btf, "u8")),
		.pp = meta_pointer(btf, dev),
		.untyped = meta_pointer(btf, 0),
		.array = meta_array(btf, "u32", 2),
		.fwd = meta_pointer(btf,
				    meta_id(btf__find_by_name_kind(btf, "nf_conn", BTF_KIND_FWD))),
		.nowhere = meta_pointer(
			btf, meta_id(btf__find_by_name_kind(btf, "nowhere", BTF_KIND_FWD))),
		.function = meta_pointer(btf, meta_id(btf__add_func_proto(btf, 0))),
		.flexible = meta_array(btf, "char", 0),
		.numbers = meta_pointer(btf, meta_type(btf, "u32")),
	};
	int net = meta_pointer(btf, meta_type(btf, "net"));

	o.embedded = meta_id(btf__add_struct(btf, "embedded", 16));
	meta_field(btf, "a", meta_type(btf, "u32"), 0);
	meta_field(btf, "net", net, 8);
	o.alias = meta_id(
		btf__add_const(btf, meta_id(btf__add_typedef(btf, "embedded_t", o.embedded))));
	o.choice = meta_id(btf__add_union(btf, "choice", 8));
	meta_field(btf, "u", meta_type(btf, "u64"), 0);
	return o;
}

static inline void meta_add_skb(struct btf *btf)
{
	struct meta_others o = meta_add_others(btf);

	meta_id(btf__add_struct(btf, "sk_buff", 400));
	meta_field(btf, NULL, o.head, 0);
	meta_field(btf, "_nfct", meta_type(btf, "u64"), 24);
	for (size_t i = 0; i < sizeof(meta_numbers) / sizeof(meta_numbers[0]); i++)
		meta_id(btf__add_field(btf, meta_numbers[i].name,
				       meta_type(btf, meta_numbers[i].type), meta_numbers[i].bit,
				       meta_numbers[i].bits));
	meta_id(btf__add_field(btf, "nine", meta_type(btf, "u64"), 641, 64));
	meta_field(btf, "name16", o.c16, 136);
	meta_field(btf, "name8", o.c8, 152);
	meta_field(btf, "name64", o.c64, 160);
	meta_field(btf, "text", o.text, 224);
	meta_field(btf, "nulltext", o.u8text, 232);
	meta_field(btf, "empty", o.text, 240);
	meta_field(btf, "long_text", o.u8text, 248);
	meta_field(btf, "embedded", o.embedded, 256);
	meta_field(btf, "alias", o.alias, 272);
	meta_field(btf, "pp", o.pp, 288);
	meta_field(btf, "priv", o.untyped, 296);
	meta_field(btf, "slong", meta_type(btf, "s64"), 304);
	meta_field(btf, "ratio", meta_type(btf, "float"), 312);
	meta_field(btf, "ct", o.fwd, 320);
	meta_field(btf, "array", o.array, 328);
	meta_field(btf, "wide", meta_type(btf, "u128"), 336);
	meta_field(btf, "choice", o.choice, 352);
	meta_field(btf, "nowhere", o.nowhere, 360);
	meta_field(btf, "numbers", o.numbers, 368);
	meta_field(btf, "tagged", o.text, 376);
	meta_field(btf, "function", o.function, 384);
	meta_field(btf, "flexible", o.flexible, 392);
	meta_field(btf, "and", meta_type(btf, "u32"), 32);
}

static inline struct btf *meta_next_module(void *data, size_t n)
{
	struct meta_btf *b = data;

	b->asked++;
	return n ? NULL : b->module;
}

static inline void meta_btf_init(struct meta_btf *b)
{
	*b = (struct meta_btf){ .kernel = btf__new_empty() };
	if (!b->kernel)
		abort();
	meta_add_numbers(b->kernel);
	meta_add_structs(b->kernel);
	meta_add_skb(b->kernel);
	b->module = btf__new_empty_split(b->kernel);
	if (!b->module)
		abort();
	meta_id(btf__add_struct(b->module, "nf_conn", 16));
	meta_field(b->module, "status", meta_type(b->module, "u64"), 0);
	meta_field(b->module, "mark", meta_type(b->module, "u32"), 8);
	b->types = (struct meta_types){ b->kernel, meta_next_module, b };
}

static inline void meta_btf_fini(struct meta_btf *b)
{
	btf__free(b->module);
	btf__free(b->kernel);
}

/* --- memory ---------------------------------------------------------------- */

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
