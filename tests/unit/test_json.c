/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON of values, sections and events, byte for byte. */
#include <criterion/criterion.h>

#include "core/event/buffer.h"
#include "core/event/json.h"
#include "core/event/printer.h"
#include "tests/unit/event_build.h"

static struct retis_text out;

static void expect(const char *want)
{
	retis_text_char(&out, '\0');
	cr_assert_str_eq(out.data, want);
	text_clear(&out);
}

static void setup(void)
{
	cr_assert_eq(text_init(&out, 16), 0);
}

static void teardown(void)
{
	text_fini(&out);
}

TestSuite(json, .init = setup, .fini = teardown);

static void string(const char *s, const char *want)
{
	json_string(&out, s, strlen(s));
	expect(want);
}

Test(json, strings)
{
	string("", "\"\"");
	string("a \"b\" \\c/", "\"a \\\"b\\\" \\\\c/\"");
	string("\n\t\033[2J\177", "\"\\u000a\\u0009\\u001b[2J\\u007f\"");
	string("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\xa7",
	       "\"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\xa7\"");
	/* C1 controls work in terminals even as UTF-8: U+009B is CSI. */
	string("\xc2\x9b"
	       "2J\xc2\xa0",
	       "\"\\u009b2J\xc2\xa0\"");
	json_string(&out, "abcdef", 3);
	expect("\"abc\"");
	json_string(&out, "ab\0cd", 5);
	expect("\"ab\"");
}

#define BAD "\xef\xbf\xbd"

Test(json, strings_that_are_no_utf8)
{
	string("\xff", "\"" BAD "\"");
	string("a\x80z", "\"a" BAD "z\"");
	string("\xc3", "\"" BAD "\"");
	string("\xe2\x82", "\"" BAD BAD "\"");
	string("\xc0\xaf", "\"" BAD BAD "\"");
	string("\xe0\x80\x80", "\"" BAD BAD BAD "\"");
	string("\xed\xa0\x80", "\"" BAD BAD BAD "\"");
	string("\xf4\x90\x80\x80", "\"" BAD BAD BAD BAD "\"");
	string("\xf0\x8f\xbf\xbf", "\"" BAD BAD BAD BAD "\"");
	/* Cut off by the end of the field. */
	json_string(&out, "x\xe2\x82\xac", 3);
	expect("\"x" BAD BAD "\"");
}

Test(json, base64_of_rfc4648)
{
	static const char *const pairs[][2] = {
		{ "", "\"\"" },
		{ "f", "\"Zg==\"" },
		{ "fo", "\"Zm8=\"" },
		{ "foo", "\"Zm9v\"" },
		{ "foob", "\"Zm9vYg==\"" },
		{ "fooba", "\"Zm9vYmE=\"" },
		{ "foobar", "\"Zm9vYmFy\"" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		json_base64(&out, (const uint8_t *)pairs[i][0], strlen(pairs[i][0]));
		expect(pairs[i][1]);
	}
	json_base64(&out, (const uint8_t *)"\xfb\xff\xfe", 3);
	expect("\"+//+\"");
}

struct __attribute__((packed)) all {
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;
	int8_t i8;
	int64_t i64;
	uint32_t hex;
	uint8_t yes, no;
	char str[4];
	uint8_t bytes[3];
	int16_t verdict, odd;
	uint8_t ip4[4], ip6[16], mac[6];
	uint32_t ufid[3];
	char names[2][3];
	uint8_t either[2][16];
};

static const struct retis_enum_name verdicts[] = { { -1, "continue" },
						   { 0, "drop" },
						   { 7, "a\"" } };

#define ENUM .names = verdicts, .n_names = 3

static const struct retis_field all_fields[] = {
	RETIS_FIELD(struct all, u8, RETIS_UINT),
	RETIS_FIELD(struct all, u16, RETIS_UINT),
	RETIS_FIELD(struct all, u32, RETIS_UINT),
	RETIS_FIELD(struct all, u64, RETIS_UINT),
	RETIS_FIELD(struct all, i8, RETIS_INT),
	RETIS_FIELD(struct all, i64, RETIS_INT),
	RETIS_FIELD(struct all, hex, RETIS_HEX),
	RETIS_FIELD(struct all, yes, RETIS_BOOL),
	RETIS_FIELD(struct all, no, RETIS_BOOL),
	RETIS_FIELD(struct all, str, RETIS_STRING),
	RETIS_FIELD(struct all, bytes, RETIS_BYTES),
	RETIS_FIELD(struct all, verdict, RETIS_ENUM, ENUM),
	RETIS_FIELD(struct all, odd, RETIS_ENUM, ENUM),
	RETIS_FIELD(struct all, ip4, RETIS_IP4),
	RETIS_FIELD(struct all, ip6, RETIS_IP6),
	RETIS_FIELD(struct all, mac, RETIS_MAC),
	{ .name = "ufid",
	  .kind = RETIS_UINT,
	  .size = 4,
	  .count = 3,
	  .offset = offsetof(struct all, ufid) },
	{ .name = "names",
	  .kind = RETIS_STRING,
	  .size = 3,
	  .count = 2,
	  .offset = offsetof(struct all, names) },
	{ .name = "either",
	  .kind = RETIS_IP,
	  .size = 16,
	  .count = 2,
	  .offset = offsetof(struct all, either) },
};

#define N_ALL (sizeof(all_fields) / sizeof(all_fields[0]))

static const struct all all = {
	.u8 = 255,
	.u16 = 65535,
	.u32 = 4294967295,
	.u64 = 18446744073709551615ull,
	.i8 = -128,
	.i64 = INT64_MIN,
	.hex = 255,
	.yes = 2,
	.str = { 'e', 't', 'h', '0' },
	.bytes = { 0, 0, 8 },
	.verdict = -1,
	.odd = -300,
	.ip4 = { 10, 0, 0, 1 },
	.ip6 = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 },
	.mac = { 2, 0, 0, 0, 0, 0xff },
	.ufid = { 1, 2, 3 },
	.names = { "a", "bcd" },
	.either = { { [10] = 0xff, 0xff, 10, 0, 0, 1 }, { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } },
};

Test(json, every_kind)
{
	struct retis_view view = view_of(&all, sizeof(all), 0);
	char reason[160];

	cr_assert_eq(registry_check_fields(all_fields, N_ALL, reason, sizeof(reason)), 0, "%s",
		     reason);
	json_fields(all_fields, N_ALL, &view, &out);
	expect("{\"u8\":255,\"u16\":65535,\"u32\":4294967295,\"u64\":18446744073709551615,"
	       "\"i8\":-128,\"i64\":-9223372036854775808,\"hex\":255,\"yes\":true,\"no\":false,"
	       "\"str\":\"eth0\",\"bytes\":\"AAAI\",\"verdict\":\"continue\",\"odd\":\"-300\","
	       "\"ip4\":\"10.0.0.1\",\"ip6\":\"2001:db8::1\",\"mac\":\"02:00:00:00:00:ff\","
	       "\"ufid\":[1,2,3],\"names\":[\"a\",\"bcd\"],"
	       "\"either\":[\"10.0.0.1\",\"2001:db8::1\"]}");
}

static const struct retis_field line_fields[] = {
	{ .name = "some", .kind = RETIS_LINES, .offset = 0, .size = 4, .present = 1 },
	{ .name = "rest", .kind = RETIS_LINES, .offset = 4 },
};

static void expect_lines(const char *data, uint32_t length, const char *want)
{
	struct retis_view view = view_of(data, length, 1);

	json_fields(line_fields, 2, &view, &out);
	expect(want);
}

Test(json, lines_are_arrays)
{
	char reason[160];

	cr_assert_eq(registry_check_fields(line_fields, 2, reason, sizeof(reason)), 0, "%s",
		     reason);
	expect_lines("", 0, "{}");
	expect_lines("a\n", 2, "{\"some\":[\"a\",\"\"]}");
	expect_lines("\0\0\0\0", 4, "{\"some\":[],\"rest\":[]}");
	expect_lines("a\nb\0x\n\033y\0z", 10,
		     "{\"some\":[\"a\",\"b\"],\"rest\":[\"x\",\"\\u001by\"]}");
	expect_lines("\n\n\n\0abc", 7, "{\"some\":[\"\",\"\",\"\",\"\"],\"rest\":[\"abc\"]}");
}

/* A payload of an older version ends earlier: what lies behind is not there. */
Test(json, fields_beyond_the_payload)
{
	for (uint32_t n = 0; n <= sizeof(all); n++) {
		uint8_t *copy = malloc(n ? n : 1);
		struct retis_view view = view_of(copy, n, 0);

		memcpy(copy, &all, n);
		json_fields(all_fields, N_ALL, &view, &out);
		if (n == 0)
			expect("{}");
		else if (n == 6)
			expect("{\"u8\":255,\"u16\":65535}");
		text_clear(&out);
		free(copy);
	}
}

/* Sections end with the text they end with, not with room for the longest. */
Test(json, texts_that_the_payload_cuts)
{
	const char *const wanted[] = { "{}", "{\"str\":\"e\"}", "{\"str\":\"et\"}" };
	const struct retis_field *str = &all_fields[9];

	for (uint32_t n = 0; n < 3; n++) {
		uint32_t size = str->offset + n;
		uint8_t *copy = malloc(size);
		struct retis_view view = view_of(copy, size, 0);

		memcpy(copy, &all, size);
		json_fields(str, 1, &view, &out);
		expect(wanted[n]);
		free(copy);
	}
}

Test(json, enum_names)
{
	static const struct retis_enum_name names[] = { { 0xffffffff, "max" }, { 7, "a\"" } };
	static const struct retis_field field = {
		.name = "e", .kind = RETIS_ENUM, .size = 4, .names = names, .n_names = 2
	};
	struct retis_view view = view_of(&(uint32_t){ 0xffffffff }, 4, 0);

	json_fields(&field, 1, &view, &out);
	expect("{\"e\":\"max\"}");
	view.data = &(uint32_t){ 7 };
	json_fields(&field, 1, &view, &out);
	expect("{\"e\":\"a\\\"\"}");
}

static const struct retis_field inner[] = {
	{ .name = "src", .kind = RETIS_IP4, .size = 4, .offset = 4 },
	{ .name = "port", .kind = RETIS_UINT, .size = 2, .offset = 8, .present = 2 },
};
static const struct retis_field outer[] = {
	{ .name = "nat", .kind = RETIS_OBJECT, .fields = inner, .n_fields = 2 },
	{ .name = "opt", .kind = RETIS_OBJECT, .fields = inner + 1, .n_fields = 1, .present = 1 },
	{ .name = "len", .kind = RETIS_UINT, .size = 4, .present = 32 },
	{ .name = "rest", .kind = RETIS_BYTES, .offset = 10 },
};

Test(json, optional_fields_and_groups)
{
	static const uint8_t data[] = { 9, 0, 0, 0, 10, 0, 0, 1, 80, 0, 'f', 'o' };
	struct retis_view view = view_of(data, sizeof(data), 0);

	json_fields(outer, 4, &view, &out);
	expect("{\"nat\":{\"src\":\"10.0.0.1\"},\"rest\":\"Zm8=\"}");
	view.present = 0x80000003;
	json_fields(outer, 4, &view, &out);
	expect("{\"nat\":{\"src\":\"10.0.0.1\",\"port\":80},\"opt\":{\"port\":80},\"len\":9,"
	       "\"rest\":\"Zm8=\"}");
	view.present = 1;
	view.length = 4;
	json_fields(outer, 4, &view, &out);
	expect("{\"opt\":{}}");
}

/* Events. */

static const struct retis_field netns_fields[] = {
	{ .name = "cookie", .kind = RETIS_UINT, .size = 8, .present = 1 },
	{ .name = "inum", .kind = RETIS_UINT, .size = 4, .offset = 8 },
};
static const struct retis_section_type netns = {
	.name = "netns", .rank = 90, .fields = netns_fields, .n_fields = 2
};
static const struct retis_section_type early = { .name = "skb-drop", .rank = 60 };
static const struct retis_section_type stack_type = { .name = "stack", .rank = 1 };

static const struct retis_file_probe *const probes[] = {
	&(const struct retis_file_probe){
		.symbol = "net:netif_rx", .type = "raw_tracepoint", .tag = "tp" },
	&(const struct retis_file_probe){
		.symbol = "p:n", .type = "usdt", .tag = "u", .path = "/opt/x/daemon", .ip = 4096 },
	&(const struct retis_file_probe){ .symbol = "a\"\033", .type = "kprobe", .tag = "k" },
	&(const struct retis_file_probe){ 0 },
};

static void frame(const void *arg, uint64_t address, struct retis_text *to)
{
	retis_text_str(to, arg);
	retis_text_str(to, "+0x");
	retis_text_hex(to, address, 1);
}

static const struct printer_stack stack = { .section = 2, .frame = frame, .arg = "f\"" };
static struct event_build build;
static struct record record;
static struct registry registry;

static void expect_event(const char *want)
{
	struct printer printer;

	registry = (struct registry){ 0 };
	registry_add(&registry, &netns, "ns");
	registry_add(&registry, &early, "drop");
	registry_add(&registry, &stack_type, "core");
	printer_init(&printer, &registry, &(struct printer_options){ .json = true });
	printer.stack = &stack;
	cr_assert_eq(printer_set_probes(&printer, probes, 4), 0);
	cr_assert_eq(event_parse(&build, &record), 0);
	cr_assert_eq(printer_event(&printer, &record, PRINTER_ALONE, &out), 0);
	printer_fini(&printer);
	expect(want);
}

#define COMMON                                          \
	"{\"common\":{\"timestamp\":1000,\"smp_id\":2," \
	"\"task\":{\"pid\":10,\"tgid\":11,\"comm\":\"nginx\"}"

Test(json, event_in_upstream_order)
{
	uint8_t data[12] = { 16, [8] = 1 };

	event_start(&build);
	event_present(event_add(&build, 0, data, 12), 1);
	event_add(&build, 1, "", 0);
	expect_event(COMMON "},\"kernel\":{\"symbol\":\"net:netif_rx\","
			    "\"probe_type\":\"raw_tracepoint\"},\"skb-drop\":{},"
			    "\"netns\":{\"cookie\":16,\"inum\":1}}\n");
}

Test(json, event_with_stack)
{
	event_start(&build);
	event_add(&build, 2, (uint64_t[]){ 0x1f, 0 }, 16);
	expect_event(COMMON "},\"kernel\":{\"symbol\":\"net:netif_rx\","
			    "\"probe_type\":\"raw_tracepoint\","
			    "\"stack_trace\":[\"f\\\"+0x1f\",\"f\\\"+0x0\"]}}\n");
	event_start(&build);
	event_add(&build, 2, "abcd", 4);
	expect_event(COMMON "},\"kernel\":{\"symbol\":\"net:netif_rx\","
			    "\"probe_type\":\"raw_tracepoint\"}}\n");
}

Test(json, events_without_a_kernel_probe)
{
	event_start(&build);
	event_header(&build)->probe = 1;
	expect_event(COMMON
		     "},\"userspace\":{\"probe_type\":\"usdt\",\"symbol\":\"p:n\",\"ip\":4096,"
		     "\"path\":\"/opt/x/daemon\",\"pid\":10,\"tid\":11}}\n");
	event_header(&build)->probe = RECORD_NO_PROBE;
	expect_event(COMMON "}}\n");
}

Test(json, event_of_a_strange_probe)
{
	event_start(&build);
	event_header(&build)->probe = 2;
	expect_event(COMMON
		     "},\"kernel\":{\"symbol\":\"a\\\"\\u001b\",\"probe_type\":\"kprobe\"}}\n");
	event_header(&build)->probe = 3;
	expect_event(COMMON "},\"kernel\":{\"symbol\":\"\",\"probe_type\":\"\"}}\n");
	event_header(&build)->probe = 4;
	expect_event(COMMON "},\"kernel\":{\"symbol\":\"probe 4\",\"probe_type\":\"invalid\"}}\n");
}

Test(json, event_says_what_is_missing)
{
	event_start(&build);
	event_header(&build)->missing = 3;
	event_header(&build)->lost = 4294967295u;
	event_add(&build, 1, "", 0);
	event_add(&build, 1, "", 0);
	event_add(&build, 77, "", 0);
	expect_event(COMMON ",\"missing\":3,\"lost\":4294967295,\"unknown\":1,\"repeated\":1},"
			    "\"kernel\":{\"symbol\":\"net:netif_rx\","
			    "\"probe_type\":\"raw_tracepoint\"},\"skb-drop\":{}}\n");
}
