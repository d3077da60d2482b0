/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of enum values, from the BTF of the kernel and its modules. */
#include <bpf/btf.h>
#include <errno.h>

#include "core/kernel/kernel.h"

struct enum_use {
	int (*use)(void *arg, const char *name, int64_t value);
	void *arg;
};

static int use_values(const struct btf *btf, const struct btf_type *t, const struct enum_use *u)
{
	const struct btf_enum *e = btf_enum(t);
	int err = 0;

	for (unsigned int i = 0; i < btf_vlen(t) && !err; i++)
		err = u->use(u->arg, btf__name_by_offset(btf, e[i].name_off), e[i].val);
	return err;
}

static int use_values64(const struct btf *btf, const struct btf_type *t, const struct enum_use *u)
{
	const struct btf_enum64 *e = btf_enum64(t);
	int err = 0;

	for (unsigned int i = 0; i < btf_vlen(t) && !err; i++)
		err = u->use(u->arg, btf__name_by_offset(btf, e[i].name_off),
			     (int64_t)btf_enum64_value(&e[i]));
	return err;
}

static int use_enum(const struct btf *btf, const char *name, const struct enum_use *u)
{
	int id = btf__find_by_name_kind(btf, name, BTF_KIND_ENUM);

	if (id > 0)
		return use_values(btf, btf__type_by_id(btf, (uint32_t)id), u);
	id = btf__find_by_name_kind(btf, name, BTF_KIND_ENUM64);
	return id > 0 ? use_values64(btf, btf__type_by_id(btf, (uint32_t)id), u) : -ENOENT;
}

int kernel_enum_values(struct kernel *k, const char *name,
		       int (*use)(void *arg, const char *name, int64_t value), void *arg)
{
	const struct enum_use u = { use, arg };
	const struct btf *btf = kernel_btf(k);
	int err = btf ? use_enum(btf, name, &u) : -ENOENT;

	for (size_t i = 0; err == -ENOENT; i++) {
		btf = kernel_module_btf(k, i);
		if (!btf)
			break;
		err = use_enum(btf, name, &u);
	}
	return err;
}
