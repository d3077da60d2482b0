/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text of sockets: what is not there is not shown, names are escaped. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

#include <retis/plugin.h>

#include "section.h"

#define BIT(PRESENT) (1u << ((PRESENT)-1))

static const char *find_name(const struct retis_names *names, const char *table, const void *key,
			     uint32_t size, uint64_t at)
{
	int64_t value;

	(void)names;
	(void)at;
	cr_assert_str_eq(table, "sock.reset_reason");
	cr_assert_eq(size, sizeof(value));
	memcpy(&value, key, sizeof(value));
	return value == 1 ? "NO_\033SOCKET" : NULL;
}

static void expect(const void *data, uint32_t length, uint32_t present, const char *wanted)
{
	const struct retis_names names = { .find = find_name };
	const struct retis_event event = {};
	const struct retis_view view = { .size = sizeof(view),
					 .length = length,
					 .data = data,
					 .present = present,
					 .event = &event,
					 .names = &names };
	const struct retis_print how = { .size = sizeof(how) };
	char text[256] = "";
	struct retis_text out = { .data = text, .capacity = sizeof(text) - 1 };

	retis_plugin.sections[SOCK_SECTION].print(&view, &how, &out);
	cr_expect_str_eq(text, wanted);
}

static const struct sock_section connection = {
	.inode = 5,
	.cgroup = 61,
	.type = 1,
	.proto = 6,
	.state = 1,
	.local = { .ip4 = { 10, 0, 0, 1 }, .port = 80 },
	.remote = { .ip4 = { 10, 0, 0, 2 }, .port = 4711 },
	.recv_queue = 7,
	.send_queue = 8,
	.cwnd = 10,
	.ssthresh = 9,
	.srtt = 321,
	.retransmits = 1,
	.total_retransmits = 3,
};

Test(sock, full)
{
	const uint32_t common =
		BIT(SOCK_HAS_STATE) | BIT(SOCK_HAS_TYPE) | BIT(SOCK_HAS_ALL) | BIT(SOCK_HAS_IP4);

	expect(&connection, sizeof(connection), common,
	       "sock 5 SOCK_STREAM TCP state ESTABLISHED 10.0.0.1.80 > 10.0.0.2.4711 rq 7 sq 8");
	expect(&connection, sizeof(connection),
	       common | BIT(SOCK_HAS_TCP) | BIT(SOCK_HAS_SSTHRESH) | BIT(SOCK_HAS_SRTT) |
		       BIT(SOCK_HAS_CGROUP),
	       "sock 5 SOCK_STREAM TCP state ESTABLISHED 10.0.0.1.80 > 10.0.0.2.4711 rq 7 sq 8 "
	       "cwnd 10 ssthresh 9 srtt 321us retrans 1/3 cgroup 61");
}

Test(sock, cut_short_ones_and_none)
{
	struct sock_section s = { .state = SOCK_TIME_WAIT, .local.port = 1, .remote.port = 2 };

	expect(&s, sizeof(s), BIT(SOCK_HAS_STATE) | BIT(SOCK_HAS_IP6),
	       "sock state TIME_WAIT ::.1 > ::.2");
	s.reset_reason = 1;
	expect(&s, sizeof(s), BIT(SOCK_HAS_REASON), "sock rst NO_\\x1bSOCKET");
	s.reset_reason = 99;
	expect(&s, sizeof(s), BIT(SOCK_HAS_REASON), "sock rst 99");
}

Test(sock, values_without_a_name)
{
	const struct sock_section s = { .type = 99, .proto = 0xffff, .state = 200 };

	expect(&s, sizeof(s), BIT(SOCK_HAS_STATE) | BIT(SOCK_HAS_TYPE), "sock 99 65535 state 200");
}

/* Each in a block of its own size, so that a sanitizer sees a read behind it. */
Test(sock, section_cut_short)
{
	for (uint32_t length = 0; length < sizeof(struct sock_section); length++) {
		void *data = calloc(1, length);

		expect(data, length, ~0u, "");
		free(data);
	}
}

/* --- names from the kernel ------------------------------------------------------ */

struct fake {
	struct retis_host host;
	bool has_reasons;
	int added;
};

static int fake_enum(const struct retis_host *host, const char *name,
		     int (*use)(void *arg, const char *name, int64_t value), void *arg)
{
	const struct fake *fake = (const struct fake *)(const void *)host;

	cr_assert_str_eq(name, "sk_rst_reason");
	return fake->has_reasons ? use(arg, "SK_RST_REASON_NO_SOCKET", 1) : -ENOENT;
}

static int fake_name(const struct retis_host *host, const char *table, const void *key, size_t size,
		     const char *text)
{
	(void)key;
	cr_assert_str_eq(table, "sock.reset_reason");
	cr_assert_eq(size, sizeof(int64_t));
	cr_assert_str_eq(text, "NO_SOCKET");
	((struct fake *)(uintptr_t)host)->added++;
	return 0;
}

Test(sock, learns_reasons_from_the_kernel)
{
	struct fake fake = { .host = { .size = sizeof(fake.host),
				       .enum_values = fake_enum,
				       .add_name = fake_name } };

	cr_assert_eq(retis_plugin.setup(&fake.host, NULL), 0, "older kernels have none");
	fake.has_reasons = true;
	cr_assert_eq(retis_plugin.setup(&fake.host, NULL), 0);
	cr_assert_eq(fake.added, 1);
}
