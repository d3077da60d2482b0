/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text of events, byte for byte. */
#include <criterion/criterion.h>

#include <errno.h>
#include <stdio.h>

#include "core/event/buffer.h"
#include "core/event/generic.h"
#include "core/event/printer.h"
#include "tests/unit/event_build.h"

/* Sections whose payload is their text; a line of them per line break. */
static void print_text(const struct retis_view *view, const struct retis_print *how,
		       struct retis_text *out)
{
	const char *s = view->data;

	cr_assert_eq(how->size, sizeof(*how));
	for (uint32_t i = 0; i < view->length; i++) {
		if (s[i] == '|')
			retis_text_break(out);
		else
			retis_text_char(out, s[i]);
	}
}

static void print_link_layer(const struct retis_view *view, const struct retis_print *how,
			     struct retis_text *out)
{
	(void)view;
	if (how->link_layer)
		retis_text_str(out, "ll");
}

static unsigned int asked;

/* All that the text of one that comes again may depend on. */
static void print_again(const struct retis_view *view, const struct retis_print *how,
			struct retis_text *out)
{
	asked++;
	print_text(view, how, out);
	retis_text_hex(out, view->present, 1);
	print_link_layer(view, how, out);
}

/* Claims to have taken back what others printed. */
static void print_vandal(const struct retis_view *view, const struct retis_print *how,
			 struct retis_text *out)
{
	(void)view;
	(void)how;
	out->length = 3;
	out->indent = 1000;
	out->multi_line = !out->multi_line;
}

enum { TRACKING, DROP, PACKET, NETNS, DEV, SKB, LINK, VANDAL, STACK, GENERIC, AGAIN, N_TYPES };

static const struct retis_field generic_fields[] = {
	{ .name = "count", .kind = RETIS_UINT, .size = 4 },
	{ .name = "name", .kind = RETIS_STRING, .size = 8, .offset = 4 },
	{ .name = "addr", .kind = RETIS_IP4, .size = 4, .offset = 12 },
	{ .name = "flags", .kind = RETIS_HEX, .size = 1, .offset = 16, .present = 1 },
	{ .name = "pair", .kind = RETIS_OBJECT, .fields = generic_fields, .n_fields = 1 },
	{ .name = "list", .kind = RETIS_UINT, .size = 1, .count = 3, .offset = 16 },
	{ .name = "rest", .kind = RETIS_BYTES, .offset = 19 },
};

static const struct retis_section_type types[N_TYPES] = {
	[TRACKING] = { .name = "skb-tracking",
		       .line = 50,
		       .place = RETIS_FIRST_LINE,
		       .print = print_text },
	[DROP] = { .name = "skb-drop", .line = 60, .place = RETIS_FIRST_LINE, .print = print_text },
	[PACKET] = { .name = "packet", .line = 70, .print = print_text },
	[NETNS] = { .name = "netns", .line = 90, .print = print_text },
	[DEV] = { .name = "dev", .line = 100, .joins = "netns", .print = print_text },
	[SKB] = { .name = "skb", .line = 105, .print = print_text },
	[LINK] = { .name = "link", .line = 110, .print = print_link_layer },
	[AGAIN] = { .name = "again", .line = 120, .repeats = 1, .print = print_again },
	[VANDAL] = { .name = "vandal", .line = 80, .print = print_vandal },
	[STACK] = { .name = "stack", .line = 1, .print = print_text },
	[GENERIC] = { .name = "hello", .line = 2000, .fields = generic_fields, .n_fields = 7 },
};

static const struct retis_file_probe *const probes[] = {
	&(const struct retis_file_probe){ .symbol = "udp_rcv", .type = "kretprobe", .tag = "kr" },
	&(const struct retis_file_probe){ .symbol = "dpif_recv:recv_upcall",
					  .type = "usdt",
					  .tag = "u",
					  .path = "/usr/sbin/ovs-vswitchd" },
	&(const struct retis_file_probe){ .symbol = "a\033[2J", .type = "kprobe" },
};

static void frame(const void *arg, uint64_t address, struct retis_text *to)
{
	(void)arg;
	retis_text_char(to, (char)address);
	retis_text_str(to, "+0x");
	retis_text_hex(to, address & 0xf, 1);
}

static const struct printer_stack stack = { .section = STACK, .frame = frame };
static struct event_build build;
static struct record record;
static struct registry registry;
static struct printer printer;
static struct retis_text out;

static void setup(void)
{
	cr_assert_eq(text_init(&out, 16), 0);
	for (int i = 0; i < N_TYPES; i++)
		cr_assert_eq(registry_add(&registry, &types[i], "test"), i, "%s", registry.reason);
	printer_init(&printer, &registry, &(struct printer_options){ 0 });
	printer.stack = &stack;
	cr_assert_eq(printer_set_probes(&printer, probes, 3), 0);
	event_start(&build);
}

static void teardown(void)
{
	printer_fini(&printer);
	text_fini(&out);
}

TestSuite(printer, .init = setup, .fini = teardown);

static void add(uint16_t type, const char *text)
{
	event_add(&build, type, text, (uint16_t)strlen(text));
}

static void print(enum printer_series series)
{
	cr_assert_eq(event_parse(&build, &record), 0);
	cr_assert_eq(printer_event(&printer, &record, series, &out), 0);
}

static void expect(const char *want)
{
	print(PRINTER_ALONE);
	retis_text_char(&out, '\0');
	cr_assert_str_eq(out.data, want);
	text_clear(&out);
}

static void add_everything(void)
{
	add(SKB, "skb [csum none len 46 priority 0]");
	add(DEV, "if 2 (eth0) rxif 3");
	add(NETNS, "ns 0x10/4026531840");
	add(PACKET, "10.0.0.1.4000 > 10.0.0.2.53");
	add(DROP, "drop (reason NO_SOCKET)");
	add(TRACKING, "#384ffff888100000000 (skb ffff888200000100)");
	event_add(&build, STACK, (uint64_t[]){ 'a', 'b' }, 16);
}

Test(printer, multi_line)
{
	add_everything();
	expect("1000 (2) [nginx] 10/11 [kr] udp_rcv #384ffff888100000000 "
	       "(skb ffff888200000100) drop (reason NO_SOCKET)\n"
	       "    a+0x1\n"
	       "    b+0x2\n"
	       "  10.0.0.1.4000 > 10.0.0.2.53\n"
	       "  ns 0x10/4026531840 if 2 (eth0) rxif 3\n"
	       "  skb [csum none len 46 priority 0]\n\n");
}

Test(printer, single_line)
{
	printer.options.layout = PRINTER_SINGLE_LINE;
	add_everything();
	expect("1000 (2) [nginx] 10/11 [kr] udp_rcv #384ffff888100000000 "
	       "(skb ffff888200000100) drop (reason NO_SOCKET) [a+0x1, b+0x2] "
	       "10.0.0.1.4000 > 10.0.0.2.53 ns 0x10/4026531840 if 2 (eth0) rxif 3 "
	       "skb [csum none len 46 priority 0]\n");
}

Test(printer, series)
{
	add(PACKET, "p|q");
	event_add(&build, STACK, (uint64_t[]){ 'a' }, 8);
	print(PRINTER_FIRST);
	print(PRINTER_NEXT);
	printer_series_end(&printer, &out);
	printer.options.layout = PRINTER_SINGLE_LINE;
	print(PRINTER_FIRST);
	print(PRINTER_NEXT);
	printer_series_end(&printer, &out);
	retis_text_char(&out, '\0');
	cr_assert_str_eq(out.data, "1000 (2) [nginx] 10/11 [kr] udp_rcv\n"
				   "    a+0x1\n"
				   "  p\n"
				   "  q\n"
				   "  ↳ 1000 (2) [nginx] 10/11 [kr] udp_rcv\n"
				   "        a+0x1\n"
				   "      p\n"
				   "      q\n"
				   "\n"
				   "1000 (2) [nginx] 10/11 [kr] udp_rcv [a+0x1] p q\n"
				   "  ↳ 1000 (2) [nginx] 10/11 [kr] udp_rcv [a+0x1] p q\n"
				   "\n");
}

Test(printer, common_forms)
{
	event_header(&build)->tid = 10;
	event_header(&build)->cpu = 0;
	expect("1000 (0) [nginx] 10 [kr] udp_rcv\n\n");
	event_header(&build)->probe = RECORD_NO_PROBE;
	expect("1000 (0) [nginx] 10\n\n");
	event_header(&build)->probe = 1;
	memcpy(event_header(&build)->comm, "a\\\n\033\x9b]0;x\a\xc3\xbc\177zzz", 16);
	expect("1000 (0) [a\\\\\\x0a\\x1b\\x9b]0;x\\x07\\xc3\\xbc\\x7fzzz] 10 [u] "
	       "dpif_recv:recv_upcall (ovs-vswitchd)\n\n");
}

Test(printer, strange_probes)
{
	event_header(&build)->probe = 2;
	expect("1000 (2) [nginx] 10/11 [invalid] a\\x1b[2J\n\n");
	event_header(&build)->probe = 3;
	expect("1000 (2) [nginx] 10/11 [invalid] probe 3\n\n");
}

#define HEAD "1000 (2) [nginx] 10/11 [kr] udp_rcv"

Test(printer, dev_joins_only_what_was_just_printed)
{
	add(DEV, "if 2");
	expect(HEAD "\n  if 2\n\n");
	add(NETNS, "");
	expect(HEAD "\n  if 2\n\n");
	event_start(&build);
	add(NETNS, "ns 1");
	add(DEV, "");
	add(SKB, "skb");
	expect(HEAD "\n  ns 1\n  skb\n\n");
}

Test(printer, silent_sections_leave_no_trace)
{
	add(DROP, "");
	add(PACKET, "");
	add(LINK, "");
	expect(HEAD "\n\n");
	printer.options.link_layer = true;
	expect(HEAD "\n  ll\n\n");
}

Test(printer, first_line_stays_one_line)
{
	add(DROP, "a|b");
	expect(HEAD " a b\n\n");
}

Test(printer, foreign_text_never_reaches_the_terminal_raw)
{
	add(DROP, "a\nb");
	add(PACKET, "0123456789\033[2J|\xff\177");
	add(SKB, "x\n1000 (2) forged\n");
	expect(HEAD " a\\x0ab\n  0123456789\\x1b[2J\n  \\xff\\x7f\n"
		    "  x\\x0a1000 (2) forged\\x0a\n\n");
	printer.options.layout = PRINTER_SINGLE_LINE;
	event_start(&build);
	add(PACKET, "x\n  y\tz");
	expect(HEAD " x\\x0a  y\\x09z\n");
}

/* Wherever in a word of eight bytes it sits. */
Test(printer, foreign_bytes_at_any_place)
{
	for (size_t at = 0; at < 20; at++) {
		for (int c = 1; c < 256; c++) {
			char text[21] = "01234567890123456789";

			if (c >= 0x20 && c < 0x7f)
				continue;
			text[at] = (char)c;
			event_start(&build);
			add(PACKET, text);
			print(PRINTER_ALONE);
			cr_assert_eq(out.length, strlen(HEAD "\n  \n\n") + 19 + 4);
			for (size_t i = 0; i < out.length; i++)
				cr_assert(out.data[i] == '\n' ||
					  (out.data[i] >= 0x20 && out.data[i] < 0x7f));
			text_clear(&out);
		}
	}
}

/* Whoever is asked again says the same; and the text is the same whether they are. */
static void expect_again(const char *payload, uint32_t present, const char *want,
			 unsigned int times)
{
	event_start(&build);
	event_present(event_add(&build, AGAIN, payload, (uint16_t)strlen(payload)), present);
	asked = 0;
	for (int i = 0; i < 3; i++) {
		text_clear(&out);
		print(PRINTER_ALONE);
		out.data[out.length - 1] = '\0';
		cr_expect_not_null(strstr(out.data, want), "%s: no %s", out.data, want);
	}
	cr_expect_eq(asked, times, "%u", asked);
}

Test(printer, what_comes_again_is_not_asked_again)
{
	char text[600], want[608];

	for (int i = 0; i < 2; i++) {
		expect_again("a|b", 0, "\n  a\n  b0\n", !i);
		expect_again("a|b", 3, "\n  a\n  b3\n", !i);
		expect_again("a|c", 3, "\n  a\n  c3\n", !i);
		expect_again("a|b\x1b", 3, "\n  a\n  b\\x1b3\n", !i);
	}
	/* Further right in a series. */
	event_start(&build);
	add(AGAIN, "a|b");
	text_clear(&out);
	print(PRINTER_NEXT);
	out.data[out.length - 1] = '\0';
	cr_expect_not_null(strstr(out.data, "\n      a\n      b0"), "%s", out.data);
	printer.options.link_layer = true;
	expect_again("a|b", 0, "\n  a\n  b0ll\n", 1);
	printer.options.layout = PRINTER_SINGLE_LINE;
	expect_again("a|b", 0, " a b0ll", 1);
	/* Long ones are not kept. */
	for (size_t n = 180; n < sizeof(text) - 1; n++) {
		memset(text, 'x', n);
		text[n] = '\0';
		snprintf(want, sizeof(want), " %s0ll", text);
		expect_again(text, 0, want, n <= 192 ? 1 : 3);
	}
}

Test(printer, vandal_can_only_append)
{
	add(PACKET, "p");
	add(VANDAL, "");
	add(SKB, "s|t");
	expect(HEAD "\n  p\n  s\n  t\n\n");
}

Test(printer, says_what_is_missing)
{
	add(PACKET, "p");
	add(PACKET, "p");
	add(99, "");
	add(999, "");
	event_header(&build)->missing = 1;
	expect(HEAD "\n  p\n  (2 sections of unknown type)\n  (1 repeated section)\n"
		    "  (1 section left out: event full)\n\n");
	printer.options.layout = PRINTER_SINGLE_LINE;
	event_start(&build);
	event_header(&build)->missing = 2;
	event_header(&build)->lost = 7;
	expect(HEAD
	       " (2 sections left out: event full) (7 events lost on this CPU before this one)\n");
}

Test(printer, utc)
{
	printer.options.utc = true;
	printer.options.clock_offset = 951782400ll * 1000000000;
	event_header(&build)->timestamp = 1999999;
	expect("2000-02-29 00:00:00.001999 (2) [nginx] 10/11 [kr] udp_rcv\n\n");
	event_header(&build)->timestamp = 86399999999999;
	expect("2000-02-29 23:59:59.999999 (2) [nginx] 10/11 [kr] udp_rcv\n\n");
	event_header(&build)->timestamp = 86400000000000;
	expect("2000-03-01 00:00:00.000000 (2) [nginx] 10/11 [kr] udp_rcv\n\n");
	event_header(&build)->timestamp = UINT64_MAX;
	expect("18446744073709551615 (2) [nginx] 10/11 [kr] udp_rcv\n\n");
	printer.options.clock_offset = -1001;
	event_header(&build)->timestamp = 1000;
	expect("1000 (2) [nginx] 10/11 [kr] udp_rcv\n\n");
	event_header(&build)->timestamp = 1001;
	expect("1970-01-01 00:00:00.000000 (2) [nginx] 10/11 [kr] udp_rcv\n\n");
}

Test(printer, generic)
{
	char data[20] = { 3, [4] = 'e', 't', 'h', '0', [12] = 10, 0, 0, 1, 3, 4, 5, (char)0xab };

	event_add(&build, GENERIC, data, 20);
	expect(HEAD "\n  hello [count 3 name eth0 addr 10.0.0.1 pair [count 3] list 3,4,5 "
		    "rest ab]\n\n");
	memcpy(data + 4, "a\033\\]\0\0\0", 8);
	event_start(&build);
	event_present(event_add(&build, GENERIC, data, 17), 1);
	expect(HEAD "\n  hello [count 3 name a\\x1b\\\\] addr 10.0.0.1 flags 0x3 "
		    "pair [count 3]]\n\n");
	data[4] = 0;
	event_start(&build);
	event_add(&build, GENERIC, data, 13);
	expect(HEAD "\n  hello [count 3 name \"\" pair [count 3]]\n\n");
	event_start(&build);
	add(GENERIC, "");
	expect(HEAD "\n  hello\n\n");
}

Test(printer, an_event_that_does_not_fit_is_taken_back)
{
	char small[40] = "before ";
	struct retis_text fixed = { .data = small, .length = 7, .capacity = sizeof(small) };

	add(PACKET, "0123456789\033");
	cr_assert_eq(event_parse(&build, &record), 0);
	cr_assert_eq(printer_event(&printer, &record, PRINTER_ALONE, &fixed), -ENOSPC);
	cr_assert_eq(fixed.length, 7);
	cr_assert_not(fixed.failed);
}

Test(printer, buffer_has_an_end)
{
	retis_text_spaces(&out, BUFFER_MAX - 1);
	cr_assert_not(out.failed);
	retis_text_spaces(&out, 2);
	cr_assert(out.failed);
	cr_assert_eq(out.length, BUFFER_MAX - 1);
	text_clear(&out);
	retis_text_char(&out, 'x');
	cr_assert_eq(out.length, 1);
}
