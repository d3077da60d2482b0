/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What counts as JSON, and what its values are. */
#include <criterion/criterion.h>
#include <errno.h>

#include "core/json/parse.h"

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
	struct json_iter iter = json_iter(object);
	struct json key, value;

	cr_assert(json_next_member(&iter, &key, &value));
	cr_assert(json_key_is(key, "a"));
	cr_assert_eq(value.length, 1);
	cr_assert(json_next_member(&iter, &key, &value));
	cr_assert_eq(json_kind(value), JSON_ARRAY);
	iter = json_iter(value);
	cr_assert(json_next_element(&iter, &value));
	cr_assert(json_next_element(&iter, &value));
	cr_assert_eq(json_kind(value), JSON_STRING);
	cr_assert_not(json_next_element(&iter, &value));
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
