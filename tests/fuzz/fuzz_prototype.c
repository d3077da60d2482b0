/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prototypes out of types that refer to each other as they like: what is read are strings
 * that end and arguments that there are.
 *
 * Input: types of four bytes each: kind, name, and two numbers of other types.
 */
#include <bpf/btf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <retis/plugin.h>

#include "core/kernel/private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TYPES_MAX 64

#define LONG "longer_than_any_of_the_buffers_that_take_names_of_types_and_of_parameters_"

static const char *const names[] = { "sk_buff", "net_device", "", LONG LONG };

static void add_prototype(struct btf *btf, const uint8_t *at)
{
	btf__add_func_proto(btf, at[2] % TYPES_MAX);
	for (unsigned int i = 0; i < at[1] % 16u; i++)
		btf__add_func_param(btf, names[i % 4], (at[3] + i * at[2]) % TYPES_MAX);
}

static void add_type(struct btf *btf, const uint8_t *at)
{
	const char *name = names[at[1] % 4];
	int to = at[2] % TYPES_MAX;

	switch (at[0] % 12) {
	case 0:
		btf__add_int(btf, *name ? name : "int", 1u << at[2] % 4,
			     at[3] % 2 ? BTF_INT_SIGNED : 0);
		break;
	case 1:
		btf__add_ptr(btf, to);
		break;
	case 2:
		btf__add_const(btf, to);
		break;
	case 3:
		btf__add_volatile(btf, to);
		break;
	case 4:
		btf__add_restrict(btf, to);
		break;
	case 5:
		btf__add_typedef(btf, *name ? name : "t", to);
		break;
	case 6:
		btf__add_struct(btf, name, at[3]);
		break;
	case 7:
		btf__add_union(btf, name, at[3]);
		break;
	case 8:
		btf__add_enum(btf, name, 4);
		break;
	case 9:
		btf__add_fwd(btf, *name ? name : "f", BTF_FWD_STRUCT);
		break;
	case 10:
		btf__add_array(btf, to, to, at[3]);
		break;
	default:
		add_prototype(btf, at);
	}
}

static void check_prototype(const struct prototype *proto)
{
	static const struct retis_arg wanted = { .type = "struct sk_buff *", .name = "sk_buff" };
	int found = prototype_find(proto, "struct sk_buff *");

	if (proto->n_args > PROTOTYPE_MAX_ARGS || found >= (int)proto->n_args)
		abort();
	found = prototype_find_arg(proto, &wanted);
	if (found >= (int)proto->n_args)
		abort();
	for (unsigned int i = 0; i < proto->n_args; i++) {
		const struct prototype_arg *arg = &proto->args[i];

		if (strnlen(arg->type, sizeof(arg->type)) == sizeof(arg->type) ||
		    strnlen(arg->name, sizeof(arg->name)) == sizeof(arg->name))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct btf *btf = btf__new_empty();
	struct prototype proto;

	if (!btf)
		return 0;
	for (size_t i = 0; 4 * i + 4 <= size && i < TYPES_MAX; i++)
		add_type(btf, data + 4 * i);
	for (uint32_t id = 0; id < TYPES_MAX; id++)
		for (unsigned int skip = 0; skip < 2; skip++)
			if (!prototype_read(btf, id, skip, &proto))
				check_prototype(&proto);
	btf__free(btf);
	return 0;
}
