/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Probes as people type them, and as the running kernel knows them. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/probe/probe.h"

static char why[PROBE_WHY_SIZE];

static void accept(const char *text, const char *target, const char *name)
{
	struct probe_spec spec;

	cr_assert_eq(probe_parse(text, &spec, why), 0, "%s: %s", text, why);
	cr_assert_str_eq(spec.target, target);
	cr_assert_str_eq(probe_spec_name(&spec), name);
}

static void refuse(const char *text, const char *reason)
{
	struct probe_spec spec;

	cr_assert_eq(probe_parse(text, &spec, why), -EINVAL, "%s", text);
	cr_assert(strstr(why, reason), "%s: '%s' is not in '%s'", text, reason, why);
}

Test(probe, forms_of_tracepoints)
{
	accept("tp:net:netif_rx", "net:netif_rx", "netif_rx");
	accept("raw_tracepoint:net:netif_rx", "net:netif_rx", "netif_rx");
	accept("net:netif_rx", "net:netif_rx", "netif_rx");
	accept("tp:tp:x", "tp:x", "x");
}

static void function(const char *text, enum probe_type type, enum probe_family family)
{
	struct probe_spec spec;

	cr_assert_eq(probe_parse(text, &spec, why), 0, "%s: %s", text, why);
	cr_assert_str_eq(spec.target, "ip_rcv");
	cr_assert_eq(spec.type, type, "%s", text);
	cr_assert_eq(spec.family, family, "%s", text);
	cr_assert_not(spec.stack);
	cr_assert_not(spec.wildcard);
}

static void usdt(const char *text, const char *target, const char *path, pid_t pid)
{
	struct probe_spec spec;

	cr_assert_eq(probe_parse(text, &spec, why), 0, "%s: %s", text, why);
	cr_assert_eq(spec.type, PROBE_USDT);
	cr_assert_str_eq(spec.target, target);
	cr_assert_str_eq(spec.path, path);
	cr_assert_eq(spec.pid, pid);
	cr_assert_eq(spec.wildcard, strchr(target, '*') != NULL);
}

Test(probe, forms_of_usdt_probes)
{
	usdt("usdt:p::n", "p:n", "", 0);
	usdt("usdt:p:n", "p:n", "", 0);
	usdt("usdt:p-x::n_y.z/pid=17", "p-x:n_y.z", "", 17);
	usdt("usdt:/usr/bin/x:p::n", "p:n", "/usr/bin/x", 0);
	usdt("usdt:/usr/bin/x:p:n/pid=1", "p:n", "/usr/bin/x", 1);
	usdt("usdt:./a:b::c:p::*", "p:*", "./a:b::c", 0);
	refuse("usdt:", "expected usdt:[PATH:]PROVIDER::NAME");
	refuse("usdt:n", "expected usdt:[PATH:]PROVIDER::NAME");
	refuse("usdt::n", "expected usdt:[PATH:]PROVIDER::NAME");
	refuse("usdt:::n", "expected usdt:[PATH:]PROVIDER::NAME");
	refuse("usdt:p::", "expected usdt:[PATH:]PROVIDER::NAME");
	refuse("usdt:/usr/bin/x::n", "expected usdt:[PATH:]PROVIDER::NAME");
	refuse("usdt:p::n/stack", "no stack traces");
	refuse("usdt:p::n/pid=", "not the number of a process");
	refuse("usdt:p::n/pid=0", "not the number of a process");
	refuse("usdt:p::n/pid=-1", "not the number of a process");
	refuse("usdt:p::n/pid=1x", "not the number of a process");
	refuse("usdt:p::n/pid=99999999999999999999", "not the number of a process");
	refuse("usdt:p::n/pid=1/pid=2", "invalid probe option");
	refuse("tp:a:b/pid=1", "invalid probe option");
}

Test(probe, forms_of_functions)
{
	function("ip_rcv", PROBE_FUNCTION, PROBE_ANY);
	function("kprobe:ip_rcv", PROBE_FUNCTION, PROBE_KPROBE);
	function("k:ip_rcv", PROBE_FUNCTION, PROBE_KPROBE);
	function("kretprobe:ip_rcv", PROBE_FUNCTION_RETURN, PROBE_KPROBE);
	function("kr:ip_rcv", PROBE_FUNCTION_RETURN, PROBE_KPROBE);
	function("kprobe.multi:ip_rcv", PROBE_FUNCTION, PROBE_KPROBE_MULTI);
	function("kretprobe.multi:ip_rcv", PROBE_FUNCTION_RETURN, PROBE_KPROBE_MULTI);
	function("fentry:ip_rcv", PROBE_FUNCTION, PROBE_FENTRY);
	function("f:ip_rcv", PROBE_FUNCTION, PROBE_FENTRY);
	function("fexit:ip_rcv", PROBE_FUNCTION_RETURN, PROBE_FENTRY);
	function("return:ip_rcv", PROBE_FUNCTION_RETURN, PROBE_ANY);
	function("fr:ip_rcv", PROBE_FUNCTION_RETURN, PROBE_FENTRY);
}

Test(probe, modules_patterns_options)
{
	struct probe_spec spec;

	cr_assert_eq(probe_parse("k:nf_conntrack:nf_conntrack_in/stack", &spec, why), 0, "%s", why);
	cr_assert_str_eq(spec.module, "nf_conntrack");
	cr_assert_str_eq(probe_spec_name(&spec), "nf_conntrack_in");
	cr_assert(spec.stack);
	cr_assert_eq(probe_parse("tcp_*", &spec, why), 0, "%s", why);
	cr_assert(spec.wildcard);
	cr_assert_eq(probe_parse("tp:net:netif_*/stack", &spec, why), 0, "%s", why);
	cr_assert(spec.wildcard && spec.stack);
	cr_assert_str_eq(probe_spec_name(&spec), "netif_*");
	cr_assert_eq(probe_parse("tp:*", &spec, why), 0, "%s", why);
	cr_assert_str_eq(probe_spec_name(&spec), "*");
	cr_assert_eq(probe_parse("tcp_x.isra.0", &spec, why), 0, "%s", why);
}

Test(probe, what_is_none)
{
	refuse("", "not the name of a function");
	refuse("kprobe:", "not the name of a function");
	refuse("kprobe:ip_rcv+4", "not the name of a function");
	refuse("kprobe:*:ip_rcv", "not the name of a function");
	refuse("tp:net", "expected tp:GROUP:NAME");
	refuse("tp:net:", "expected tp:GROUP:NAME");
	refuse("tp::x", "expected tp:GROUP:NAME");
	refuse("foo:net:netif_rx", "Invalid TYPE foo. See the help.");
	refuse("tp:net:a\033[2Jb", "\\x1b[2Jb: not a tracepoint");
}

Test(probe, options_that_are_none)
{
	refuse("ip_rcv/foo", "'foo' is an invalid probe option.");
	refuse("ip_rcv/", "Empty options are not allowed. Check your option list doesn't terminate "
			  "with '/'.");
	refuse("ip_rcv/stack/", "Empty options are not allowed.");
	refuse("ip_rcv//stack", "'' is an invalid probe option.");
	refuse("ip_rcv/stack/stack", "duplicate options detected in stack/stack.");
	refuse("net:netif_rx/ftrace", "the option 'ftrace' is for functions, by kprobe");
	refuse("net:netif_rx/a:b", "'a:b' is an invalid probe option.");
}

Test(probe, too_long)
{
	char text[400] = "tp:net:";

	memset(text + 7, 'a', sizeof(text) - 8);
	refuse(text, "name too long");
}

static struct kernel *kernel;

static void open_kernel(void)
{
	kernel = kernel_new();
	cr_assert(kernel);
	if (!kernel_btf(kernel))
		cr_skip_test("this kernel has no BTF");
}

static void close_kernel(void)
{
	kernel_free(kernel);
}

TestSuite(kernel, .init = open_kernel, .fini = close_kernel);

static int resolve(const char *text, struct probe *probe)
{
	*probe = (struct probe){ .named = true };
	cr_assert_eq(probe_parse(text, &probe->spec, why), 0);
	return probe_resolve(probe, kernel, why);
}

Test(kernel, tracepoint_prototype)
{
	struct probe probe;

	cr_assert_eq(resolve("tp:net:netif_receive_skb", &probe), 0, "%s", why);
	cr_assert_eq(probe.proto.n_args, 1);
	cr_assert_str_eq(probe.proto.args[0].type, "struct sk_buff *");
	cr_assert_eq(prototype_find(&probe.proto, "struct net *|struct sk_buff *"), 0);
	cr_assert_eq(prototype_find(&probe.proto, "struct sk_buff **"), -1);
	cr_assert_eq(prototype_find(&probe.proto, ""), -1);
}

Test(kernel, unknown_tracepoint_names_its_neighbours)
{
	struct probe probe;

	cr_assert_eq(resolve("tp:net:netif_receive_sbk", &probe), -ENOENT);
	cr_assert(strstr(why, "no such tracepoint in this kernel"), "%s", why);
	cr_assert(strstr(why, "did you mean netif_receive_skb"), "%s", why);
	cr_assert_eq(resolve("tp:net:zzzzzzzzzzzzzz", &probe), -ENOENT);
	cr_assert_not(strstr(why, "did you mean"), "%s", why);
}

Test(kernel, types_fields_symbols)
{
	uint64_t address;

	cr_assert_eq(kernel_has_type(kernel, "sk_buff"), 1);
	cr_assert_eq(kernel_has_type(kernel, "sk_buffer"), 0);
	cr_assert_eq(kernel_has_field(kernel, "sk_buff.mark"), 1);
	cr_assert_eq(kernel_has_field(kernel, "sk_buff.dev_scratch"), 1);
	cr_assert_eq(kernel_has_field(kernel, "sk_buff.nonsense"), 0);
	cr_assert_eq(kernel_has_field(kernel, "sk_buff"), -EINVAL);
	cr_assert_gt(kernel_type_size(kernel, "sk_buff"), 100);
	cr_assert_eq(kernel_type_size(kernel, "sk_buffer"), -ENOENT);
	cr_assert_eq(kernel_has_function(kernel, "ip_rcv"), 1);
	cr_assert_eq(kernel_has_function(kernel, "ip_rc"), 0);
	cr_assert_eq(kernel_symbol(kernel, "p_rcv", &address), -ENOENT);
	cr_assert_eq(kernel_has_tracepoint(kernel, "net:netif_rx"), 1);
	cr_assert_eq(kernel_has_tracepoint(kernel, "net:netif_rxx"), 0);
}

/* What is tried, of a type and family, among so many function probes. */
static void tries(enum probe_type type, enum probe_family family, size_t functions,
		  const char *expected)
{
	const struct probe probe = { .spec = { .type = type, .family = family }, .btf_id = 1 };
	enum backend list[BACKEND_COUNT];
	size_t n = backend_candidates(&probe, functions, list);
	char names[128] = "";

	for (size_t i = 0; i < n; i++)
		snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s",
			 i ? ", " : "", backend_get(list[i])->name);
	cr_expect_str_eq(names, expected);
}

Test(probe, ways_from_the_cheapest_on)
{
	tries(PROBE_RAW_TP, PROBE_ANY, 99, "raw tracepoint");
	tries(PROBE_USDT, PROBE_ANY, 0, "uprobe");
	tries(PROBE_FUNCTION, PROBE_ANY, 16, "fentry, kprobe.multi, kprobe");
	tries(PROBE_FUNCTION, PROBE_ANY, 32, "kprobe.multi, fentry, kprobe");
	tries(PROBE_FUNCTION, PROBE_ANY, 33, "kprobe.multi, kprobe, fentry");
	tries(PROBE_FUNCTION_RETURN, PROBE_ANY, 1,
	      "fexit, kprobe.session, kretprobe.multi, kretprobe");
	tries(PROBE_FUNCTION, PROBE_KPROBE, 16, "kprobe, kprobe.multi");
	tries(PROBE_FUNCTION_RETURN, PROBE_KPROBE, 17,
	      "kprobe.session, kretprobe.multi, kretprobe");
	tries(PROBE_FUNCTION, PROBE_KPROBE_MULTI, 1, "kprobe.multi");
	tries(PROBE_FUNCTION_RETURN, PROBE_FENTRY, 99, "fexit");
}

Test(probe, every_backend_says_what_it_is)
{
	for (int b = BACKEND_NONE + 1; b < BACKEND_COUNT; b++) {
		const struct backend_ops *ops = backend_get((enum backend)b);

		cr_expect(ops->name && ops->purpose && ops->prefix && ops->type_name && ops->tag);
		cr_expect(ops->attach || ops->attach_many);
	}
}
