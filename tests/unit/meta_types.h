/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the struct sk_buff of meta_btf.h is made of, and what it points to. */
#ifndef TESTS_META_TYPES_H
#define TESTS_META_TYPES_H

#include <bpf/btf.h>
#include <stdlib.h>

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
	static const struct {
		const char *name;
		size_t size;
		int encoding;
	} ints[] = { { "u8", 1, 0 },
		     { "u16", 2, 0 },
		     { "u32", 4, 0 },
		     { "u64", 8, 0 },
		     { "s8", 1, BTF_INT_SIGNED },
		     { "s16", 2, BTF_INT_SIGNED },
		     { "s32", 4, BTF_INT_SIGNED },
		     { "s64", 8, BTF_INT_SIGNED },
		     { "u128", 16, 0 },
		     { "bool", 1, BTF_INT_BOOL },
		     { "char", 1, BTF_INT_CHAR } };

	for (size_t i = 0; i < sizeof(ints) / sizeof(ints[0]); i++)
		meta_id(btf__add_int(btf, ints[i].name, ints[i].size, ints[i].encoding));
	meta_id(btf__add_float(btf, "float", 4));
	meta_id(btf__add_typedef(btf, "be16", meta_id(btf__add_const(btf, meta_type(btf, "u16")))));
	meta_id(btf__add_enum(btf, "uenum", 4));
	meta_id(btf__add_enum_value(btf, "UENUM", 3));
	/* A negative value is what makes it signed. */
	meta_id(btf__add_enum(btf, "senum", 4));
	meta_id(btf__add_enum_value(btf, "SENUM", -1));
	meta_id(btf__add_enum(btf, "enum8", 1));
	meta_id(btf__add_enum_value(btf, "ENUM8", 7));
	meta_id(btf__add_enum64(btf, "uenum64", 8, false));
	meta_id(btf__add_enum64(btf, "senum64", 8, true));
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
}

#endif
