/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text of all that can happen, whatever the name tables say and however short sections
 * are; names and numbers from the kernel's enums. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>

#include <retis/plugin.h>

#include "queue_hash.h"
#include "section.h"
#include "state.h"

#define BIT(present) (1u << ((present)-1))

static const char *find_name(const struct retis_names *names, const char *table, const void *key,
			     uint32_t size, uint64_t at)
{
	static const char *const actions[] = {
		[1] = "output", [3] = "set", [7] = "recirc", [12] = "ct", [24] = "drop"
	};
	int64_t value;

	(void)names;
	(void)at;
	cr_assert_eq(size, sizeof(value));
	memcpy(&value, key, sizeof(value));
	if (!strcmp(table, "ovs.key"))
		return value == 7 ? "ip\033v4" : NULL;
	cr_assert_str_eq(table, "ovs.action");
	return value < 25 ? actions[value] : NULL;
}

static void assert_cut_text(const struct ovs_section *s, uint32_t length, uint32_t present,
			    const char *expected)
{
	const struct retis_names names = { .find = find_name };
	const struct retis_event event = {};
	const struct retis_view view = {
		.length = length, .data = s, .present = present, .event = &event, .names = &names
	};
	char room[256] = "";
	struct retis_text out = { .data = room, .capacity = sizeof(room) - 1 };

	retis_plugin.sections[OVS_SECTION].print(&view, NULL, &out);
	cr_expect_str_eq(room, expected);
}

static void assert_text(const struct ovs_section *s, uint32_t present, const char *expected)
{
	assert_cut_text(s, sizeof(*s), present, expected);
}

Test(ovs, prints_upcalls)
{
	const uint32_t upcall = BIT(OVS_HAS_UPCALL), queue = BIT(OVS_HAS_QUEUE);
	struct ovs_section s = { .event = OVS_EVENT_UPCALL, .cmd = 1, .port = 5, .queue = 33 };

	s.upcall = (struct ovs_upcall){ 61, 3, -2 };
	assert_text(&s, 0, "upcall (miss) port 5 cpu 3");
	s.cmd = 9;
	assert_text(&s, 0, "upcall port 5 cpu 3");
	s.event = OVS_EVENT_ENQUEUE;
	s.cmd = 2;
	assert_text(&s, upcall | queue, "upcall_enqueue (action) (3/61) q 33 ret -2");
	assert_text(&s, 0, "upcall_enqueue (action) ret -2");
	s.event = OVS_EVENT_RETURN;
	assert_text(&s, upcall, "upcall_ret (3/61) ret -2");
	assert_text(&s, 0, "upcall_ret ret -2");
}

Test(ovs, prints_user_space)
{
	struct ovs_section s = { .event = OVS_EVENT_RECEIVE, .queue = 33 };

	s.user = (struct ovs_user){
		.batch_time = 70,
		.key_size = 132,
		.packet_size = 98,
		.batch_index = 1,
		.operation = OVS_OPERATION_EXEC,
	};
	assert_text(&s, 0, "upcall_recv q 33 pkt_size 98");
	s.event = OVS_EVENT_OPERATION;
	assert_text(&s, 0, "flow_exec q 33 ts 70 (1)");
	s.user.operation = OVS_OPERATION_PUT;
	assert_text(&s, 0, "flow_put q 33 ts 70 (1)");
}

Test(ovs, prints_lookups)
{
	struct ovs_section s = { .event = OVS_EVENT_LOOKUP };

	s.lookup.mask_hit = 3;
	s.lookup.cache_hit = 1;
	assert_text(&s, 0, "flow miss mask 3 cache 1");
	s.lookup = (struct ovs_lookup){ 0xffff888100000000,
					0xffff888100000040,
					{ 169552957, 1314873457, 2190714037, 3336038649 },
					3,
					1 };
	assert_text(&s, 0,
		    "flow hit ufid 0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9 mask 3 cache 1 "
		    "flow ffff888100000000 sf_acts ffff888100000040");
}

static void assert_action(uint16_t action, struct ovs_section s, uint32_t present,
			  const char *expected)
{
	s.event = OVS_EVENT_ACTION;
	s.action = action;
	assert_text(&s, present | BIT(OVS_HAS_ACTION), expected);
}

Test(ovs, prints_actions)
{
	struct ovs_section s = { .event = OVS_EVENT_ACTION, .recirc = 1, .queue = 7 };

	assert_text(&s, BIT(OVS_HAS_QUEUE), "[recirc_id 0x1] exec unspec q 7");
	s = (struct ovs_section){ .port = 2, .recirc = 16, .queue = 9 };
	assert_action(1, s, BIT(OVS_HAS_PORT) | BIT(OVS_HAS_QUEUE),
		      "[recirc_id 0x10] exec oport 2 q 9");
	s = (struct ovs_section){ .number = 18 };
	assert_action(7, s, BIT(OVS_HAS_ID), "exec recirc 0x12");
	assert_action(24, s, BIT(OVS_HAS_REASON), "exec drop 18");
	assert_action(57, s, 0, "exec action 57");
	s = (struct ovs_section){ .key = 7, .number = UINT32_MAX / 3 };
	assert_action(3, s, 0, "exec tunnel_set");
	assert_action(3, s, BIT(OVS_HAS_KEY), "exec set ip\\x1bv4");
	assert_action(57, s, BIT(OVS_HAS_PROBABILITY), "exec action 57 33.33%");
	s.key = 8;
	assert_action(3, s, BIT(OVS_HAS_KEY), "exec set key 8");
}

static void assert_ct(uint32_t flags, uint32_t present, const char *expected)
{
	struct ovs_section s = { .ct = { .flags = flags,
					 .zone = 20,
					 .direction =
						 flags & OVS_CT_NAT_DST ? OVS_NAT_DST : OVS_NAT_SRC,
					 .min_address = { [10] = 0xff, 0xff, 10, 9, 8, 1 },
					 .max_address = { [10] = 0xff, 0xff, 10, 9, 8, 7 },
					 .min_port = 4000,
					 .max_port = 4010 } };

	assert_action(12, s, present | BIT(OVS_HAS_CT), expected);
}

Test(ovs, prints_conntrack)
{
	const uint32_t nat = BIT(OVS_HAS_NAT) | BIT(OVS_HAS_NAT_DIR);

	assert_ct(0, 0, "exec ct zone 20");
	assert_ct(OVS_CT_NAT, BIT(OVS_HAS_NAT), "exec ct zone 20 nat");
	assert_ct(OVS_CT_NAT_DST | OVS_CT_COMMIT,
		  nat | BIT(OVS_HAS_NAT_ADDRESS) | BIT(OVS_HAS_NAT_PORT),
		  "exec ct zone 20 nat(dst=10.9.8.1-10.9.8.7:4000-4010) commit");
	assert_ct(OVS_CT_COMMIT | OVS_CT_RANGE_PERSISTENT | OVS_CT_RANGE_RANDOM |
			  OVS_CT_RANGE_RANDOM_FULLY,
		  nat, "exec ct zone 20 nat(src) commit,persistent,hash,random");
}

/* What is not there counts as 0, and nothing behind it is read. */
Test(ovs, prints_what_is_there)
{
	struct ovs_section s = { .event = OVS_EVENT_UPCALL, .cmd = 1, .port = 5 };

	assert_cut_text(&s, 0, ~0u, "");
	assert_cut_text(&s, 2, ~0u, "upcall (miss) port 0 cpu 0");
	s.event = 200;
	assert_text(&s, ~0u, "");
	for (int event = 0; event <= OVS_EVENT_LOOKUP; event++)
		for (uint32_t length = 0; length <= sizeof(s); length++) {
			char room[512];
			struct retis_text out = { .data = room, .capacity = sizeof(room) };
			const struct retis_event header = {};
			struct retis_view view = {
				.length = length, .data = &s, .present = ~0u, .event = &header
			};

			memset(&s, 0xff, sizeof(s));
			s.event = (uint8_t)event;
			retis_plugin.sections[OVS_SECTION].print(&view, NULL, &out);
		}
}

Test(ovs, knows_packets_as_upstream_does)
{
	uint32_t words[QUEUE_BYTES / 4] = {};
	uint8_t *bytes = (uint8_t *)words;

	if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
		cr_skip_test("the numbers are those of little-endian machines");
	cr_expect_eq(ovs_queue_hash(words), 3498479695);
	memcpy(bytes, "retis", 5);
	cr_expect_eq(ovs_queue_hash(words), 474060823);
	for (uint8_t i = 0; i < QUEUE_BYTES; i++)
		bytes[i] = i;
	cr_expect_eq(ovs_queue_hash(words), 2683320012);
}

/* --- the kernel's names --------------------------------------------------------------- */

struct fake {
	struct retis_host host;
	char said[512];
	int has_function;
};

static void say(const struct retis_host *host, const char *what, const char *name, int value)
{
	struct fake *fake = (struct fake *)(uintptr_t)host;
	size_t used = strlen(fake->said);

	snprintf(fake->said + used, sizeof(fake->said) - used, "%s %s %d\n", what, name, value);
}

static int fake_enum(const struct retis_host *host, const char *name,
		     int (*use)(void *arg, const char *name, int64_t value), void *arg)
{
	(void)host;
	if (!strcmp(name, "ovs_action_attr"))
		return use(arg, "OVS_ACTION_ATTR_UNSPEC", 0) ||
		       use(arg, "OVS_ACTION_ATTR_PUSH_VLAN", 4) ||
		       use(arg, "OVS_ACTION_ATTR_DROP", 24) ||
		       use(arg, "__OVS_ACTION_ATTR_MAX", 26) ||
		       use(arg, "OVS_ACTION_ATTR_SET_TO_MASKED", 27);
	return use(arg, "OVS_KEY_ATTR_TUNNEL_INFO", 31);
}

static int fake_name(const struct retis_host *host, const char *table, const void *key, size_t size,
		     const char *text)
{
	int64_t value;

	cr_assert_eq(size, sizeof(value));
	memcpy(&value, key, sizeof(value));
	say(host, table, text, (int)value);
	return 0;
}

static int fake_constant(const struct retis_host *host, const char *name, const void *value,
			 size_t size)
{
	uint32_t number = 0;

	cr_assert_leq(size, sizeof(number));
	/* The least significant bytes: tests run on little-endian machines. */
	memcpy(&number, value, size);
	say(host, "constant", name, (int)number);
	return 0;
}

/* As where addresses are hidden. */
static int fake_symbol(const struct retis_host *host, const char *name, uint64_t *address)
{
	(void)host;
	(void)name;
	(void)address;
	return -EPERM;
}

static int fake_has(const struct retis_host *host, enum retis_need_kind kind, const char *name)
{
	cr_assert_eq(kind, RETIS_NEED_FUNCTION);
	cr_assert_str_eq(name, "queue_userspace_packet");
	return ((const struct fake *)(uintptr_t)host)->has_function;
}

static int fake_hook(const struct retis_host *host, const struct retis_hook *hook, size_t size)
{
	(void)size;
	say(host, "hook", hook->program, 0);
	return 0;
}

static int fake_size(const struct retis_host *host, const char *name, uint32_t n)
{
	say(host, "size", name, (int)n);
	return 0;
}

static void fake_log(const struct retis_host *host, enum retis_log_level level, const char *format,
		     ...)
{
	(void)format;
	say(host, "log", "", (int)level);
}

static void assert_setup(int has_function, const char *last)
{
	struct fake fake = { .host = { .size = sizeof(fake.host),
				       .log = fake_log,
				       .kernel_has = fake_has,
				       .symbol = fake_symbol,
				       .set_constant = fake_constant,
				       .enum_values = fake_enum,
				       .add_name = fake_name,
				       .size_map = fake_size,
				       .add_hook = fake_hook },
			     .has_function = has_function };
	struct ovs_state state = { .rate = 1 };
	char expected[512];

	cr_assert_eq(retis_plugin.setup(&fake.host, &state), 0);
	snprintf(expected, sizeof(expected),
		 "ovs.action push_vlan 4\nconstant action_drop 24\novs.action drop 24\n"
		 "constant action_set_to_masked 27\novs.action set_masked 27\n"
		 "size flows 1\nsize batches 1\nconstant retis_page_shift 12\n"
		 "constant key_tunnel_info 31\novs.key tunnel_info 31\n%s\n",
		 last);
	cr_expect_str_eq(fake.said, expected);
}

Test(ovs, learns_numbers_from_the_kernel)
{
	assert_setup(1, "hook enqueue 0");
	assert_setup(0, "log  3");
}
