/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of the ct section, what its table says, and where the collector can run. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>

#include <retis/plugin.h>

#include "fields.h"
#include "section.h"

#define HAS(PRESENT) (1u << ((PRESENT)-1))
#define MAPPED(A, B, C, D)                             \
	{                                              \
		[10] = 0xff, 0xff, (A), (B), (C), (D), \
	}

static const char *find_state(const struct retis_names *names, const char *table, const void *key,
			      uint32_t size, uint64_t at)
{
	int64_t value;

	(void)names;
	(void)at;
	cr_assert_str_eq(table, "ct.proto_state");
	cr_assert_eq(size, sizeof(value));
	memcpy(&value, key, sizeof(value));
	return value == 3		      ? "ESTABLISHED"
	       : value == (CT_STATE_SCTP | 2) ? "COOKIE_WAIT"
	       : value == 4		      ? "\033[2J"
					      : NULL;
}

static void put_section(const void *data, uint32_t length, uint32_t present, struct retis_text *out)
{
	const struct retis_names names = { .find = find_state };
	const struct retis_event event = {};
	const struct retis_view view = { .size = sizeof(view),
					 .length = length,
					 .data = data,
					 .present = present,
					 .event = &event,
					 .names = &names };
	const struct retis_print how = { .size = sizeof(how) };

	retis_plugin.sections[CT_SECTION].print(&view, &how, out);
}

static void expect(const struct ct_section *ct, uint32_t present, const char *wanted)
{
	char text[1024];
	struct retis_text out = { .data = text, .capacity = sizeof(text), .multi_line = true };

	put_section(ct, sizeof(*ct), present, &out);
	cr_expect(out.length == strlen(wanted) && !memcmp(text, wanted, out.length),
		  "'%.*s' is not '%s'", (int)out.length, text, wanted);
}

/* 1.1.1.1 port 1 and 2.2.2.2 port 2. */
static struct ct_conn conn_of(uint8_t state)
{
	return (struct ct_conn){
		.state = state,
		.version = 4,
		.zone_dir = CT_ZONE_ORIGINAL | CT_ZONE_REPLY,
		.status = 0x188,
		.orig = { .src = MAPPED(1, 1, 1, 1),
			  .dst = MAPPED(2, 2, 2, 2),
			  .sport = 1,
			  .dport = 2 },
		.reply = { .src = MAPPED(2, 2, 2, 2),
			   .dst = MAPPED(1, 1, 1, 1),
			   .sport = 2,
			   .dport = 1 },
	};
}

#define CONN (HAS(CT_HAS_CONN) | HAS(CT_HAS_IP) | HAS(CT_HAS_MARK))

Test(ct, tcp)
{
	struct ct_section ct = { .conn = conn_of(0) };

	ct.conn.proto_state = 3;
	expect(&ct, CONN | HAS(CT_HAS_TCP) | HAS(CT_HAS_PROTO_STATE),
	       "ct_state ESTABLISHED status 0x188 tcp (ESTABLISHED) orig [1.1.1.1.1 > 2.2.2.2.2] "
	       "reply [2.2.2.2.2 > 1.1.1.1.1] zone 0 mark 0");
	/* A name that is none, and a number without one. */
	ct.conn.proto_state = 4;
	ct.conn.zone_dir = 0;
	expect(&ct, (CONN | HAS(CT_HAS_TCP) | HAS(CT_HAS_PROTO_STATE)) & ~HAS(CT_HAS_MARK),
	       "ct_state ESTABLISHED status 0x188 tcp (\\x1b[2J) orig [1.1.1.1.1 > 2.2.2.2.2] "
	       "reply [2.2.2.2.2 > 1.1.1.1.1]");
	ct.conn.proto_state = 77;
	ct.conn.state = 6;
	expect(&ct, HAS(CT_HAS_CONN) | HAS(CT_HAS_IP) | HAS(CT_HAS_TCP) | HAS(CT_HAS_PROTO_STATE),
	       "ct_state 6 status 0x188 tcp (77) orig [1.1.1.1.1 > 2.2.2.2.2] "
	       "reply [2.2.2.2.2 > 1.1.1.1.1]");
}

Test(ct, icmp_in_a_zone)
{
	struct ct_section ct = { .conn = conn_of(3) };

	ct.conn.zone_dir = CT_ZONE_REPLY;
	ct.conn.zone_id = 5;
	ct.conn.orig.id = ct.conn.reply.id = 77;
	ct.conn.orig.type = 8;
	ct.conn.reply.type = 0;
	ct.conn.orig.code = ct.conn.reply.code = 0;
	expect(&ct, CONN | HAS(CT_HAS_ICMP),
	       "ct_state REPLY status 0x188 icmp orig [1.1.1.1 > 2.2.2.2 type 8 code 0 id 77] "
	       "reply [2.2.2.2 > 1.1.1.1 type 0 code 0 id 77] reply-zone 5 mark 0");
}

Test(ct, sctp_with_a_tcp_parent)
{
	struct ct_section ct = { .conn = conn_of(4), .parent = conn_of(0) };

	ct.conn.proto_state = CT_STATE_SCTP | 2;
	ct.conn.orig.vtag = 0xff;
	ct.conn.reply.vtag = 0xfe;
	ct.parent_extra.labels_lo = 2;
	expect(&ct,
	       CONN | HAS(CT_HAS_SCTP) | HAS(CT_HAS_PROTO_STATE) |
		       (CONN | HAS(CT_HAS_TCP) | HAS(CT_HAS_LABELS)) << CT_PARENT,
	       "ct_state RELATED_REPLY status 0x188 sctp (COOKIE_WAIT) orig [1.1.1.1.1 > 2.2.2.2.2 "
	       "vtag 0xff] reply [2.2.2.2.2 > 1.1.1.1.1 vtag 0xfe] zone 0 mark 0\n"
	       "\\ parent [status 0x188 tcp (UNKNOWN) orig [1.1.1.1.1 > 2.2.2.2.2] reply "
	       "[2.2.2.2.2 "
	       "> 1.1.1.1.1] zone 0 mark 0 labels 0x2]");
}

Test(ct, protocols)
{
	static const struct {
		uint32_t present;
		const char *text;
	} cases[] = {
		{ CT_HAS_UDP, "udp orig [1.1.1.1.1 > 2.2.2.2.2] reply [2.2.2.2.2 > 1.1.1.1.1]" },
		{ CT_HAS_UDPLITE,
		  "udplite orig [1.1.1.1.1 > 2.2.2.2.2] reply [2.2.2.2.2 > 1.1.1.1.1]" },
		{ CT_HAS_DCCP,
		  "dccp (UNKNOWN) orig [1.1.1.1.1 > 2.2.2.2.2] reply [2.2.2.2.2 > 1.1.1.1.1]" },
		{ CT_HAS_GRE, "gre orig [1.1.1.1 > 2.2.2.2 srckey 0x1 dstkey 0x2] "
			      "reply [2.2.2.2 > 1.1.1.1 srckey 0x2 dstkey 0x1]" },
		{ CT_HAS_OTHER, "proto 1 orig [1.1.1.1 > 2.2.2.2] reply [2.2.2.2 > 1.1.1.1]" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct ct_section ct = { .conn = conn_of(2) };
		char wanted[512];

		snprintf(wanted, sizeof(wanted), "ct_state NEW status 0x188 %s zone 0 mark 0",
			 cases[i].text);
		expect(&ct, CONN | HAS(cases[i].present), wanted);
	}
}

Test(ct, all_that_is_not_upstreams)
{
	struct ct_section ct = { .conn = conn_of(1) };

	ct.conn.orig = (struct ct_tuple){
		.src = { 0xfd, [15] = 1 }, .dst = { 0xfd, [15] = 2 }, .type = 128, .id = 9
	};
	ct.conn.reply = (struct ct_tuple){
		.src = { 0xfd, [15] = 2 }, .dst = { 0xfd, [15] = 1 }, .type = 129, .id = 9
	};
	ct.conn.zone_dir = CT_ZONE_ORIGINAL;
	ct.conn.zone_id = 65535;
	ct.conn.mark = ~0u;
	ct.conn.timeout = 29;
	ct.extra.labels_hi = 1;
	ct.extra.labels_lo = 2;
	memcpy(ct.extra.helper, "tf\033tp-and-more-x", 16);
	expect(&ct,
	       CONN | HAS(CT_HAS_ICMPV6) | HAS(CT_HAS_LABELS) | HAS(CT_HAS_HELPER) |
		       HAS(CT_HAS_TIMEOUT),
	       "ct_state RELATED status 0x188 icmpv6 orig [fd00::1 > fd00::2 type 128 code 0 id 9] "
	       "reply [fd00::2 > fd00::1 type 129 code 0 id 9] orig-zone 65535 mark 4294967295 "
	       "labels 0x10000000000000002 helper tf\\x1btp-and-more-x timeout 29s");
}

Test(ct, nothing_but_a_state)
{
	struct ct_section ct = { .conn = { .state = 7 } };

	expect(&ct, 0, "ct_state UNTRACKED");
	/* A template. */
	ct.conn = (struct ct_conn){ .state = 2, .status = 0x800, .zone_dir = 3, .zone_id = 4 };
	expect(&ct, HAS(CT_HAS_CONN), "ct_state NEW status 0x800 zone 4");
}

/* Each in a block of its own size, so that a sanitizer sees a read behind it. */
Test(ct, section_cut_short)
{
	for (uint32_t length = 0; length <= sizeof(struct ct_section); length++) {
		void *data = calloc(1, length ? length : 1);
		char text[2048];
		struct retis_text out = { .data = text, .capacity = sizeof(text) };

		data = realloc(data, length ? length : 1);
		put_section(data, length, ~0u, &out);
		cr_expect_eq(out.length > 0, length > 0);
		free(data);
	}
}

/* A mistake in CT_FIELDS would leave one without a name. */
Test(ct, fields_are_all_there)
{
	for (size_t i = 0; i < CT_FIELDS; i++)
		cr_expect(ct_fields[i].name);
	cr_expect_str_eq(ct_fields[CT_FIELDS - 1].name, "parent");
}

static int field, module, type;

static int has(const struct retis_host *host, enum retis_need_kind kind, const char *name)
{
	(void)host;
	(void)name;
	return kind == RETIS_NEED_FIELD ? field : kind == RETIS_NEED_MODULE ? module : type;
}

static void expect_check(int code, const char *part)
{
	const struct retis_host host = { .size = sizeof(host), .kernel_has = has };
	char reason[256] = "";

	cr_expect_eq(retis_plugin.check(&host, NULL, reason, sizeof(reason)), code);
	cr_expect(strstr(reason, part), "'%s' has no '%s'", reason, part);
}

Test(ct, where_it_can_run)
{
	expect_check(-EOPNOTSUPP, "does not support connection tracking");
	field = 1;
	expect_check(-EOPNOTSUPP, "'nf_conntrack' is not loaded");
	module = type = 1;
	expect_check(0, "");
	/* Can't be told. */
	field = module = -EPERM;
	expect_check(0, "");
}
