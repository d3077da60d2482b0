/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What counts as JSON, and what its values are. */
#include <criterion/criterion.h>
#include <errno.h>

#include "core/json/expect.h"

static bool valid(const char *text)
{
	struct json v;

	return !json_check(text, strlen(text), &v, NULL);
}

Test(json_parse, takes_what_the_rfc_takes)
{
	static const char *const good[] = {
		"null",		"true",
		"false",	"0",
		"-0",		"12.5e-7",
		"1E+2",		"\"\"",
		"\"\\u12aF\"",	"[]",
		"{}",		" [ 1 , 2 ] ",
		"[[],{}]",	"{\"a\":[{\"b\":null}],\"c\":{}}",
		"\"\x7f\xff\"",
	};
	static const char *const bad[] = {
		"",	      "nul",   "tru e",	 "01",	      "-",	 "1.",		"1e",
		".5",	      "+1",    "\"",	 "\"\n\"",    "\"\\x\"", "\"\\u12g4\"", "[",
		"]",	      "[1,]",  "[,1]",	 "[1 2]",     "{",	 "{\"a\"}",	"{\"a\":}",
		"{\"a\":1,}", "{a:1}", "{1:1}",	 "{\"a\":1]", "[1}",	 "1 2",		"{}{}",
		"'a'",	      "[1]x",  "\"a\"b", "NaN",
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		cr_assert(valid(good[i]), "%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_not(valid(bad[i]), "%s", bad[i]);
}

Test(json_parse, depth_has_a_limit)
{
	char text[2 * (JSON_DEPTH_MAX + 1) + 1];
	size_t n = JSON_DEPTH_MAX;

	memset(text, '[', n);
	memset(text + n, ']', n);
	text[2 * n] = '\0';
	cr_assert(valid(text));
	n++;
	memset(text, '[', n);
	memset(text + n, ']', n);
	text[2 * n] = '\0';
	cr_assert_not(valid(text));
}

Test(json_parse, says_where_it_fails)
{
	struct json v;
	size_t where;

	cr_assert_eq(json_check("{\"a\":1,\"b\":x}", 13, &v, &where), -EBADMSG);
	cr_assert_eq(where, 11);
}

/* A text that ends anywhere is never valid, and never read beyond its end. */
Test(json_parse, every_cut_is_noticed)
{
	static const char whole[] =
		"{\"a\":[1,-2.5e3,\"x\\u0041\\\\\"],\"b\":{\"c\":null,\"d\":true}}";

	for (size_t n = 0; n < sizeof(whole) - 1; n++) {
		char *cut = malloc(n ? n : 1);
		struct json v;

		memcpy(cut, whole, n);
		cr_assert_eq(json_check(cut, n, &v, NULL), -EBADMSG, "%zu", n);
		free(cut);
	}
}

static struct json parse(const char *text)
{
	struct json v;

	cr_assert_eq(json_check(text, strlen(text), &v, NULL), 0, "%s", text);
	return v;
}

Test(json_parse, members_and_elements)
{
	struct json object = parse(" {\"a\" : 1 , \"b\" : [ 2, \"]\" ] ,\"c\":{\"}\":3}}");
	struct json_cursor c = json_within(object);
	struct json key, value;

	cr_assert(json_next_member(&c, &key, &value));
	cr_assert(json_key_is(key, "a"));
	cr_assert_eq(value.length, 1);
	cr_assert(json_next_member(&c, &key, &value));
	cr_assert_eq(json_kind(value), JSON_ARRAY);
	c = json_within(value);
	cr_assert(json_next_element(&c, &value));
	cr_assert(json_next_element(&c, &value));
	cr_assert_eq(json_kind(value), JSON_STRING);
	cr_assert_not(json_next_element(&c, &value));
	cr_assert(json_find(object, "c", &value));
	cr_assert(json_find(value, "}", &value));
	cr_assert_not(json_find(object, "d", &value));
}

Test(json_parse, integers_are_exact)
{
	uint64_t u;
	int64_t i;

	cr_assert_eq(json_uint(parse("18446744073709551615"), &u), 0);
	cr_assert_eq(u, UINT64_MAX);
	cr_assert_eq(json_uint(parse("18446744073709551616"), &u), -ERANGE);
	cr_assert_eq(json_uint(parse("-1"), &u), -ERANGE);
	cr_assert_eq(json_uint(parse("1.0"), &u), -EINVAL);
	cr_assert_eq(json_uint(parse("\"1\""), &u), -EINVAL);
	cr_assert_eq(json_int(parse("-9223372036854775808"), &i), 0);
	cr_assert_eq(i, INT64_MIN);
	cr_assert_eq(json_int(parse("9223372036854775807"), &i), 0);
	cr_assert_eq(i, INT64_MAX);
	cr_assert_eq(json_int(parse("9223372036854775808"), &i), -ERANGE);
	cr_assert_eq(json_int(parse("-9223372036854775809"), &i), -ERANGE);
}

static void expect_text(const char *json, const char *want)
{
	char text[64];
	int n = json_text(parse(json), text, sizeof(text));

	cr_assert_eq(n, (int)strlen(want), "%s", json);
	cr_assert_str_eq(text, want);
}

Test(json_parse, strings)
{
	char text[4];

	expect_text("\"\"", "");
	expect_text("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "a\"\\/\b\f\n\r\t");
	expect_text("\"\\u0041\\u00fc\\u20ac\\ud83d\\udc27\"",
		    "A\xc3\xbc\xe2\x82\xac\xf0\x9f\x90\xa7");
	expect_text("\"\\u0000\\ud83dx\\udc27\"", "\xef\xbf\xbd\xef\xbf\xbdx\xef\xbf\xbd");
	cr_assert_eq(json_text(parse("\"abc\""), text, sizeof(text)), 3);
	cr_assert_eq(json_text(parse("\"abcd\""), text, sizeof(text)), -ENOSPC);
	cr_assert_eq(json_text(parse("7"), text, sizeof(text)), -EINVAL);
}

/* Keys in order and written as usual, and all else, are the same to a reader. */
Test(json_parse, keys_are_found_in_any_order_and_spelling)
{
	static const struct json_name names[] = { JSON_NAME("a"), JSON_NAME("long_enough_x"),
						  JSON_NAME("c") };
	static const char *const texts[] = {
		"{\"a\":1,\"long_enough_x\":2,\"c\":3}",
		" { \"a\" : 1 , \"long_enough_x\" : 2 , \"c\" : 3 } ",
		"{\"c\":3,\"a\":1,\"x\":[4,{}],\"long_enough_x\":2}",
		"{\"ab\":7,\"a\":1,\"\":8,\"long_enough_xx\":9,\"long_enough_x\":2,\"c\":3  }",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct json_cursor c = json_cursor(texts[i], strlen(texts[i]));
		uint64_t found[4] = { 0 };
		int key, expected = 0;

		cr_assert(json_open(&c, JSON_OBJECT));
		while ((key = json_key_of(&c, names, 3, &expected)) >= 0)
			if (json_take_uint(&c, &found[key]))
				found[3] = 0;
		cr_assert_not(c.bad, "%s", texts[i]);
		cr_assert(found[0] == 1 && found[1] == 2 && found[2] == 3, "%s", texts[i]);
	}
}

Test(json_parse, long_and_hostile_keys_are_not_compared_in_words)
{
	static const char nul[] = "{\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0:1}";
	struct json_cursor c = json_cursor(nul, sizeof(nul) - 1);
	struct json_name name;
	int expected = 0;

	json_name_init(&name, "longer_than_words_are");
	cr_assert_eq(name.length, 0);
	cr_assert(json_open(&c, JSON_OBJECT));
	cr_assert_eq(json_key_of(&c, &name, 1, &expected), -1);
	cr_assert(c.bad);
}

static int take_uint(const char *text, uint64_t *u, bool *bad)
{
	struct json_cursor c = json_cursor(text, strlen(text));
	int err;

	cr_assert(json_open(&c, JSON_ARRAY) && json_element(&c));
	err = json_take_uint(&c, u);
	while (json_element(&c))
		json_take(&c);
	*bad = c.bad;
	return err;
}

Test(json_parse, numbers_are_checked_where_they_are_taken)
{
	static const char *const bad[] = { "[01]", "[1x]", "[1 2]", "[1", "[-]", "[1.]", "[1,]" };
	uint64_t u;
	bool is_bad;

	cr_assert_eq(take_uint("[18446744073709551615]", &u, &is_bad), 0);
	cr_assert(u == UINT64_MAX && !is_bad);
	cr_assert_eq(take_uint("[ 9999999999999999999 ]", &u, &is_bad), 0);
	cr_assert(u == 9999999999999999999u && !is_bad);
	cr_assert_eq(take_uint("[18446744073709551616,1]", &u, &is_bad), -ERANGE);
	cr_assert_not(is_bad);
	cr_assert_eq(take_uint("[1e3]", &u, &is_bad), -EINVAL);
	cr_assert_not(is_bad);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		take_uint(bad[i], &u, &is_bad);
		cr_assert(is_bad, "%s", bad[i]);
	}
}
