/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types for the tests of the metadata filter: a struct sk_buff with every kind of
 * member, and a module with a type of its own. meta_memory.h has bytes to go with them.
 */
#ifndef TESTS_META_BTF_H
#define TESTS_META_BTF_H

#include "core/filter/meta.h"
#include "meta_memory.h"
#include "meta_types.h"

struct meta_btf {
	struct btf *kernel;
	/* Extends the kernel's; has struct nf_conn. */
	struct btf *module;
	struct meta_types types;
	/* How often a module was asked for. */
	unsigned int asked;
};

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

static inline int meta_declared(struct btf *btf, const char *name)
{
	return meta_pointer(btf, meta_id(btf__find_by_name_kind(btf, name, BTF_KIND_FWD)));
}

static inline int meta_add_embedded(struct btf *btf)
{
	int net = meta_pointer(btf, meta_type(btf, "net"));
	int embedded = meta_id(btf__add_struct(btf, "embedded", 16));

	meta_field(btf, "a", meta_type(btf, "u32"), 0);
	meta_field(btf, "net", net, 8);
	return embedded;
}

static inline int meta_add_choice(struct btf *btf)
{
	int choice = meta_id(btf__add_union(btf, "choice", 8));

	meta_field(btf, "u", meta_type(btf, "u64"), 0);
	return choice;
}

static inline void meta_add_skb(struct btf *btf)
{
	int embedded = meta_add_embedded(btf);
	int alias = meta_id(btf__add_typedef(btf, "embedded_t", embedded));
	int text = meta_pointer(btf, meta_id(btf__add_const(btf, meta_type(btf, "char"))));
	int bytes = meta_pointer(btf, meta_type(btf, "u8"));
	int dev = meta_pointer(btf, meta_type(btf, "net_device"));
	const struct {
		const char *name;
		int type;
		unsigned int byte;
	} others[] = {
		{ NULL, meta_add_head(btf), 0 },
		{ "_nfct", meta_type(btf, "u64"), 24 },
		{ "and", meta_type(btf, "u32"), 32 },
		{ "name16", meta_array(btf, "char", 16), 136 },
		{ "name8", meta_array(btf, "u8", 8), 152 },
		{ "name64", meta_array(btf, "s8", 64), 160 },
		{ "text", text, 224 },
		{ "nulltext", bytes, 232 },
		{ "empty", text, 240 },
		{ "long_text", bytes, 248 },
		{ "embedded", embedded, 256 },
		{ "alias", meta_id(btf__add_const(btf, alias)), 272 },
		{ "pp", meta_pointer(btf, dev), 288 },
		{ "priv", meta_pointer(btf, 0), 296 },
		{ "slong", meta_type(btf, "s64"), 304 },
		{ "ratio", meta_type(btf, "float"), 312 },
		{ "ct", meta_declared(btf, "nf_conn"), 320 },
		{ "array", meta_array(btf, "u32", 2), 328 },
		{ "wide", meta_type(btf, "u128"), 336 },
		{ "choice", meta_add_choice(btf), 352 },
		{ "nowhere", meta_declared(btf, "nowhere"), 360 },
		{ "numbers", meta_pointer(btf, meta_type(btf, "u32")), 368 },
		{ "tagged", text, 376 },
		{ "function", meta_pointer(btf, meta_id(btf__add_func_proto(btf, 0))), 384 },
		{ "flexible", meta_array(btf, "char", 0), 392 },
	};

	meta_id(btf__add_struct(btf, "sk_buff", 400));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		meta_field(btf, others[i].name, others[i].type, others[i].byte);
	for (size_t i = 0; i < sizeof(meta_numbers) / sizeof(meta_numbers[0]); i++)
		meta_id(btf__add_field(btf, meta_numbers[i].name,
				       meta_type(btf, meta_numbers[i].type), meta_numbers[i].bit,
				       meta_numbers[i].bits));
	meta_id(btf__add_field(btf, "nine", meta_type(btf, "u64"), 641, 64));
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

#endif
