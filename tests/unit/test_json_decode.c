/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Payloads out of JSON: what was written comes back, what is wrong does not. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>

#include "core/event/buffer.h"
#include "core/event/json.h"
#include "core/event/json_decode.h"
#include "core/event/registry.h"
#include "core/names/tables.h"
#include "tests/unit/event_build.h"

struct all {
	uint64_t u64;
	int64_t i64;
	uint32_t u32;
	int32_t i32;
	uint16_t u16;
	int16_t verdict;
	uint8_t u8;
	int8_t i8;
	uint8_t yes;
	char name[5];
	uint8_t bytes[3];
	uint8_t ip4[4];
	uint8_t ip6[16];
	uint8_t mac[6];
	uint32_t ufid[4];
	uint16_t port;
	uint16_t id;
	uint8_t either[16];
};

static const struct retis_enum_name verdicts[] = {
	{ -1, "continue" }, { 0, "drop" }, { 1, "accept" }, { 40000, "high" }
};

static const struct retis_field group[] = {
	RETIS_FIELD(struct all, u16, RETIS_UINT),
	RETIS_FIELD(struct all, verdict, RETIS_ENUM, .names = verdicts, .n_names = 4),
};
static const struct retis_field tcp[] = { RETIS_FIELD(struct all, port, RETIS_UINT) };
static const struct retis_field icmp[] = { RETIS_FIELD(struct all, id, RETIS_UINT) };

#define GROUP(NAME, TABLE, PRESENT)                                                            \
	{                                                                                      \
		.name = (NAME), .kind = RETIS_OBJECT, .present = (PRESENT), .fields = (TABLE), \
		.n_fields = sizeof(TABLE) / sizeof((TABLE)[0])                                 \
	}

static const struct retis_field fields[] = {
	RETIS_FIELD(struct all, u64, RETIS_UINT),
	RETIS_FIELD(struct all, i64, RETIS_INT, .present = 1),
	RETIS_FIELD(struct all, u32, RETIS_HEX),
	RETIS_FIELD(struct all, i32, RETIS_INT),
	GROUP("group", group, 0),
	RETIS_FIELD(struct all, u8, RETIS_UINT, .present = 32),
	RETIS_FIELD(struct all, i8, RETIS_INT),
	RETIS_FIELD(struct all, yes, RETIS_BOOL),
	RETIS_FIELD(struct all, name, RETIS_STRING),
	RETIS_FIELD(struct all, bytes, RETIS_BYTES),
	RETIS_FIELD(struct all, ip4, RETIS_IP4, .present = 2),
	RETIS_FIELD(struct all, ip6, RETIS_IP6),
	RETIS_FIELD(struct all, mac, RETIS_MAC),
	{ .name = "ufid",
	  .kind = RETIS_UINT,
	  .offset = offsetof(struct all, ufid),
	  .size = 4,
	  .count = 4 },
	GROUP("tcp", tcp, 3),
	GROUP("icmp", icmp, 4),
	RETIS_FIELD(struct all, either, RETIS_IP, .present = 5),
};

#define N_FIELDS (sizeof(fields) / sizeof(fields[0]))

static struct retis_text first, second;
static _Alignas(8) uint8_t payload[RETIS_EVENT_MAX];

static void setup(void)
{
	cr_assert_eq(text_init(&first, 64), 0);
	cr_assert_eq(text_init(&second, 64), 0);
}

static void teardown(void)
{
	text_fini(&first);
	text_fini(&second);
}

TestSuite(json_decode, .init = setup, .fini = teardown);

static int decode_with(const struct retis_field *table, uint32_t n, const char *text, size_t length,
		       struct decoded *d)
{
	struct json_cursor c = json_cursor(text, length);
	struct decode_table *t = decode_table_new(table, n);
	int err;

	cr_assert_not_null(t);
	*d = (struct decoded){ .data = payload, .capacity = sizeof(payload) };
	err = json_decode(t, &c, d);
	free(t);
	cr_assert(!c.bad && c.at == text + length, "%.*s", (int)length, text);
	return err;
}

static int decode(const char *text, struct decoded *d)
{
	return decode_with(fields, N_FIELDS, text, strlen(text), d);
}

/* To JSON, back, and to JSON again: the same. */
static void round_trip(const void *data, uint32_t length, uint32_t present)
{
	struct retis_view view = view_of(data, length, present);
	struct decoded d;

	text_clear(&first);
	text_clear(&second);
	json_fields(fields, N_FIELDS, &view, &first);
	cr_assert_eq(decode_with(fields, N_FIELDS, first.data, first.length, &d), 0, "%.*s",
		     (int)first.length, first.data);
	view = view_of(payload, d.length, d.present);
	json_fields(fields, N_FIELDS, &view, &second);
	cr_assert(first.length == second.length && !memcmp(first.data, second.data, first.length),
		  "%.*s\n%.*s", (int)first.length, first.data, (int)second.length, second.data);
}

Test(json_decode, any_section_comes_back)
{
	uint64_t seed = 88172645463325252ull;
	struct all all;
	char reason[128];

	cr_assert_eq(registry_check_fields(fields, N_FIELDS, reason, sizeof(reason)), 0, "%s",
		     reason);
	for (int i = 0; i < 20000; i++) {
		uint8_t *bytes = (uint8_t *)&all;
		uint32_t length = sizeof(all);

		for (size_t j = 0; j < sizeof(all); j++) {
			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			bytes[j] = (uint8_t)seed;
		}
		/* Text that is no UTF-8 does not come back; that is tested elsewhere. */
		for (size_t j = 0; j < sizeof(all.name); j++)
			all.name[j] &= 0x7f;
		if (seed >> 60 & 1)
			all.verdict = (int16_t)(seed >> 32 & 1) - 1;
		if (seed >> 61 & 1)
			length = (uint32_t)(seed >> 8) % sizeof(all);
		round_trip(&all, length, (uint32_t)(seed >> 24));
	}
}

Test(json_decode, a_whole_section_is_a_whole_struct)
{
	static const char text[] =
		"{\"u64\":1,\"u32\":2,\"i32\":-3,\"group\":{\"u16\":4,\"verdict\":\"continue\"},"
		"\"i8\":-5,\"yes\":true,\"name\":\"eth0\",\"bytes\":\"AQID\",\"ip6\":\"::1\","
		"\"mac\":\"02:00:00:00:00:0f\",\"ufid\":[1,2,3,4],\"extra\":{\"x\":[1]},\"i64\":"
		"null}";
	const struct all *all = (const struct all *)payload;
	struct decoded d;

	cr_assert_eq(decode(text, &d), 0);
	cr_assert_geq(d.length, sizeof(struct all));
	cr_assert_eq(d.present, 0);
	cr_assert_null(d.missing);
	cr_assert(all->u64 == 1 && all->u32 == 2 && all->i32 == -3 && all->u16 == 4);
	cr_assert(all->verdict == -1 && all->i8 == -5 && all->yes == 1);
	cr_assert_str_eq(all->name, "eth0");
	cr_assert(all->bytes[2] == 3 && all->ip6[15] == 1 && all->mac[5] == 15 &&
		  all->ufid[3] == 4);
}

Test(json_decode, what_is_missing_is_named)
{
	struct decoded d;

	cr_assert_eq(decode("{\"u64\":1}", &d), 0);
	cr_assert_str_eq(d.missing, "u32");
	/* Nothing behind it is made up. */
	cr_assert_eq(d.length, 8);
	cr_assert_eq(decode("{}", &d), 0);
	cr_assert_eq(d.length, 0);
}

Test(json_decode, presence)
{
	struct decoded d;

	cr_assert_eq(decode("{\"i64\":1,\"u8\":0,\"icmp\":{\"id\":1}}", &d), 0);
	cr_assert_eq(d.present, 1u | 1u << 31 | 1u << 3);
}

Test(json_decode, addresses_of_either_family)
{
	static const uint8_t v4[16] = { [10] = 0xff, 0xff, 10, 0, 0, 1 }, v6[16] = { [15] = 1 };
	const struct all *all = (const struct all *)payload;
	struct decoded d;

	cr_assert_eq(decode("{\"either\":\"10.0.0.1\"}", &d), 0);
	cr_assert(!memcmp(all->either, v4, 16));
	cr_assert_eq(decode("{\"either\":\"::1\"}", &d), 0);
	cr_assert(!memcmp(all->either, v6, 16));
}

static void expect_error(const char *text, int want, const char *field)
{
	struct decoded d;

	cr_assert_eq(decode(text, &d), want, "%s", text);
	cr_assert_str_eq(d.failed ? d.failed->name : "", field, "%s", text);
}

Test(json_decode, values_that_do_not_fit)
{
	expect_error("{\"u64\":18446744073709551616}", -ERANGE, "u64");
	expect_error("{\"u32\":4294967296}", -ERANGE, "u32");
	expect_error("{\"u32\":-1}", -ERANGE, "u32");
	expect_error("{\"i32\":2147483648}", -ERANGE, "i32");
	expect_error("{\"i32\":-2147483649}", -ERANGE, "i32");
	expect_error("{\"i8\":128}", -ERANGE, "i8");
	expect_error("{\"i8\":-129}", -ERANGE, "i8");
	expect_error("{\"u8\":256}", -ERANGE, "u8");
	expect_error("{\"name\":\"longer\"}", -ERANGE, "name");
	expect_error("{\"bytes\":\"AQIDBA==\"}", -ERANGE, "bytes");
	expect_error("{\"bytes\":\"AQI=\"}", -ERANGE, "bytes");
	expect_error("{\"ufid\":[1,2,3]}", -ERANGE, "ufid");
	expect_error("{\"ufid\":[1,2,3,4,5]}", -ERANGE, "ufid");
	expect_error("{\"group\":{\"verdict\":\"70000\"}}", -ERANGE, "verdict");
}

Test(json_decode, values_of_the_wrong_kind)
{
	expect_error("[]", -EINVAL, "");
	expect_error("{\"u64\":1.5}", -EINVAL, "u64");
	expect_error("{\"u64\":\"1\"}", -EINVAL, "u64");
	expect_error("{\"yes\":1}", -EINVAL, "yes");
	expect_error("{\"name\":1}", -EINVAL, "name");
	expect_error("{\"bytes\":\"A\"}", -EINVAL, "bytes");
	expect_error("{\"bytes\":\"AQ=D\"}", -EINVAL, "bytes");
	expect_error("{\"ip4\":\"1.2.3\"}", -EINVAL, "ip4");
	expect_error("{\"ip6\":\"1.2.3.4\"}", -EINVAL, "ip6");
	expect_error("{\"either\":\"1.2.3\"}", -EINVAL, "either");
	expect_error("{\"either\":\"ffff:1.2.3.4\"}", -EINVAL, "either");
	expect_error("{\"mac\":\"02:00:00:00:00\"}", -EINVAL, "mac");
	expect_error("{\"mac\":\"02:00:00:00:00:0g\"}", -EINVAL, "mac");
	expect_error("{\"mac\":\"02:00:00:00:00:+1\"}", -EINVAL, "mac");
	expect_error("{\"ufid\":1}", -EINVAL, "ufid");
	expect_error("{\"group\":1}", -EINVAL, "group");
	expect_error("{\"group\":{\"verdict\":\"maybe\"}}", -EINVAL, "verdict");
}

Test(json_decode, enums_by_name_and_by_number)
{
	const struct all *all = (const struct all *)payload;
	static const struct {
		const char *text;
		int16_t want;
	} values[] = { { "\"drop\"", 0 },      { "\"accept\"", 1 },
		       { "\"-7\"", -7 },       { "5", 5 },
		       { "\"5\"", 5 },	       { "-1", -1 },
		       { "\"high\"", -25536 }, { "40000", -25536 } };
	char text[64];
	struct decoded d;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		snprintf(text, sizeof(text), "{\"group\":{\"verdict\":%s}}", values[i].text);
		cr_assert_eq(decode(text, &d), 0, "%s", text);
		cr_assert_eq(all->verdict, values[i].want, "%s", text);
	}
}

static const struct retis_field packet_fields[] = {
	{ .name = "len", .kind = RETIS_UINT, .offset = 0, .size = 4 },
	{ .name = "data", .kind = RETIS_BYTES, .offset = 4 },
};

Test(json_decode, bytes_to_the_end)
{
	static const char *const texts[] = { "{\"len\":9,\"data\":\"+//+/w==\"}",
					     "{\"data\":\"+\\/\\/+\\/w==\",\"len\":9}" };
	struct decoded d;

	for (size_t i = 0; i < 2; i++) {
		cr_assert_eq(decode_with(packet_fields, 2, texts[i], strlen(texts[i]), &d), 0);
		cr_assert_eq(d.length, 8);
		cr_assert_eq(memcmp(payload + 4, "\xfb\xff\xfe\xff", 4), 0);
	}
}

Test(json_decode, more_than_an_event_can_hold)
{
	size_t n = 4 * RETIS_EVENT_MAX;
	char *text = malloc(n + 32);
	struct decoded d;
	int used = snprintf(text, 32, "{\"len\":1,\"data\":\"");

	memset(text + used, 'A', n);
	memcpy(text + used + n, "\"}", 2);
	cr_assert_eq(decode_with(packet_fields, 2, text, (size_t)used + n + 2, &d), -ENOSPC);
	free(text);
}

static const struct retis_field text_field[] = { { .name = "json", .kind = RETIS_JSON } };

Test(json_decode, what_no_table_describes_stays_as_it_is)
{
	static const char text[] = "{\"a\":[18446744073709551615,{\"b\":\"\\u00e9\"}],\"c\":null}";
	struct retis_view view;
	struct decoded d;
	char reason[128];

	cr_assert_eq(registry_check_fields(text_field, 1, reason, sizeof(reason)), 0);
	cr_assert_eq(decode_with(text_field, 1, text, strlen(text), &d), 0);
	view = view_of(payload, d.length, 0);
	json_fields(text_field, 1, &view, &first);
	cr_assert_eq(first.length, strlen(text));
	cr_assert_eq(memcmp(first.data, text, first.length), 0);
}

static const struct retis_field line_fields[] = {
	{ .name = "some", .kind = RETIS_LINES, .offset = 0, .size = 4 },
	{ .name = "rest", .kind = RETIS_LINES, .offset = 4 },
};

static void lines(const char *text, const char *want, uint32_t length)
{
	struct decoded d;

	cr_assert_eq(decode_with(line_fields, 2, text, strlen(text), &d), 0, "%s", text);
	cr_assert_eq(d.length, length, "%s: %u", text, d.length);
	cr_assert_eq(memcmp(payload, want, length), 0, "%s", text);
}

Test(json_decode, lines)
{
	struct decoded d;

	lines("{\"some\":[],\"rest\":[]}", "\0\0\0\0", 4);
	lines("{\"some\":[\"a\",\"bc\"],\"rest\":[\"x\",\"\",\"y\"]}", "a\nbcx\n\ny", 8);
	lines("{\"rest\":[\"x\"]}", "\0\0\0\0x", 5);
	for (int i = 0; i < 3; i++) {
		static const char *const bad[] = { "{\"some\":[\"a\",\"bcd\"]}",
						   "{\"some\":[\"abcd\",\"\"]}",
						   "{\"some\":\"abc\"}" };

		cr_assert_neq(decode_with(line_fields, 2, bad[i], strlen(bad[i]), &d), 0, "%s",
			      bad[i]);
	}
	cr_assert_eq(decode_with(line_fields, 2, "{\"rest\":[1]}", 12, &d), -EINVAL);
}

/* Such a payload may come out of a hostile file. */
Test(json_decode, text_that_is_no_json_does_not_get_out)
{
	static const char *const texts[] = { "{\"a\":", "[1]", "{\"a\":\"\x1b[2J\"}", "", "{}}" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct retis_view view = view_of(texts[i], (uint32_t)strlen(texts[i]), 0);

		text_clear(&first);
		json_fields(text_field, 1, &view, &first);
		cr_assert_eq(first.length, 2, "%s", texts[i]);
	}
}

Test(json_decode, names_that_all_meet_end)
{
	static const struct retis_field table[] = {
		RETIS_FIELD(struct all, u16, RETIS_ENUM, .names_from = "made"),
	};
	struct decode_table *t = decode_table_new(table, 1);
	struct name_tables made = { 0 };
	struct decoded d;
	char text[32];
	int err = 0;

	for (int i = 0; i < 20000 && !err; i++) {
		struct json_cursor c = json_cursor(text, sizeof(text));

		c.end = text + snprintf(text, sizeof(text), "{\"u16\":\"name %d\"}", i);
		d = (struct decoded){ .data = payload, .capacity = sizeof(payload), .made = &made };
		err = json_decode(t, &c, &d);
	}
	cr_assert_neq(err, 0);
	name_tables_fini(&made);
	free(t);
}
