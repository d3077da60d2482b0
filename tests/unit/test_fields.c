/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fields of one's choice: the table that paths become, what is refused, and what the hook
 * writes into an event, on machines of both byte orders.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <retis/bpf/ctx.h>
#include <retis/event.h>

#include "core/event/buffer.h"
#include "core/event/generic.h"
#include "core/event/registry.h"
#include "core/filter/fields.h"
#include "core/util/nearest.h"
#include "meta_run.h"

#define SECTION 5

static struct meta_btf world;

static void open_types(void)
{
	meta_btf_init(&world);
}

static void close_types(void)
{
	meta_btf_fini(&world);
}

TestSuite(fields, .init = open_types, .fini = close_types);

/* --- probes ----------------------------------------------------------------- */

static const struct {
	const char *name;
	struct meta_argument argument;
} arguments[] = {
	{ "budget", { "int", true } },
	{ "count", { "unsigned int", false } },
	{ "dev", { "struct net_device *", false } },
	{ "data", { "void *", false } },
	{ "lost", { "struct lost *", false } },
};
#define ARGUMENTS (sizeof(arguments) / sizeof(arguments[0]))

static bool find(void *data, const char *name, struct meta_argument *out)
{
	(void)data;
	for (size_t i = 0; i < ARGUMENTS; i++) {
		if (strcmp(arguments[i].name, name))
			continue;
		*out = arguments[i].argument;
		return true;
	}
	return false;
}

static void consider(void *data, struct nearest *nearest)
{
	(void)data;
	for (size_t i = 0; i < ARGUMENTS; i++)
		nearest_consider(nearest, arguments[i].name);
}

static const struct meta_probes probes = { find, consider, NULL };

/* --- refusals ---------------------------------------------------------------- */

static int compile(const char *text, struct fields *f, struct meta_why *why)
{
	int err = fields_parse(text, f, why);

	return err ? err : fields_resolve(f, &world.types, &probes, why);
}

Test(fields, mistakes_are_told_with_their_place)
{
	static const struct {
		const char *text, *why;
		size_t column;
	} cases[] = {
		{ "", "found the end, expected the name of a member", 1 },
		{ "mark,", "found the end, expected the name of a member", 6 },
		{ "mark dev", "found 'dev', expected ',' or the end", 6 },
		{ "mark, markk", "field markk not found in type struct sk_buff; did you mean mark?",
		  7 },
		{ "dev.mtu", "field mtu not found in type struct net_device", 5 },
		{ "embedded", "this is a struct: name a member of it", 1 },
		{ "choice", "this is a union: name a member of it", 1 },
		{ "array", "this is an array: name an element of it, as [0]", 1 },
		{ "array[2]", "the array has 2 elements, from 0", 1 },
		{ "name16:1", "a text has no mask", 1 },
		{ "ratio", "found unsupported type while emitting operation (float).", 1 },
		{ "priority:1", "mask is only supported for pointers and unsigned numeric members.",
		  1 },
		{ "sk_buff", "this alone is no field: name a member of it", 1 },
		{ "arg", "this alone is no field: name a member of it", 1 },
		{ "ret.x", "'ret' has no members", 1 },
		{ "arg.budgt", "no probe has an argument 'budgt'; did you mean budget?", 5 },
		{ "arg.budget.x", "it is no pointer to a struct that is described ('int')", 5 },
		{ "arg.lost.x", "it is no pointer to a struct that is described ('struct lost *')",
		  5 },
		{ "arg.dev.mtu", "field mtu not found in type struct net_device", 9 },
		{ "arg.data[1]", "this is no array", 5 },
		{ "arg.data:~0:net_device", "name a member of that type", 13 },
		{ "task_struct.pid", "this kernel's BTF does not describe struct task_struct", 1 },
		{ "on,on,on,on,on,on,on,on,on,on,on,on,on,on,on,on,on", "at most 16 fields", 49 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct meta_why why = { 0 };
		struct fields f;

		cr_expect_eq(compile(cases[i].text, &f, &why), -EINVAL, "%s", cases[i].text);
		cr_expect_str_eq(why.text, cases[i].why, "%s: %s", cases[i].text, why.text);
		cr_expect_eq(why.column, cases[i].column, "%s: %zu", cases[i].text, why.column);
		fields_fini(&f);
	}
}

/* --- events ------------------------------------------------------------------ */

#define CTX_AT META_ROOM_AT
#define EVENT_AT (META_ROOM_AT + 1024)

/* As chain_place_args() does it: all there, one after the other, or not. */
static void place_args(struct splice_code *code, bool there)
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
	uint64_t skb, args[4];
	bool has_args, has_ret;
	uint64_t ret;
	uint32_t used;
};

static void put_number(struct meta_machine *m, uint64_t at, size_t size, uint64_t value)
{
	meta_store(m, at, size, value);
}

static void run_hook(struct meta_machine *m, const struct fields *f, const struct hit *hit)
{
	struct splice_code code;
	struct meta_why why;

	cr_assert_eq(fields_emit(f, SECTION, m->big, &code, &why), 0, "%s", why.text);
	place_args(&code, hit->has_args);
	memset(m->room, 0xaa, sizeof(m->room));
	put_number(m, CTX_AT + offsetof(struct retis_ctx, skb), 8, hit->skb);
	for (size_t i = 0; i < 4; i++)
		put_number(m, CTX_AT + offsetof(struct retis_ctx, args) + 8 * i, 8, hit->args[i]);
	put_number(m, CTX_AT + offsetof(struct retis_ctx, ret), 8, hit->ret);
	put_number(m, CTX_AT + offsetof(struct retis_ctx, has_ret), 2, hit->has_ret);
	put_number(m, EVENT_AT + offsetof(struct retis_event, size), 4, hit->used);
	put_number(m, EVENT_AT + offsetof(struct retis_event, missing), 1, 0);
	m->regs[2] = EVENT_AT;
	cr_expect_eq(meta_run(m, &code, CTX_AT), 0);
	splice_code_fini(&code);
}

/* What TEXT's section says in text; empty: there is none. */
static void show(const char *text, const struct hit *hit, bool big, char *out, size_t size)
{
	struct retis_text to = { .data = out, .capacity = size - 1 };
	struct registry *registry = calloc(1, sizeof(*registry));
	struct meta_why why = { 0 };
	struct meta_machine m;
	struct fields f;
	uint32_t total;

	cr_assert(registry);
	cr_assert_eq(compile(text, &f, &why), 0, "%s: %s", text, why.text);
	cr_assert_geq(registry_add(registry, &f.type, ""), 0, "%s", registry->reason);
	meta_machine_init(&m, big);
	run_hook(&m, &f, hit);
	total = (uint32_t)meta_load(&m, EVENT_AT, 4);
	if (total > hit->used) {
		uint64_t at = EVENT_AT + hit->used;
		struct retis_view view = {
			.size = sizeof(view),
			.length = (uint32_t)meta_load(&m, at + 2, 2),
			.data = m.room + (at + sizeof(struct retis_section) - META_ROOM_AT),
			.present = (uint32_t)meta_load(&m, at + 4, 4),
		};

		cr_expect_eq(meta_load(&m, at, 2), SECTION);
		cr_expect_eq(view.length, f.size);
		cr_expect_eq(total, hit->used + 8 + RETIS_ALIGNED(f.size));
		generic_section(&f.type, &view, &to);
	}
	cr_expect(m.room[EVENT_AT + total - META_ROOM_AT] == 0xaa || total == hit->used,
		  "written behind the section");
	out[to.length] = '\0';
	fields_fini(&f);
	free(registry);
}

static const struct hit packet = { .skb = META_BASE, .used = 48 };

static void expect(const char *text, const struct hit *hit, const char *expected)
{
	char out[2048];

	show(text, hit, false, out, sizeof(out));
	cr_expect_str_eq(out, expected, "%s: %s", text, out);
}

Test(fields, types_decide_what_a_field_is)
{
	expect("mark, priority, byte, on, off, big, low", &packet,
	       "fields [mark 2147483649 priority -5 byte 200 on true off false "
	       "big 9223372036854775809 low -9223372036854775808]");
	expect("three, sthree, run3, run6, full, enum_run", &packet,
	       "fields [three 5 sthree -2 run3 109517 run6 20015998343868 "
	       "full 18364758544493064720 enum_run SENUM]");
	expect("pkt_type, reason, tiny, flags64, pkt_type:2", &packet,
	       "fields [pkt_type UENUM reason SENUM tiny ENUM8 flags64 -1 pkt_type_2 2]");
	expect("dev.name, name16, flexible", &packet,
	       "fields [dev_name eth0 name16 0123456789abcdef flexible flexibl]");
	expect("text, empty, tagged:~0x7, long_text", &packet,
	       "fields [text veth1 empty \"\" tagged veth1 long_text 0xffff8880001001f0]");
	expect("dev, prev, mark:0xff, mark:~1, array[1], name64[0]", &packet,
	       "fields [dev 0xffff888000100190 prev 0xdead000000000122 mark 1 mark_2 2147483648 "
	       "array_1 0 name64_0 97]");
}

Test(fields, paths_lead_through_pointers)
{
	expect("dev.nd_net.net.inum, dev.upper.upper.flags, _nfct:~0x7:nf_conn.mark, alias.a, "
	       "priv:~0:net_device.ifindex",
	       &packet,
	       "fields [dev_nd_net_net_inum 4026531840 dev_upper_upper_flags 4099 _nfct_mark 42 "
	       "alias_a 12 priv_ifindex 7]");
}

Test(fields, what_cannot_be_read_is_not_there)
{
	static const struct hit no_packet = { .used = 48 };

	expect("prev.ifindex, next.name, mark, nulltext", &packet,
	       "fields [mark 2147483649 nulltext 0x0]");
	expect("prev.ifindex, next.name, dev:1.flags", &packet, "");
	expect("mark, dev.ifindex", &no_packet, "");
	expect("ret, arg.budget", &packet, "");
}

Test(fields, arguments_and_what_is_returned)
{
	static const struct hit hit = { .args = { (uint64_t)-64, 7, META_BASE + META_DEV, 0 },
					.has_args = true,
					.has_ret = true,
					.ret = (uint64_t)-22,
					.used = 96 };

	expect("arg.budget, arg.count, arg.dev, ret, arg.count:3, mark", &hit,
	       "fields [arg_budget -64 arg_count 7 arg_dev 0xffff888000100190 ret -22 "
	       "arg_count_2 3]");
	expect("arg.budget, arg.count, arg.dev.name, arg.dev.nd_net.net.inum, arg.data", &hit,
	       "fields [arg_budget -64 arg_count 7 arg_dev_name eth0 arg_dev_nd_net_net_inum "
	       "4026531840 arg_data 0x0]");
	expect("arg.budget, arg.count, arg.data:~1:net_device.ifindex", &hit,
	       "fields [arg_budget -64 arg_count 7 arg_data_ifindex 7]");
}

Test(fields, a_full_event_misses_them)
{
	struct hit hit = packet;
	struct meta_why why = { 0 };
	struct meta_machine m;
	struct fields f;

	cr_assert_eq(compile("mark, dev.name", &f, &why), 0, "%s", why.text);
	hit.used = RETIS_EVENT_MAX - 32;
	meta_machine_init(&m, false);
	run_hook(&m, &f, &hit);
	cr_expect_eq(meta_load(&m, EVENT_AT, 4), RETIS_EVENT_MAX);
	hit.used += 8;
	run_hook(&m, &f, &hit);
	cr_expect_eq(meta_load(&m, EVENT_AT, 4), hit.used);
	cr_expect_eq(meta_load(&m, EVENT_AT + offsetof(struct retis_event, missing), 1), 1);
	fields_fini(&f);
}

/* Numbers are read by the host: its own byte order is shown above. */
Test(fields, both_byte_orders)
{
	const char *text = "run3, sthree, mark:0xff000000, three";
	struct meta_machine m;
	struct meta_why why = { 0 };
	struct fields f;

	for (int big = 0; big < 2; big++) {
		cr_assert_eq(compile(text, &f, &why), 0, "%s", why.text);
		meta_machine_init(&m, big);
		run_hook(&m, &f, &packet);
		cr_expect_eq(meta_load(&m, EVENT_AT + 56 + f.table[0].offset, 4), 0x1abcd);
		cr_expect_eq(meta_load(&m, EVENT_AT + 56 + f.table[1].offset, 1), 0xfe);
		cr_expect_eq(meta_load(&m, EVENT_AT + 56 + f.table[2].offset, 4), 0x80000000);
		cr_expect_eq(meta_load(&m, EVENT_AT + 56 + f.table[3].offset, 1), 5);
		fields_fini(&f);
	}
}
