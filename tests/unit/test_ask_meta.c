/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conditions on stored events: which hold, which can't be meant, which blocks are worth a
 * look. */
#include <criterion/criterion.h>
#include <errno.h>

#include "ask_build.h"

static struct ask_world world;

static void make_ask_world(void)
{
	ask_world_init(&world);
}

TestSuite(ask_meta, .init = make_ask_world);

static struct ask_meta *compile_ask(const char *text)
{
	struct meta_why why;
	struct ask_meta *m;

	cr_assert_eq(ask_meta_new(text, &m, &why), 0, "%s: %s", text, why.text);
	cr_assert_eq(ask_meta_learn(m, &world.names, NULL, false, &why), 0, "%s: %s", text,
		     why.text);
	return m;
}

static void expect_match(const char *text, bool wanted)
{
	struct ask_meta *m = compile_ask(text);
	static struct ask_event e;

	ask_event_set(&e, &world.names, &world.e.event);
	cr_expect_eq(ask_meta_matches(m, &e), wanted, "%s: not %d", text, wanted);
	if (wanted)
		cr_expect(ask_meta_may_match(m, 500, 500), "%s", text);
	ask_meta_free(m);
}

static void expect_refusal(const char *text, size_t column, const char *reason)
{
	struct meta_why why = { 0 };
	struct ask_meta *m;

	cr_assert_eq(ask_meta_new(text, &m, &why), 0, "%s: %s", text, why.text);
	cr_expect_eq(ask_meta_learn(m, &world.names, NULL, false, &why), -EINVAL, "%s", text);
	cr_expect_str_eq(why.text, reason);
	cr_expect_eq(why.column, column, "%s: %zu", text, why.column);
	ask_meta_free(m);
}

Test(ask_meta, values)
{
	static const char *const hold[] = {
		"all-kinds",
		"all-kinds.group",
		"all-kinds.number == 1000",
		"all-kinds.number > 999",
		"all-kinds.number > -1",
		"all-kinds.number:0xf0 == 0xe0",
		"all-kinds.minus == -5",
		"all-kinds.minus < 0",
		"all-kinds.yes",
		"all-kinds.yes == true",
		"not all-kinds.no",
		"all-kinds.no == false",
		"all-kinds.text == 'eth0'",
		"all-kinds.text",
		"all-kinds.ip4 == 10.0.0.0/8",
		"all-kinds.ip4 == '10.1.2.3'",
		"all-kinds.ip6 == fe80::1",
		"all-kinds.mac == 00:00:5e:00:53:01",
		"all-kinds.list == 2",
		"all-kinds.list != 2",
		"all-kinds.list in {9, 1}",
		"all-kinds.state == ESTABLISHED",
		"all-kinds.state == 'ESTABLISHED'",
		"all-kinds.state == 2",
		"all-kinds.state != NEW",
		"all-kinds.big == 0xffffffffffffffff",
		"all-kinds.big > -1",
		"all-kinds.group.inner == 7",
		"common.timestamp == 500",
		"common.smp_id == 3",
		"common.task.pid == 10 and common.task.tgid == 11",
		"common.task.comm == 'nginx'",
		"kernel.symbol == 'tcp_v4_rcv'",
		"kernel.backend == 'fentry'",
		"kernel",
		"as-json",
		"as-json.verdict == 'drop'",
		"as-json.n < 0",
		"as-json.n == -3",
		"as-json.policy == false",
		"as-json.policy == 0",
		"as-json.at == 10.0.0.0/8",
		"as-json.deep",
		"as-json.deep.er == 0xffffffffffffffff",
		"as-json.list == 'x'",
		"as-json.list == 1",
		"not as-json.policy",
	};

	for (size_t i = 0; i < sizeof(hold) / sizeof(hold[0]); i++)
		expect_match(hold[i], true);
}

Test(ask_meta, what_does_not_hold)
{
	static const char *const fail[] = {
		"other",
		"other.inner != 3",
		"all-kinds.none",
		"all-kinds.none.absent == 0",
		"all-kinds.no",
		"all-kinds.text == 'eth'",
		"all-kinds.text != 'eth0'",
		"all-kinds.ip4 != 10.0.0.0/8",
		"all-kinds.list == 3",
		"all-kinds.minus > 0",
		"all-kinds.state == NEW",
		"common.lost",
		"userspace",
		"userspace.ip != 3",
		"as-json.nothing",
		"as-json.null",
		"as-json.null != 3",
		"as-json.verdict > 'a'",
		"as-json.deep == 3",
		"as-json.verdict.deeper == 'x'",
		"as-json.list == 3",
	};

	for (size_t i = 0; i < sizeof(fail) / sizeof(fail[0]); i++)
		expect_match(fail[i], false);
}

Test(ask_meta, refusals)
{
	expect_refusal("all-kind", 1, "no section is called 'all-kind'; did you mean all-kinds?");
	expect_refusal("kernel and commmon", 12,
		       "no section is called 'commmon'; did you mean common?");
	expect_refusal("all-kinds.numbr", 11,
		       "there is no field 'numbr' there; did you mean number?");
	expect_refusal("all-kinds.text.x", 16, "'text' has no fields");
	expect_refusal("all-kinds.text == 3", 19, "'text' is a text, which needs quotes");
	expect_refusal(
		"all-kinds.text > 'x'", 18,
		"wrong comparison operator: only '==' and '!=' are for texts, names and addresses");
	expect_refusal("all-kinds.number == x", 21, "'number' is a number");
	expect_refusal("all-kinds.yes == maybe", 18, "'yes' is true or false");
	expect_refusal("all-kinds.ip4 == ::1", 18, "'ip4' is an address of 4 bytes");
	expect_refusal("all-kinds.state == NWE", 20, "'state' is never NWE; did you mean NEW?");
	expect_refusal("all-kinds.group == 3", 20,
		       "a group of fields is compared to nothing: name one of its fields");
	expect_refusal("all-kinds.minus:1", 11, "mask is only supported for unsigned numbers");
	expect_refusal("all-kinds.big:1:t.x", 17, "types can only be chosen in the kernel");
	expect_refusal("kernel.stack_trace == 'x'", 8, "'stack_trace' can't be asked for");
}

static void expect_block(const char *text, bool wanted)
{
	struct ask_meta *m = compile_ask(text);

	cr_expect_eq(ask_meta_may_match(m, 100, 200), wanted, "%s: not %d", text, wanted);
	ask_meta_free(m);
}

Test(ask_meta, blocks)
{
	expect_block("common.timestamp > 200", false);
	expect_block("common.timestamp >= 200", true);
	expect_block("common.timestamp < 100", false);
	expect_block("common.timestamp == 150", true);
	expect_block("common.timestamp == 99", false);
	expect_block("not common.timestamp >= 100", false);
	expect_block("common.timestamp > 200 or all-kinds.yes", true);
	expect_block("common.timestamp > 200 and all-kinds.yes", false);
	expect_block("common.timestamp in {1, 201}", false);
	expect_block("common.timestamp > -1", true);
	expect_block("kernel.symbol == 'nowhere' and all-kinds", false);
	expect_block("kernel.symbol == 'net:netif_rx' and all-kinds", true);
	expect_block("not kernel.symbol == 'nowhere'", true);
	expect_block("tracking.idx == 3", false);
}
