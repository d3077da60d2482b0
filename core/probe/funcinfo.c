/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Function information for spliced programs; see funcinfo.h. */
#include "core/probe/funcinfo.h"

#include <errno.h>
#include <stdlib.h>

#include <bpf/btf.h>

/* Type ids, in the order types are added. */
enum {
	TYPE_INT = 1,
	TYPE_PROTO,
	TYPE_MAIN,
	TYPE_PART,
};

static int add_function_types(struct btf *btf)
{
	int err = btf__add_int(btf, "int", sizeof(int), BTF_INT_SIGNED);

	if (err > 0)
		err = btf__add_func_proto(btf, TYPE_INT);
	if (err > 0)
		err = btf__add_func(btf, "retis_probe", BTF_FUNC_GLOBAL, TYPE_PROTO);
	if (err > 0)
		err = btf__add_func(btf, "retis_part", BTF_FUNC_STATIC, TYPE_PROTO);
	return err < 0 ? err : 0;
}

int funcinfo_btf(struct btf **btf)
{
	struct btf *made = btf__new_empty();
	int err;

	if (!made)
		return -errno;
	err = add_function_types(made);
	if (!err)
		err = btf__load_into_kernel(made);
	if (err) {
		btf__free(made);
		return err;
	}
	*btf = made;
	return 0;
}

int funcinfo_records(const struct splice_result *result, struct bpf_func_info **records)
{
	struct bpf_func_info *made = calloc(result->n_parts, sizeof(*made));

	if (!made)
		return -ENOMEM;
	for (size_t i = 0; i < result->n_parts; i++) {
		made[i].insn_off = result->parts[i].start;
		made[i].type_id = i ? TYPE_PART : TYPE_MAIN;
	}
	*records = made;
	return 0;
}
