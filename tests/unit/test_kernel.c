/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is read of the running kernel, and how often. */
#include <bpf/btf.h>
#include <criterion/criterion.h>
#include <errno.h>

#include "core/kernel/kernel.h"
#include "core/kernel/symbol_query.h"

Test(kernel, types_are_read_once)
{
	struct kernel *one = kernel_new(), *two = kernel_new();
	struct btf *types = kernel_btf(one), *third;

	if (!types)
		cr_skip_test("this kernel has no BTF\n");
	cr_expect_eq(kernel_btf(two), types);
	/* As libbpf does for each object. */
	third = btf__load_vmlinux_btf();
	cr_expect_eq(third, types);
	btf__free(third);
	kernel_free(one);
	cr_expect_eq(kernel_has_type(two, "sk_buff"), 1);
	kernel_free(two);
}

Test(kernel, what_is_forgotten_is_read_again)
{
	struct kernel *k = kernel_new();

	if (!kernel_btf(k))
		cr_skip_test("this kernel has no BTF\n");
	kernel_forget(k);
	cr_expect_eq(kernel_has_type(k, "sk_buff"), 1);
	cr_expect_eq(kernel_has_type(k, "sk_buff_"), 0);
	kernel_free(k);
}

Test(kernel, types_of_declarations)
{
	static const char *const there[] = {
		"struct sk_buff **", "enum tcp_ca_event", "void *", "u32", "gfp_t",
		"unsigned int",	     "char **",		  "_Bool"
	};
	static const char *const missing[] = { "struct sk_buff_ *", "u33",	"gfp_t_ *",
					       "sk_buff",	    "unsigned", "" };
	struct kernel *k = kernel_new();

	if (!kernel_btf(k))
		cr_skip_test("this kernel has no BTF\n");
	for (size_t i = 0; i < sizeof(there) / sizeof(there[0]); i++)
		cr_expect_eq(kernel_has_c_type(k, there[i]), 1, "%s", there[i]);
	for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++)
		cr_expect_eq(kernel_has_c_type(k, missing[i]), 0, "%s", missing[i]);
	kernel_free(k);
}

Test(kernel, one_symbol_is_the_one_that_is_listed)
{
	struct kernel *k = kernel_new();
	uint64_t asked, listed;
	int err = query_symbol("tcp_v4_rcv", &asked);

	if (err)
		cr_skip_test("the kernel can't be asked\n");
	cr_expect_eq(query_symbol("no_such_symbol", &asked), -ENOENT);
	cr_expect_eq(query_symbol("tcp_v4_rcv", &asked), 0);
	/* Reading all of them. */
	kernel_read_ahead(k);
	cr_expect_eq(kernel_symbol(k, "tcp_v4_rcv", &listed), 0);
	cr_expect_eq(asked, listed);
	kernel_free(k);
}
