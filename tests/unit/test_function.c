/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions of a made-up kernel: what the compiler and modules do to names. */
#include <bpf/btf.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <retis/plugin.h>

#include "core/kernel/private.h"
#include "core/util/pattern.h"

#define SYMBOLS                                     \
	"ffffffff81000000 T _stext\n"               \
	"ffffffff81000100 T ip_rcv\n"               \
	"ffffffff81000100 T ip_rcv_alias\n"         \
	"ffffffff81000200 t tcp_push.isra.0\n"      \
	"ffffffff81000300 t tcp_ack.cold\n"         \
	"ffffffff81000400 t tcp_probe.part.0\n"     \
	"ffffffff81000500 t twice\n"                \
	"ffffffff81000600 t twice\n"                \
	"ffffffff81000700 T __pfx_ip_output\n"      \
	"ffffffff81000710 T ip_output\n"            \
	"ffffffff81000800 T no_types\n"             \
	"ffffffff81000900 T many_arguments\n"       \
	"ffffffff81000a00 t $x\n"                   \
	"ffffffff81000b00 T __noinstr_text_start\n" \
	"ffffffff81000b10 T exc_nmi\n"              \
	"ffffffff81000c00 T __noinstr_text_end\n"   \
	"ffffffff82000000 D init_net\n"             \
	"ffffffffc0000000 t in_module\t[first]\n"   \
	"ffffffffc0001000 t in_module\t[second]\n"  \
	"ffffffffc0002000 t bpf_prog_1234_retis\t[bpf]\n"

static const char functions[] = "ip_rcv\nip_rcv_alias\nip_output\ntwice\ntwice\nno_types\n"
				"many_arguments\ntcp_push.isra.0\nin_module [first]\n"
				"in_module [second]\n__ftrace_invalid_address___44\n";

static struct kernel *k;
static struct function f;
static char why[256];

/* int NAME(struct sk_buff *skb, bool flag, ... N in all) */
static void add_function(struct btf *btf, const char *name, int skb, int flag, int integer,
			 unsigned int n)
{
	int proto = btf__add_func_proto(btf, integer);

	for (unsigned int i = 0; i < n; i++)
		btf__add_func_param(btf, "p", i == 0 ? skb : i == 1 ? flag : integer);
	btf__add_func(btf, name, BTF_FUNC_GLOBAL, proto);
}

static struct btf *make_btf(void)
{
	struct btf *btf = btf__new_empty();
	int integer = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int boolean = btf__add_int(btf, "_Bool", 1, BTF_INT_BOOL);
	int type = btf__add_struct(btf, "sk_buff", 16), skb, flag, key, data, proto;

	btf__add_field(btf, "len", integer, 0, 0);
	skb = btf__add_ptr(btf, btf__add_const(btf, type));
	flag = btf__add_typedef(btf, "bool", boolean);
	key = btf__add_struct(btf, "key", 12);
	add_function(btf, "ip_rcv", skb, flag, integer, 2);
	add_function(btf, "ip_output", skb, flag, integer, 3);
	add_function(btf, "inlined", skb, flag, integer, 1);
	add_function(btf, "twice", skb, flag, integer, 1);
	add_function(btf, "many_arguments", skb, flag, integer, 13);
	add_function(btf, "exc_nmi", skb, flag, integer, 1);
	data = btf__add_ptr(btf, 0);
	proto = btf__add_func_proto(btf, 0);
	/* As the kernel's: only who calls the tracepoint's probes names what it hands over. */
	btf__add_func_param(btf, "", data);
	btf__add_func_param(btf, "", skb);
	btf__add_func_param(btf, "", key);
	btf__add_typedef(btf, "btf_trace_netif_rx", btf__add_ptr(btf, proto));
	btf__add_typedef(btf, "btf_trace_of_no_group", btf__add_ptr(btf, proto));
	proto = btf__add_func_proto(btf, integer);
	btf__add_func_param(btf, "data", data);
	btf__add_func_param(btf, "skb", skb);
	btf__add_func_param(btf, "key", key);
	btf__add_func(btf, "__traceiter_netif_rx", BTF_FUNC_GLOBAL, proto);
	return btf;
}

static void take(const char *symbols, const char *traceable)
{
	symbols_take(&k->symbols, strdup(symbols), strlen(symbols));
	/* Lists that can't be read. */
	k->tracefs.functions.tried = k->tracefs.events.tried = k->tracefs.blacklist.tried = true;
	k->tracefs.functions.error = k->tracefs.events.error = -EACCES;
	k->tracefs.blacklist.error = -EACCES;
	if (traceable)
		cr_assert_eq(word_list_take(&k->tracefs.functions, strdup(traceable)), 0);
}

static void setup(void)
{
	k = kernel_new();
	cr_assert(k);
	k->btf = make_btf();
	k->all_modules = true;
	take(SYMBOLS, functions);
}

static void teardown(void)
{
	kernel_free(k);
}

TestSuite(function, .init = setup, .fini = teardown);

static enum function_fault look(const char *name)
{
	why[0] = '\0';
	return kernel_function(k, name, "", &f, why, sizeof(why));
}

static void refuse(const char *name, enum function_fault fault, const char *reason)
{
	cr_assert_eq(look(name), fault, "%s: %s", name, why);
	cr_assert(strstr(why, reason), "%s: '%s' is not in '%s'", name, reason, why);
}

Test(function, place_and_prototype)
{
	cr_assert_eq(look("ip_rcv"), FUNCTION_USABLE, "%s", why);
	cr_assert_eq(f.address, 0xffffffff81000100);
	cr_assert_str_eq(f.module, "");
	cr_assert(f.btf_id);
	cr_assert_eq(f.btf_object, 0);
	cr_assert_eq(f.proto.n_args, 2);
	cr_assert_str_eq(f.proto.args[0].type, "struct sk_buff *");
	cr_assert_eq(f.proto.args[0].size, sizeof(void *));
	cr_assert_str_eq(f.proto.args[1].type, "bool");
	cr_assert_eq(f.proto.args[1].size, 1);
	cr_assert_not(f.proto.args[1].is_signed);
	cr_assert_str_eq(f.proto.ret.type, "int");
	cr_assert(f.proto.ret.is_signed);
}

Test(function, what_the_compiler_did)
{
	refuse("tcp_push", FUNCTION_OPTIMISED, "optimised to tcp_push.isra.0");
	refuse("tcp_push.isra.0", FUNCTION_OPTIMISED, "can't be relied upon");
	refuse("tcp_ack", FUNCTION_INLINED, "only tcp_ack.cold is left");
	refuse("tcp_probe", FUNCTION_INLINED, "only tcp_probe.part.0 is left");
	refuse("inlined", FUNCTION_INLINED, "was inlined into its callers by the compiler");
}

Test(function, what_is_not_there)
{
	refuse("ip_rcw", FUNCTION_MISSING, "did you mean ip_rcv");
	refuse("zzzzzzzzzzzzzzzz", FUNCTION_MISSING, "no such function in this kernel");
	refuse("init_net", FUNCTION_MISSING, "is data");
	refuse("$x", FUNCTION_MISSING, "no such function");
	refuse("bpf_prog_1234_retis", FUNCTION_MISSING, "no such function");
	cr_assert_eq(kernel_function(k, "ip_rcv", "nonsense_module", &f, why, sizeof(why)),
		     FUNCTION_MISSING);
	cr_assert(strstr(why, "module nonsense_module is not loaded"), "%s", why);
}

Test(function, several_of_one_name)
{
	refuse("twice", FUNCTION_AMBIGUOUS, "2 functions have this name");
	cr_assert_not(strstr(why, "MODULE"), "%s", why);
	refuse("in_module", FUNCTION_AMBIGUOUS, "name the module");
	/* Found, but this kernel has no BTF for it. */
	cr_assert_eq(kernel_function(k, "in_module", "second", &f, why, sizeof(why)),
		     FUNCTION_NO_BTF);
	cr_assert(strstr(why, "no BTF for module second"), "%s", why);
}

/* tracefs and BTF know it by its other name. */
Test(function, another_name_of_a_function)
{
	take(SYMBOLS, "ip_rcv\n");
	cr_assert_eq(look("ip_rcv_alias"), FUNCTION_USABLE, "%s", why);
	cr_assert_eq(f.address, 0xffffffff81000100);
	cr_assert_eq(f.proto.n_args, 2);
}

Test(function, not_traceable)
{
	refuse("exc_nmi", FUNCTION_UNTRACEABLE, "noinstr");
	take(SYMBOLS, "ip_rcv\n");
	refuse("ip_output", FUNCTION_UNTRACEABLE, "available_filter_functions");
	take(SYMBOLS, NULL);
	cr_assert_eq(look("ip_output"), FUNCTION_USABLE, "%s", why);
	cr_assert_eq(word_list_take(&k->tracefs.blacklist, strdup("ip_output\n")), 0);
	refuse("ip_output", FUNCTION_UNTRACEABLE, "forbidden");
}

Test(function, without_types)
{
	refuse("no_types", FUNCTION_NO_BTF, "BTF doesn't describe it");
	refuse("many_arguments", FUNCTION_PROTOTYPE, "too many arguments");
}

Test(function, hidden_addresses)
{
	take("0000000000000000 T ip_rcv\n0000000000000000 t twice\n0000000000000000 t twice\n",
	     NULL);
	cr_assert_eq(look("ip_rcv"), FUNCTION_USABLE, "%s", why);
	cr_assert_eq(f.address, 0);
	refuse("twice", FUNCTION_AMBIGUOUS, "2 functions");
}

static void listed(const struct name_list *list, const char *expected)
{
	char text[512] = "";
	size_t used = 0;

	for (size_t i = 0; i < list->n; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", i ? " " : "",
					 list->names[i]);
	cr_assert_str_eq(text, expected);
}

Test(function, wildcards)
{
	struct name_list list = {};

	cr_assert_eq(kernel_list_functions(k, "*t*", "", &list), 0);
	listed(&list, "ip_output many_arguments no_types tcp_push.isra.0 twice");
	name_list_fini(&list);
	take(SYMBOLS, NULL);
	cr_assert_eq(kernel_list_functions(k, "*ip_*", "", &list), 0);
	listed(&list, "ip_output ip_rcv ip_rcv_alias");
	name_list_fini(&list);
	cr_assert_eq(kernel_list_functions(k, "*", "second", &list), 0);
	listed(&list, "in_module");
	name_list_fini(&list);
}

Test(function, tracepoints_without_tracefs)
{
	struct name_list list = {};
	struct prototype proto;

	cr_assert_eq(kernel_list_tracepoints(k, "*", &list), 0);
	listed(&list, "net:netif_rx");
	name_list_fini(&list);
	cr_assert_eq(kernel_list_tracepoints(k, "netif_*", &list), 0);
	listed(&list, "net:netif_rx");
	name_list_fini(&list);
	cr_assert_eq(kernel_list_tracepoints(k, "skb:*", &list), 0);
	listed(&list, "");
	name_list_fini(&list);
	cr_assert_eq(kernel_tracepoint(k, "of_no_group", &proto), 0);
	cr_assert_eq(proto.n_args, 2);
	cr_assert_not(proto.args[0].by_value);
	cr_assert(proto.args[1].by_value);
	cr_assert_eq(proto.args[1].size, 12);
	cr_assert_str_eq(proto.args[0].name, "");
	cr_assert_eq(kernel_tracepoint(k, "of_no_grou", &proto), -ENOENT);
	cr_assert_eq(kernel_tracepoint(k, "netif_rx", &proto), 0);
	cr_assert_str_eq(proto.args[0].name, "skb");
	cr_assert_str_eq(proto.args[1].name, "key");
}

static void at(uint64_t address, const char *name, const char *module, uint64_t offset)
{
	struct symbol_name symbol;

	cr_assert_eq(kernel_symbolize(k, address, &symbol), 0, "%s", name);
	cr_assert_str_eq(symbol.name, name);
	cr_assert_str_eq(symbol.module, module);
	cr_assert_eq(symbol.offset, offset);
}

Test(function, names_of_addresses)
{
	struct symbol_name symbol;

	at(0xffffffff81000100, "ip_rcv", "", 0);
	at(0xffffffff810001ff, "ip_rcv", "", 255);
	at(0xffffffff81000710, "ip_output", "", 0);
	at(0xffffffffc0001004, "in_module", "second", 4);
	cr_assert_eq(kernel_symbolize(k, 0x1000, &symbol), -ENOENT);
	cr_assert_eq(kernel_symbolize(k, 0xffffffffffffffff, &symbol), -ENOENT);
	take("0000000000000000 T ip_rcv\n", NULL);
	cr_assert_eq(kernel_symbolize(k, 0xffffffff81000100, &symbol), -EPERM);
}

Test(function, symbols_that_are_garbage)
{
	struct symbol_name symbol;

	take("\n\nxyz\nffffffff81000000\nffffffff81000000 T\nffffffff81000000 T \n"
	     "ffffffff81000000 T a\t[\nffffffff81000000 T b\t\n",
	     NULL);
	cr_assert_eq(look("a"), FUNCTION_NO_BTF, "%s", why);
	cr_assert_eq(look("b"), FUNCTION_NO_BTF, "%s", why);
	take("", NULL);
	cr_assert_eq(look("a"), FUNCTION_MISSING, "%s", why);
	cr_assert_lt(kernel_symbolize(k, 1, &symbol), 0);
}

/* As many look-ups as need an index find the same as the first few. */
Test(function, index_and_search_agree)
{
	uint64_t address;

	for (int i = 0; i < 20; i++) {
		cr_assert_eq(kernel_symbol(k, "twice", &address), 0);
		cr_assert_eq(address, 0xffffffff81000500);
		cr_assert_eq(kernel_symbol(k, "init_net", &address), 0);
		cr_assert_eq(kernel_symbol(k, "twic", &address), -ENOENT);
		cr_assert_eq(look("ip_rcv"), FUNCTION_USABLE);
		refuse("inlined", FUNCTION_INLINED, "inlined");
	}
}

Test(pattern, stars_and_nothing_else)
{
	cr_assert(pattern_match("tcp_*", "tcp_"));
	cr_assert(pattern_match("*", ""));
	cr_assert(pattern_match("a*b*c", "aXbXbc"));
	cr_assert(pattern_match("*_rcv", "ip_rcv_rcv"));
	cr_assert_not(pattern_match("tcp_*", "mptcp_x"));
	cr_assert_not(pattern_match("tcp", "tcp_"));
	cr_assert_not(pattern_match("t.p", "tcp"));
	cr_assert_not(pattern_match("*a", "ab"));
	cr_assert_not(pattern_match("", "a"));
}

Test(function, arguments_by_type)
{
	struct prototype proto = {
		.n_args = 3,
		.args = { { .type = "int" }, { .type = "" }, { .type = "struct sock *" } }
	};

	cr_assert_eq(prototype_find(&proto, "struct sock *"), 2);
	cr_assert_eq(prototype_find(&proto, "struct net *|struct sock *|int"), 0);
	cr_assert_eq(prototype_find(&proto, "struct net *|struct sock *"), 2);
	cr_assert_eq(prototype_find(&proto, "struct sock **"), -1);
	cr_assert_eq(prototype_find(&proto, "struct sock"), -1);
	cr_assert_eq(prototype_find(&proto, "|"), -1);
}

static int find_arg(struct retis_arg wanted)
{
	static const struct prototype proto = { .n_args = 4,
						.args = { { .type = "struct net *", .name = "net" },
							  { .type = "int", .name = "budget" },
							  { .type = "int", .name = "skb" },
							  { .type = "struct sock *" } } };

	return prototype_find_arg(&proto, &wanted);
}

Test(function, arguments_by_name_and_position)
{
	cr_expect_eq(find_arg((struct retis_arg){ .name = "skb" }), 2);
	cr_expect_eq(find_arg((struct retis_arg){ .name = "sk" }), -1);
	cr_expect_eq(find_arg((struct retis_arg){ .position = 4 }), 3);
	cr_expect_eq(find_arg((struct retis_arg){ .position = 5 }), -1);
	/* All that is said has to be so. */
	cr_expect_eq(find_arg((struct retis_arg){ .type = "int" }), 1);
	cr_expect_eq(find_arg((struct retis_arg){ .type = "int", .name = "skb" }), 2);
	cr_expect_eq(find_arg((struct retis_arg){ .type = "long|int", .position = 3 }), 2);
	cr_expect_eq(find_arg((struct retis_arg){ .type = "struct sk_buff *", .name = "skb" }), -1);
	cr_expect_eq(find_arg((struct retis_arg){ .name = "budget", .position = 3 }), -1);
}

Test(function, a_name_too_long_for_the_room)
{
	char name[PROTOTYPE_MAX_ARGS * 16];
	struct btf *btf = k->btf;
	int type, nothing, twice, proto;

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	type = btf__add_ptr(btf, btf__add_struct(btf, name, 4));
	nothing = btf__add_ptr(btf, 0);
	twice = btf__add_ptr(btf, nothing);
	proto = btf__add_func_proto(btf, 0);
	btf__add_func_param(btf, "p", type);
	btf__add_func_param(btf, "q", nothing);
	btf__add_func_param(btf, "r", twice);
	btf__add_func(btf, "ip_output_2", BTF_FUNC_GLOBAL, proto);
	take("ffffffff81000100 T ip_output_2", NULL);
	cr_assert_eq(look("ip_output_2"), FUNCTION_USABLE, "%s", why);
	cr_assert_eq(strlen(f.proto.args[0].type), sizeof(f.proto.args[0].type) - 1);
	cr_assert_str_eq(f.proto.args[1].type, "void *");
	cr_assert_str_eq(f.proto.args[2].type, "void **");
}

Test(function, symbols_that_are_cut_short)
{
	take("ffffffff81000100 T ip_rcv\n\nffffffff81000200\nffffffff81000300 T\n T x\n"
	     "ffffffff81000400 t in_module\t[first]\nffffffff81000710 T ip_output\t",
	     NULL);
	cr_assert_eq(look("ip_rcv"), FUNCTION_USABLE, "%s", why);
	cr_assert_eq(look("ip_output"), FUNCTION_USABLE, "%s", why);
	cr_assert_eq(f.address, 0xffffffff81000710);
	cr_assert_str_eq(f.module, "");
	cr_assert_eq(look("x"), FUNCTION_MISSING);
	cr_assert_eq(k->symbols.n, 3);
}
