/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conditions on calls: what of a metadata filter they are, what is refused, and what their
 * instructions say of a call, on machines of both byte orders.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include <retis/bpf/ctx.h>

#include "core/filter/meta.h"
#include "core/filter/meta_argument.h"
#include "core/filter/meta_private.h"
#include "core/util/nearest.h"
#include "meta_run.h"

static struct meta_btf world;

static void open_call_types(void)
{
	meta_btf_init(&world);
}

static void close_call_types(void)
{
	meta_btf_fini(&world);
}

TestSuite(meta_call, .init = open_call_types, .fini = close_call_types);

static bool find_parameter(void *data, const char *name, struct meta_argument *out)
{
	(void)data;
	if (!strcmp(name, "budget"))
		*out = (struct meta_argument){ "int", true };
	else if (!strcmp(name, "flags"))
		*out = (struct meta_argument){ "unsigned int", false };
	else if (!strcmp(name, "dev"))
		*out = (struct meta_argument){ "struct net_device *", false };
	else
		return false;
	return true;
}

static void consider_parameters(void *data, struct nearest *nearest)
{
	(void)data;
	nearest_consider(nearest, "budget");
}

static const struct meta_probes probes = { find_parameter, consider_parameters, NULL };

static int compile(const char *text, struct meta_arguments *args, struct splice_code *packet,
		   struct splice_code *call, struct meta_why *why)
{
	int err = meta_filter_compile(text, &world.types, packet, why);

	*args = (struct meta_arguments){ 0 };
	return err ? err : meta_call_filter_compile(text, &world.types, &probes, args, call, why);
}

/* --- refusals ---------------------------------------------------------------- */

static void refuse(const char *text, size_t column, const char *reason)
{
	struct splice_code packet = { 0 }, call = { 0 };
	struct meta_arguments args;
	struct meta_why why = { 0 };

	cr_expect_eq(compile(text, &args, &packet, &call, &why), -EINVAL, "%s", text);
	cr_expect_str_eq(why.text, reason, "%s: %s", text, why.text);
	cr_expect_eq(why.column, column, "%s: %zu", text, why.column);
	splice_code_fini(&packet);
}

#define AND_ONLY                                                                                \
	"conditions on the packet and on the call ('arg', 'ret' or an argument's type) can be " \
	"joined "                                                                               \
	"by 'and' only"

Test(meta_call, mistakes_are_told_with_their_place)
{
	refuse("ret.x", 1, "'ret' has no members");
	refuse("arg == 3", 1, "'arg' alone is nothing to compare: name a member of it");
	refuse("net_device == 3", 1,
	       "'net_device' alone is nothing to compare: name a member of it");
	refuse("arg.budgt > 3", 5, "no probe has an argument 'budgt'; did you mean budget?");
	refuse("arg.budget.x", 5, "it is no pointer to a struct that is described ('int')");
	refuse("arg.dev.mtu", 9, "field mtu not found in type struct net_device");
	refuse("net_device.mtu", 12, "field mtu not found in type struct net_device");
	refuse("arg.budget:1", 5,
	       "mask is only supported for pointers and unsigned numeric members.");
	refuse("ret == 'x'", 8, "invalid target (x) value (cannot compare string with number)");
	refuse("arg.flags == -1", 14,
	       "invalid target value (value is signed while type is unsigned)");
	refuse("ret == NOTHING", 8, "no enum has a value NOTHING; a text needs quotes");
	refuse("sk_buff.mark or ret < 0", 17, AND_ONLY);
	refuse("ret < 0 and (sk_buff.mark or ret > 0)", 30, AND_ONLY);
	refuse("not (ret < 0 and sk_buff.mark)", 18, AND_ONLY);
	refuse("ret and sk_buff.mark or ret", 9, AND_ONLY);
}

/* --- what is true ------------------------------------------------------------ */

#define CTX_AT META_ROOM_AT

/* As chain_place_args() does it. */
static void place_all(struct splice_code *code, bool there)
{
	for (size_t i = 0; i < code->count; i++) {
		struct bpf_insn *insn = &code->insns[i];

		if (insn->code != (BPF_LDX | BPF_MEM | BPF_DW) || insn->off < RETIS_ARG_OFFSET)
			continue;
		if (insn->off >= RETIS_HAS_ARG_OFFSET)
			*insn = INSN_MOV(insn->dst_reg, there);
		else
			insn->off = (int16_t)(offsetof(struct retis_ctx, args) + insn->off -
					      RETIS_ARG_OFFSET);
	}
}

struct hit {
	bool has_args, has_ret;
	uint64_t arg;
	int64_t ret;
};

static bool passes(struct splice_code *code, const struct hit *hit)
{
	struct meta_machine m;

	meta_machine_init(&m, __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
	place_all(code, hit->has_args);
	meta_store(&m, CTX_AT + offsetof(struct retis_ctx, args), 8, hit->arg);
	meta_store(&m, CTX_AT + offsetof(struct retis_ctx, ret), 8, (uint64_t)hit->ret);
	meta_store(&m, CTX_AT + offsetof(struct retis_ctx, has_ret), 2, hit->has_ret);
	return meta_run(&m, code, CTX_AT);
}

static void expect(const char *text, const struct hit *hit, bool passing)
{
	struct splice_code packet = { 0 }, call = { 0 };
	struct meta_arguments args;
	struct meta_why why = { 0 };

	cr_assert_eq(compile(text, &args, &packet, &call, &why), 0, "%s: %s", text, why.text);
	cr_expect_eq(passes(&call, hit), passing, "%s", text);
	splice_code_fini(&packet);
	splice_code_fini(&call);
}

Test(meta_call, calls_are_compared)
{
	static const struct hit failed = { .has_ret = true, .ret = -22 },
				done = { .has_ret = true, .ret = 3 }, entered = { 0 },
				minus = { .has_args = true, .arg = (uint64_t)-3 },
				device = { .has_args = true, .arg = META_BASE + 0x190 },
				null = { .has_args = true };

	expect("ret < 0", &failed, true);
	expect("ret < 0", &done, false);
	expect("ret < 0", &entered, false);
	expect("not ret < 0", &entered, true);
	expect("ret == -22 or ret == 3", &done, true);
	expect("ret in {-22, 3}", &failed, true);
	expect("ret > 2 and ret < 3", &done, false);
	expect("arg.budget < 0", &minus, true);
	expect("arg.budget < 0", &entered, false);
	expect("arg.flags:0xff == 0xfd", &minus, true);
	expect("arg.dev.ifindex", &device, true);
	expect("arg.dev.name == 'eth0'", &device, true);
	expect("net_device.name == 'eth0'", &device, true);
	expect("net_device.name != 'eth0'", &device, false);
	expect("net_device.name != 'eth0'", &null, false);
	expect("arg.dev", &device, true);
	expect("arg.dev", &null, false);
	expect("sk_buff.mark == 0 and ret < 0", &failed, true);
	expect("(sk_buff.mark or sk_buff.priority) and not (ret < 0 or ret > 5)", &done, true);
	expect("ret < 0 and sk_buff.mark", &done, false);
}

Test(meta_call, packets_are_another_filter)
{
	struct splice_code packet = { 0 }, call = { 0 };
	struct meta_arguments args;
	struct meta_machine m;
	struct meta_why why;

	cr_assert_eq(compile("ret < 0 and sk_buff.mark == 0x80000001 and arg.budget", &args,
			     &packet, &call, &why),
		     0);
	meta_machine_init(&m, false);
	cr_expect_eq(meta_run(&m, &packet, META_BASE), 1);
	cr_expect_eq(args.n, 1);
	cr_expect_str_eq(args.names[0], "budget");
	splice_code_fini(&packet);
	splice_code_fini(&call);
	cr_assert_eq(compile("ret < 0 or ret > 10", &args, &packet, &call, &why), 0);
	cr_expect_eq(packet.count, 0);
	splice_code_fini(&call);
	cr_assert_eq(compile("sk_buff.mark", &args, &packet, &call, &why), 0);
	cr_expect_eq(call.count, 0);
	splice_code_fini(&packet);
}

Test(meta_call, arguments_are_asked_for_once)
{
	struct splice_code packet, call;
	struct meta_arguments args;
	struct meta_why why;

	cr_assert_eq(compile("net_device.ifindex in {1, 2} and arg.dev.ifindex and "
			     "net_device.name == 'x'",
			     &args, &packet, &call, &why),
		     0, "%s", why.text);
	cr_expect_eq(args.n, 2);
	cr_expect_str_empty(args.names[0]);
	cr_expect_str_eq(args.types[0], "struct net_device *");
	cr_expect_str_eq(args.types[1], "struct net_device *");
	splice_code_fini(&call);
}
