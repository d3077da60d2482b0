/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where programs find the arguments of the functions they are attached to. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>

#include <retis/bpf/ctx.h>

#include "core/probe/engine.h"
#include "core/probe/layout.h"

static struct probe probe;
static struct layout layout;
static struct chain_hook chain[5];
static const char *why;

static void argument(const char *type, uint32_t size, bool is_signed)
{
	struct prototype_arg *arg = &probe.proto.args[probe.proto.n_args++];

	snprintf(arg->type, sizeof(arg->type), "%s", type);
	arg->size = size;
	arg->is_signed = is_signed;
}

/* f(skb, bool, int, dev, ...), number 7. */
static void init(void)
{
	probe = (struct probe){ .spec.type = PROBE_FUNCTION, .number = 7 };
	argument("struct sk_buff *", 8, false);
	argument("bool", 1, false);
	argument("int", 4, true);
	argument("struct net_device *", 8, false);
}

static int make(const struct engine_hook *hook, bool shared, unsigned int registers)
{
	const struct layout_input input = {
		.probe = &probe, .hooks = hook, .n = 1, .shared = shared, .registers = registers
	};

	return layout_make(&input, &layout, chain, &why);
}

static int place_of(int arg)
{
	return ((int)chain[0].args[arg] - (int)offsetof(struct retis_ctx, args)) / 8;
}

static const struct splice_code no_code;
static const struct engine_hook wants_all = { .code = &no_code, .n_args = 3, .args = { 3, 2, 1 } };

Test(layout, own_program_has_arguments_at_their_places, .init = init)
{
	cr_assert_eq(make(&wants_all, false, 6), 0);
	cr_assert_eq(layout.config, CONFIG_MAKE(7, 0xf, 0) | CONFIG_WITH_EVENTS);
	cr_assert_eq(place_of(0), 3);
	cr_assert_eq(place_of(1), 2);
	cr_assert_eq(place_of(2), 1);
	cr_assert_eq(WIDTH_OF(layout.widths, 0), 0);
	cr_assert_eq(WIDTH_OF(layout.widths, 1), 3);
	cr_assert_eq(WIDTH_OF(layout.widths, 2), 1 | WIDTH_SIGNED);
}

/* Filters and tracking look at CONFIG_EVENTS and CONFIG_AFTER: a program of such hooks alone has
 * neither. */
Test(layout, who_only_keeps_books_makes_no_events, .init = init)
{
	const struct engine_hook hook = { .code = &no_code, .stage = RETIS_STAGE_BEFORE };
	const struct layout_input input = { .probe = &probe,
					    .hooks = &hook,
					    .n = 1,
					    .registers = 6,
					    .track = true,
					    .windows = true,
					    .filters = CONFIG_WITH_PACKET_FILTER |
						       CONFIG_WITH_META_FILTER };

	cr_assert_eq(layout_make(&input, &layout, chain, &why), 0);
	cr_expect_not(CONFIG_EVENTS(layout.config));
	cr_expect_not(CONFIG_AFTER(layout.config));
	cr_expect_not(CONFIG_WINDOWS(layout.config));
	cr_expect(CONFIG_BEFORE(layout.config));
}

Test(layout, shared_program_is_the_same_for_other_prototypes, .init = init)
{
	const struct engine_hook other = { .code = &no_code, .n_args = 3, .args = { 0, -1, -1 } };
	const struct engine_hook wants = { .code = &no_code, .n_args = 3, .args = { 3, -1, -1 } };
	struct layout first;

	cr_assert_eq(make(&wants, true, 6), 0);
	first = layout;
	cr_assert_eq(COOKIE_PROBE(first.cookie), 7);
	cr_assert_eq(COOKIE_ARG(first.cookie, 0), 0);
	cr_assert_eq(COOKIE_ARG(first.cookie, 1), 3);
	cr_assert_eq(COOKIE_ARG(first.cookie, 2), COOKIE_NO_ARG);
	cr_assert_eq(COOKIE_ARG(first.cookie, 3), COOKIE_NO_ARG);
	probe = (struct probe){ .spec.type = PROBE_FUNCTION, .number = 9 };
	argument("struct net_device *", 8, false);
	argument("struct sk_buff *", 8, false);
	cr_assert_eq(make(&other, true, 6), 0);
	cr_assert_eq(layout.config, first.config);
	cr_assert_eq(layout.widths, first.widths);
	cr_assert_eq(COOKIE_PROBE(layout.cookie), 9);
	cr_assert_eq(COOKIE_ARG(layout.cookie, 0), 1);
	cr_assert_eq(COOKIE_ARG(layout.cookie, 1), 0);
}

Test(layout, nothing_behind_a_struct_by_value, .init = init)
{
	probe.proto.args[1].by_value = true;
	cr_assert_eq(make(&wants_all, false, 6), 0, "the packet is before it");
	cr_assert_eq(chain[0].args[0], CHAIN_NO_ARG);
	cr_assert_eq(layout.config, CONFIG_MAKE(7, 1, 0) | CONFIG_WITH_EVENTS);
	probe.proto.args[0].by_value = true;
	cr_assert_eq(make(&wants_all, false, 6), -ENODATA);
	cr_assert_not_null(strstr(why, "struct by value"));
}

Test(layout, no_more_arguments_than_registers, .init = init)
{
	probe.proto.args[0] = (struct prototype_arg){ .size = 8 };
	cr_assert_eq(make(&(struct engine_hook){ .code = &no_code, .n_args = 1, .args = { 3 } },
			  true, 3),
		     -ENODATA);
	cr_assert_not_null(strstr(why, "stack"));
	cr_assert_eq(make(&(struct engine_hook){ .code = &no_code, .n_args = 1, .args = { 3 } },
			  true, 4),
		     0);
}

Test(layout, filters_need_the_packet, .init = init)
{
	struct engine_hook hook = { .code = &no_code, .n_args = 1, .args = { 0 } };
	struct layout_input input = { .probe = &probe,
				      .hooks = &hook,
				      .n = 1,
				      .shared = true,
				      .registers = 3,
				      .filters = CONFIG_WITH_META_FILTER };

	cr_assert_eq(layout_make(&input, &layout, chain, &why), 0);
	cr_assert(CONFIG_META_FILTER(layout.config) && !CONFIG_PACKET_FILTER(layout.config));
	probe.proto.args[3] = probe.proto.args[0];
	probe.proto.args[0] = (struct prototype_arg){ .size = 8 };
	cr_assert_eq(layout_make(&input, &layout, chain, &why), -ENODATA);
	cr_assert_not_null(strstr(why, "stack"));
	input.filters = 0;
	cr_assert_eq(layout_make(&input, &layout, chain, &why), 0);
}

/* Unless what stands in for it. */
Test(layout, filters_take_headers_that_stand_in, .init = init)
{
	const struct engine_hook hook = { .code = &no_code, .stage = RETIS_STAGE_STANDIN };
	const struct layout_input input = { .probe = &probe,
					    .hooks = &hook,
					    .n = 1,
					    .registers = 3,
					    .filters = CONFIG_WITH_PACKET_FILTER };

	probe.proto.args[0] = (struct prototype_arg){ .size = 8 };
	cr_assert_eq(layout_make(&input, &layout, chain, &why), 0);
	cr_assert(CONFIG_STANDIN(layout.config) && CONFIG_PACKET_FILTER(layout.config));
}

/* The code of a shared program can't know whether it has an argument, unless it is only
 * shared among functions that have it, or that have not. */
Test(layout, shared_program_knows_which_arguments_it_has, .init = init)
{
	struct bpf_insn ask[] = { { .code = BPF_LDX | BPF_MEM | BPF_DW,
				    .off = RETIS_HAS_ARG_OFFSET + 8 } };
	const struct splice_code code = { ask, 1 };
	const struct engine_hook hook = { .code = &code, .n_args = 3, .args = { -1, -1, 3 } };

	cr_assert_eq(make(&hook, true, 6), 0);
	cr_assert_eq(place_of(0), 1);
	cr_assert_eq(chain[0].args[1], CHAIN_NO_ARG);
	cr_assert_eq(place_of(2), 2);
}

Test(layout, too_many_wishes, .init = init)
{
	struct engine_hook many[5];
	const struct layout_input input = {
		.probe = &probe, .hooks = many, .n = 4, .shared = true, .registers = 6
	};

	for (int i = 0; i < 5; i++)
		many[i] = wants_all;
	cr_assert_eq(layout_make(&input, &layout, chain, &why), -E2BIG);
	for (int i = 1; i < 5; i++)
		many[i].args[0] = many[i].args[1] = -1;
	cr_assert_eq(layout_make(&input, &layout, chain, &why), 0, "what is there fits");
}

Test(layout, what_is_returned_has_a_width, .init = init)
{
	const struct layout_input input = { .probe = &probe, .returns = true, .registers = 6 };

	cr_assert_eq(layout_make(&input, &layout, chain, &why), 0);
	cr_assert_not(CONFIG_RET(layout.config), "it returns nothing");
	probe.proto.ret = (struct prototype_arg){ .size = 4, .is_signed = true };
	cr_assert_eq(layout_make(&input, &layout, chain, &why), 0);
	cr_assert(CONFIG_RET(layout.config));
	cr_assert_eq(WIDTH_OF(layout.widths, WIDTH_RET), 1 | WIDTH_SIGNED);
}

Test(layout, reach_ends_where_registers_do, .init = init)
{
	cr_expect_eq(layout_reach(&probe, 6), 4, "there are no more");
	cr_expect_eq(layout_reach(&probe, 3), 3);
	probe.proto.args[1].by_value = true;
	cr_expect_eq(layout_reach(&probe, 6), 1, "nobody knows what is behind a struct");
	probe.spec.type = PROBE_RAW_TP;
	cr_expect_eq(layout_reach(&probe, 6), 4, "tracepoints pass none");
}

Test(layout, stack_trace_by_the_probe_or_for_all, .init = init)
{
	struct layout_input input = { .probe = &probe, .registers = 6 };

	cr_assert_eq(layout_make(&input, &layout, chain, &why), 0);
	cr_expect_not(CONFIG_STACK(layout.config));
	input.stack = true;
	cr_assert_eq(layout_make(&input, &layout, chain, &why), 0);
	cr_expect(CONFIG_STACK(layout.config));
	input.stack = false;
	probe.spec.stack = true;
	cr_assert_eq(layout_make(&input, &layout, chain, &why), 0);
	cr_expect(CONFIG_STACK(layout.config));
}

/* One that looks for itself, and what is known of the packet. */
static void make_tracked(bool shared, bool track)
{
	const struct layout_input input = {
		.probe = &probe, .shared = shared, .track = track, .registers = 6
	};

	cr_assert_eq(layout_make(&input, &layout, chain, &why), 0);
}

Test(layout, packets_are_tracked_where_there_are_any, .init = init)
{
	probe.role = TRACK_FREE_STOLEN;
	make_tracked(false, false);
	cr_assert_not(CONFIG_TRACK(layout.config));
	make_tracked(false, true);
	cr_assert(CONFIG_TRACK(layout.config) && !CONFIG_EVENTS(layout.config));
	cr_assert_eq(CONFIG_ROLE(layout.config), TRACK_FREE_STOLEN);
	cr_assert(CONFIG_HAS_ARG(layout.config, 1), "was it stolen?");
	cr_assert_eq(WIDTH_OF(layout.widths, 1), 3);
	probe = (struct probe){ .spec.type = PROBE_FUNCTION };
	argument("int", 4, true);
	make_tracked(false, true);
	cr_assert_not(CONFIG_TRACK(layout.config));
}

static uint64_t make_return(bool track, uint64_t filters)
{
	const struct layout_input input = { .probe = &probe,
					    .hooks = &wants_all,
					    .n = 1,
					    .registers = 6,
					    .returns = true,
					    .track = track,
					    .filters = filters,
					    .bare = true };

	cr_assert_eq(layout_make(&input, &layout, chain, &why), 0);
	return layout.config;
}

Test(layout, returns_know_their_call_where_it_matters, .init = init)
{
	probe.spec.type = PROBE_FUNCTION_RETURN;
	cr_expect_eq(CONFIG_CALL(make_return(false, 0)), 0);
	cr_expect_eq(CONFIG_CALL(make_return(true, 0)), 1);
	cr_expect_eq(CONFIG_CALL(make_return(false, CONFIG_WITH_PACKET_FILTER)), 1);
	cr_expect_eq(CONFIG_END(make_return(true, 0)), 0);
	probe.ends_packet = true;
	cr_expect_eq(CONFIG_END(make_return(true, 0)), 1);
	/* It is an event whatever is left of its packet; of a function without one hooks decide. */
	cr_expect_eq(CONFIG_BARE(layout.config), 1);
	snprintf(probe.proto.args[0].type, sizeof(probe.proto.args[0].type), "struct sock *");
	cr_expect_eq(CONFIG_BARE(make_return(true, 0)), 0);
}

Test(layout, cookie_tells_the_packet, .init = init)
{
	make_tracked(true, true);
	cr_assert_eq(COOKIE_SKB(layout.cookie), 0);
	probe = (struct probe){ .spec.type = PROBE_FUNCTION };
	argument("int", 4, true);
	make_tracked(true, true);
	cr_assert_eq(COOKIE_SKB(layout.cookie), COOKIE_NO_ARG);
	argument("struct sk_buff **", 8, false);
	make_tracked(true, true);
	cr_assert_eq(COOKIE_SKB(layout.cookie), 1 + COOKIE_SKB_INDIRECT);
	cr_assert(CONFIG_SKB_INDIRECT(layout.config));
	cr_assert_eq(CONFIG_SKB(layout.config), 0);
}
