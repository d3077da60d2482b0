/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the instructions of metadata filters do, on machines of both byte orders.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/meta_private.h"
#include "meta_cases.h"
#include "meta_run.h"

static struct meta_btf world;

static void open_world(void)
{
	meta_btf_init(&world);
}

static void close_world(void)
{
	meta_btf_fini(&world);
}

TestSuite(meta_run, .init = open_world, .fini = close_world);

static struct splice_code compile(const char *text, bool big)
{
	struct splice_code code = { 0 };
	struct meta_filter f = { 0 };
	struct meta_why why = { 0 };

	cr_assert_eq(meta_parse(text, &f, &why), 0, "%.200s: %s", text, why.text);
	cr_assert_eq(meta_resolve(&f, &world.types, &why), 0, "%.200s: %s", text, why.text);
	cr_assert_eq(meta_emit(&f, false, big, &code, &why), 0, "%.200s: %s", text, why.text);
	meta_filter_fini(&f);
	return code;
}

static void run_cases(bool big)
{
	struct meta_machine m;

	for (size_t i = 0; i < sizeof(meta_cases) / sizeof(meta_cases[0]); i++) {
		struct splice_code code = compile(meta_cases[i].filter, big);

		meta_machine_init(&m, big);
		cr_expect_eq(meta_run(&m, &code, META_BASE), meta_cases[i].matches, "%s",
			     meta_cases[i].filter);
		cr_expect_eq(meta_run(&m, &code, 0), 0, "%s without an skb", meta_cases[i].filter);
		splice_code_fini(&code);
	}
}

Test(meta_run, little_endian)
{
	run_cases(false);
}

Test(meta_run, big_endian)
{
	run_cases(true);
}

Test(meta_run, only_what_decides_is_read)
{
	static const struct {
		const char *filter;
		unsigned int reads;
	} cases[] = {
		{ "sk_buff.off and sk_buff.on", 1 },
		{ "sk_buff.on or sk_buff.off", 1 },
		{ "sk_buff.on and sk_buff.on", 2 },
		{ "(sk_buff.on or sk_buff.off) and sk_buff.off or sk_buff.on", 3 },
		{ "sk_buff.off and (sk_buff.on or sk_buff.on or sk_buff.on)", 1 },
		{ "sk_buff.next.ifindex or sk_buff.on", 2 },
		{ "sk_buff.dev.ifindex", 2 },
		{ "sk_buff.embedded.net.inum", 2 },
	};
	struct meta_machine m;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct splice_code code = compile(cases[i].filter, false);

		meta_machine_init(&m, false);
		meta_run(&m, &code, META_BASE);
		cr_expect_eq(m.reads, cases[i].reads, "%s: %u", cases[i].filter, m.reads);
		splice_code_fini(&code);
	}
}

/* --- any expression -------------------------------------------------------- */

struct expression {
	char text[4096];
	size_t used;
	unsigned int seed;
};

static unsigned int draw(struct expression *x, unsigned int n)
{
	x->seed = x->seed * 1103515245 + 12345;
	return (x->seed >> 16) % n;
}

static void write_text(struct expression *x, const char *s)
{
	size_t n = strlen(s);

	cr_assert_lt(x->used + n, sizeof(x->text));
	memcpy(x->text + x->used, s, n + 1);
	x->used += n;
}

/* Writes an expression, and says what it is. */
static bool write_expression(struct expression *x, unsigned int depth);

static bool write_operand(struct expression *x, unsigned int depth)
{
	static const struct meta_case terms[] = {
		{ "sk_buff.on", true },
		{ "sk_buff.off", false },
		{ "sk_buff.next.ifindex != 7", false },
		{ "sk_buff.dev.name == 'eth0'", true },
		{ "sk_buff.dev.name != 'eth0'", false },
		{ "sk_buff.text != 'x'", true },
		{ "sk_buff.name16 == '0123456789abcdefghi'", false },
		{ "sk_buff.mark <= 0x80000001", true },
	};
	unsigned int i = draw(x, sizeof(terms) / sizeof(terms[0]));
	bool value;

	if (depth && draw(x, 3) == 0) {
		write_text(x, "(");
		value = write_expression(x, depth - 1);
		write_text(x, ")");
		return value;
	}
	write_text(x, terms[i].filter);
	return terms[i].matches;
}

static bool write_expression(struct expression *x, unsigned int depth)
{
	static const char *const words[] = { " and ", " or ", "&&", "||" };
	bool value = write_operand(x, depth);

	for (unsigned int n = draw(x, 4); n; n--) {
		unsigned int word = draw(x, 4);
		bool right;

		write_text(x, words[word]);
		right = write_operand(x, depth);
		value = word % 2 ? value || right : value && right;
	}
	return value;
}

Test(meta_run, any_expression)
{
	struct meta_machine m;

	meta_machine_init(&m, false);
	for (unsigned int i = 0; i < 2000; i++) {
		struct expression x = { .seed = i };
		bool expected = write_expression(&x, 4);
		struct splice_code code = compile(x.text, false);

		cr_assert_eq(meta_run(&m, &code, META_BASE), expected, "%s", x.text);
		splice_code_fini(&code);
	}
}

/* --- long filters ---------------------------------------------------------- */

static char *repeat(const char *start, const char *s, size_t n, const char *end)
{
	size_t length = strlen(s), first = strlen(start);
	char *text = malloc(first + n * length + strlen(end) + 1);

	cr_assert(text);
	memcpy(text, start, first);
	for (size_t i = 0; i < n; i++)
		memcpy(text + first + i * length, s, length);
	memcpy(text + first + n * length, end, strlen(end) + 1);
	return text;
}

Test(meta_run, many_terms)
{
	char *text = repeat("", "sk_buff.mark == 1 or ", 2000, "sk_buff.on");
	struct splice_code code = compile(text, false);
	struct meta_machine m;

	meta_machine_init(&m, false);
	cr_expect_eq(meta_run(&m, &code, META_BASE), 1);
	cr_expect_eq(m.reads, 2001);
	splice_code_fini(&code);
	free(text);
}

Test(meta_run, many_parentheses)
{
	char *inner = repeat("", "(", 50000, "sk_buff.on");
	char *text = repeat(inner, ")", 50000, " and sk_buff.off");
	struct splice_code code = compile(text, false);
	struct meta_machine m;

	meta_machine_init(&m, false);
	cr_expect_eq(meta_run(&m, &code, META_BASE), 0);
	splice_code_fini(&code);
	free(inner);
	free(text);
}

Test(meta_run, too_many_terms)
{
	char *text = repeat("", "sk_buff.mark == 1 and ", 6000, "sk_buff.on");
	struct splice_code code = { 0 };
	struct meta_why why = { 0 };

	cr_expect_eq(meta_filter_compile(text, &world.types, &code, &why), -E2BIG);
	cr_expect(strstr(why.text, "the filter is too long: 6001 terms"), "%s", why.text);
	cr_expect_null(code.insns);
	free(text);
}
