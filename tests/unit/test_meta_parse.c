/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Metadata filters as people type them: what is one, and what is said of others. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/meta_private.h"

static struct meta_why why;

/* Where a term leads to: its index, or "yes" and "no". */
static void write_exit(FILE *out, const struct meta_filter *f, size_t to)
{
	if (to == meta_match(f))
		fputs("yes", out);
	else if (to == meta_reject(f))
		fputs("no", out);
	else
		fprintf(out, "%zu", to);
}

static void write_term(FILE *out, const struct meta_filter *f, const struct meta_term *t)
{
	static const char *const ops[META_OPS] = { "==", "!=", ">", "<=", ">=", "<" };

	for (size_t i = 0; i < t->n_steps; i++) {
		const struct meta_step *s = &f->steps[t->first_step + i];

		fprintf(out, ".%.*s", (int)s->length, s->name);
		if (s->has_mask)
			fprintf(out, ":%llx", (unsigned long long)s->mask);
		if (s->cast)
			fprintf(out, ":%.*s", (int)s->cast_length, s->cast);
	}
	if (t->value == META_STRING)
		fprintf(out, "%s[%.*s]", ops[t->op], (int)t->string_length, t->string);
	else if (t->value == META_WORD)
		fprintf(out, "%s<%.*s>", ops[t->op], (int)t->string_length, t->string);
	else if (t->value == META_ADDRESS)
		fprintf(out, "%s(%u/%u)", ops[t->op], t->address.size, t->address.bits);
	else
		fprintf(out, "%s%s%llu", ops[t->op], t->negative ? "-" : "",
			(unsigned long long)(t->negative ? -t->number : t->number));
	fputc('?', out);
	write_exit(out, f, t->next[true]);
	fputc(':', out);
	write_exit(out, f, t->next[false]);
}

static void accept(const char *text, const char *terms)
{
	struct meta_filter f = { 0 };
	char *got = NULL;
	size_t size;
	FILE *out = open_memstream(&got, &size);

	cr_assert(out);
	cr_assert_eq(meta_parse(text, &f, &why), 0, "%s: %s", text, why.text);
	for (size_t i = 0; i < f.n_terms; i++) {
		fputs(i ? " " : "", out);
		write_term(out, &f, &f.terms[i]);
	}
	fclose(out);
	cr_expect_str_eq(got, terms, "%s: %s, not %s", text, got, terms);
	free(got);
	meta_filter_fini(&f);
}

static void refuse(const char *text, size_t column, const char *reason)
{
	struct meta_filter f = { 0 };

	why = (struct meta_why){ 0 };
	cr_expect_eq(meta_parse(text, &f, &why), -EINVAL, "%s", text);
	cr_expect_str_eq(why.text, reason, "%s: %s, not %s", text, why.text, reason);
	cr_expect_eq(why.column, column, "%s: column %zu, not %zu", text, why.column, column);
	meta_filter_fini(&f);
}

Test(meta_parse, terms)
{
	accept("sk_buff.mark", ".mark!=0?yes:no");
	accept(" \tsk_buff . mark\t== 3 ", ".mark==3?yes:no");
	accept("sk_buff.mark!=3", ".mark!=3?yes:no");
	accept("sk_buff.mark>3", ".mark>3?yes:no");
	accept("sk_buff.mark>=3", ".mark>=3?yes:no");
	accept("sk_buff.mark<3", ".mark<3?yes:no");
	accept("sk_buff.mark<=3", ".mark<=3?yes:no");
	accept("((sk_buff.mark))", ".mark!=0?yes:no");
}

Test(meta_parse, names)
{
	accept("sk_buff.l4_hash", ".l4_hash!=0?yes:no");
	accept("sk_buff.dev.in6_dev._x9", ".dev.in6_dev._x9!=0?yes:no");
	accept("sk_buff.offload_l3_fwd_mark", ".offload_l3_fwd_mark!=0?yes:no");
	accept("sk_buff.and.or", ".and.or!=0?yes:no");
	accept("sk_buff.android and sk_buff.order", ".android!=0?1:no .order!=0?yes:no");
	accept("sk_buff..a...b..", ".a.b!=0?yes:no");
}

Test(meta_parse, numbers)
{
	accept("sk_buff.a == 0x1fF", ".a==511?yes:no");
	accept("sk_buff.a == 0b101", ".a==5?yes:no");
	accept("sk_buff.a == 007", ".a==7?yes:no");
	accept("sk_buff.a == 0", ".a==0?yes:no");
	accept("sk_buff.a == -0", ".a==0?yes:no");
	accept("sk_buff.a == -17", ".a==-17?yes:no");
	accept("sk_buff.a == 18446744073709551615", ".a==18446744073709551615?yes:no");
	accept("sk_buff.a == -9223372036854775808", ".a==-9223372036854775808?yes:no");
	accept("sk_buff.a == 1and sk_buff.b", ".a==1?1:no .b!=0?yes:no");
	accept("sk_buff.a == 0b1or(sk_buff.b)", ".a==1?yes:1 .b!=0?yes:no");
}

Test(meta_parse, strings)
{
	accept("sk_buff.a == 'x y'", ".a==[x y]?yes:no");
	accept("sk_buff.a == \"x'y\"", ".a==[x'y]?yes:no");
	accept("sk_buff.a == \"'x'\"", ".a==[x]?yes:no");
	accept("sk_buff.a == '\"x\"'", ".a==[\"x\"]?yes:no");
	accept("sk_buff.a == \"''\"", ".a==[]?yes:no");
	accept("sk_buff.a == 'and (\\'", ".a==[and (\\]?yes:no");
}

Test(meta_parse, masks_and_casts)
{
	accept("sk_buff.a:0xff", ".a:ff!=0?yes:no");
	accept("sk_buff.a : 0b11 > 1", ".a:3>1?yes:no");
	accept("sk_buff.a:~0x7", ".a:fffffffffffffff8!=0?yes:no");
	accept("sk_buff.a:~ 7:nf_conn.b:1", ".a:fffffffffffffff8:nf_conn.b:1!=0?yes:no");
	accept("sk_buff.a:1:t", ".a:1:t!=0?yes:no");
}

/* Terms a to d; one level of precedence, from the left. */
Test(meta_parse, junctions)
{
#define A "sk_buff.a"
#define B "sk_buff.b"
#define C "sk_buff.c"
#define D "sk_buff.d"
	accept(A " and " B, ".a!=0?1:no .b!=0?yes:no");
	accept(A "&&" B, ".a!=0?1:no .b!=0?yes:no");
	accept(A " or " B, ".a!=0?yes:1 .b!=0?yes:no");
	accept(A "||" B, ".a!=0?yes:1 .b!=0?yes:no");
	accept(A " or " B " and " C, ".a!=0?2:1 .b!=0?2:no .c!=0?yes:no");
	accept(A " or (" B " and " C ")", ".a!=0?yes:1 .b!=0?2:no .c!=0?yes:no");
	accept(A " and " B " or " C, ".a!=0?1:2 .b!=0?yes:2 .c!=0?yes:no");
	accept(A " and (" B " or " C ")", ".a!=0?1:no .b!=0?yes:2 .c!=0?yes:no");
	accept("(" A " or " B ") and (" C " or " D ")",
	       ".a!=0?2:1 .b!=0?2:no .c!=0?yes:3 .d!=0?yes:no");
	accept("(" A " and " B ") or (" C " and " D ")",
	       ".a!=0?1:2 .b!=0?yes:2 .c!=0?3:no .d!=0?yes:no");
	accept("(" A ")and(" B ")", ".a!=0?1:no .b!=0?yes:no");
	accept(A " or " B " or " C " and " D, ".a!=0?3:1 .b!=0?3:2 .c!=0?3:no .d!=0?yes:no");
}

Test(meta_parse, names_of_values_and_addresses)
{
	accept("sk_buff.a == eth0", ".a==<eth0>?yes:no");
	accept("skb-drop.a != NOT_SPECIFIED", ".a!=<NOT_SPECIFIED>?yes:no");
	accept("a.b == 192.0.2.1", ".b==(4/32)?yes:no");
	accept("a.b != 10.0.0.0/8", ".b!=(4/8)?yes:no");
	accept("a.b == fe80::/10", ".b==(16/10)?yes:no");
	accept("a.b == ::", ".b==(16/128)?yes:no");
	accept("a.b == 00:00:5E:00:53:01", ".b==(6/48)?yes:no");
	refuse("a.b == 10.0.0.0/33", 8, "10.0.0.0/33 is not an address");
	refuse("a.b == 10.0.0", 8, "10.0.0 is not an address");
	refuse("a.b == 00:00:5e:00:53:01/8", 8, "00:00:5e:00:53:01/8 is not an address");
	refuse("a.b == ::1/", 8, "::1/ is not an address");
}

Test(meta_parse, negation)
{
	accept("!" A, ".a!=0?no:yes");
	accept("not " A " == 3", ".a==3?no:yes");
	accept("not not " A, ".a!=0?yes:no");
	accept("not " A " and " B, ".a!=0?no:1 .b!=0?yes:no");
	accept("!(" A " and " B ")", ".a!=0?1:yes .b!=0?no:yes");
	accept(A " or !(" B " or " C ") and " D, ".a!=0?3:1 .b!=0?no:2 .c!=0?no:3 .d!=0?yes:no");
	accept("!(!(" A "))", ".a!=0?yes:no");
	refuse("not", 4, "found the end, expected a name, 'not' or '('");
	refuse(A " not " B, 11, "found 'not', expected a comparison, 'and' or 'or'");
}

Test(meta_parse, sets)
{
	accept(A " in {1}", ".a==1?yes:no");
	accept(A " in { 1, 'x', Y }", ".a==1?yes:1 .a==[x]?yes:2 .a==<Y>?yes:no");
	accept("not " A " in {1,2} and " B, ".a==1?no:1 .a==2?no:2 .b!=0?yes:no");
	accept(A " and " B " in {1,2}", ".a!=0?1:no .b==1?yes:2 .b==2?yes:no");
	accept(B " in {1,2} or " C, ".b==1?yes:1 .b==2?yes:2 .c!=0?yes:no");
	refuse(A " in {}", 15, "found '}', expected a value (text in quotes)");
	refuse(A " in {1", 16, "found the end, expected ',' or '}'");
	refuse(A " in 1", 14, "found '1', expected '{'");
}

static size_t mixed(const char *text)
{
	struct meta_filter f = { 0 };

	cr_assert_eq(meta_parse(text, &f, &why), 0, "%s: %s", text, why.text);
	meta_filter_fini(&f);
	return f.mixed;
}

Test(meta_parse, mixtures_are_noticed)
{
	cr_expect_eq(mixed(A " or " B " or " C), 0);
	cr_expect_eq(mixed(A " or (" B " and " C ")"), 0);
	cr_expect_eq(mixed(A " or " B " and " C), 24);
	cr_expect_eq(mixed("(" A " && " B " || " C ") or " D), 25);
}

Test(meta_parse, what_is_no_filter)
{
	refuse("", 1, "found the end, expected a name, 'not' or '('");
	refuse("  ", 3, "found the end, expected a name, 'not' or '('");
	refuse("()", 2, "found ')', expected a name, 'not' or '('");
	refuse("sk_buff->mark", 8, "found '-', expected a comparison, 'and' or 'or'");
	refuse("sk_buff.", 9, "found the end, expected the name of a member");
	refuse("sk_buff.. == 1", 11, "found '==', expected the name of a member");
	refuse("sk_buff.mark\n", 13, "found '\\x0a', expected a comparison, 'and' or 'or'");
	refuse("sk_buff.mark = 1", 14, "found '=', expected a comparison, 'and' or 'or'");
	refuse("sk_buff.mark 1", 14, "found '1', expected a comparison, 'and' or 'or'");
	refuse("sk_buff.mark AND sk_buff.mark", 14,
	       "found 'AND', expected a comparison, 'and' or 'or'");
	refuse("sk_buff.mark == 1 2", 19, "found '2', expected 'and' or 'or'");
	refuse("sk_buff.mark == 1 andsk_buff.mark", 19,
	       "found 'andsk_buff', expected 'and' or 'or'");
	refuse("sk_buff.mark and", 17, "found the end, expected a name, 'not' or '('");
	refuse("(sk_buff.mark", 14, "found the end, expected 'and', 'or' or ')'");
	refuse("sk_buff.mark)", 13, "found ')', expected a comparison, 'and' or 'or'");
	refuse("sk_buff.mark & 1", 14, "found '&', expected a comparison, 'and' or 'or'");
}

Test(meta_parse, what_is_no_value)
{
	refuse("sk_buff.a ==", 13, "found the end, expected a value (text in quotes)");
	refuse("sk_buff.a == 'eth0", 14, "'eth0 has no closing quote");
	refuse("sk_buff.a == ''", 14, "'' is an empty text");
	refuse("sk_buff.a ^= \"''\"", 14, "all texts begin like that");
	refuse("sk_buff.a == 12x", 14, "12x is not a number");
	refuse("sk_buff.a == 0x", 14, "0x is not a number");
	refuse("sk_buff.a == 0b2", 14, "0b2 is not a number");
	refuse("sk_buff.a == 0x1and sk_buff.b", 14, "0x1and is not a number");
	refuse("sk_buff.a == -0x1", 15, "found '0x1', expected a decimal number behind '-'");
	refuse("sk_buff.a == -'x'", 15, "found ''x'', expected a decimal number");
	refuse("sk_buff.a == 18446744073709551616", 14,
	       "18446744073709551616 does not fit in 64 bits");
	refuse("sk_buff.a == 0x10000000000000000", 14,
	       "0x10000000000000000 does not fit in 64 bits");
	refuse("sk_buff.a == -9223372036854775809", 14, "the number does not fit in 64 bits");
	refuse("sk_buff.a == '\033[2J", 14, "'\\x1b[2J has no closing quote");
}

Test(meta_parse, what_is_no_mask)
{
	refuse("sk_buff.a:0", 11, "mask must be greater than 0");
	refuse("sk_buff.a:~0xffffffffffffffff", 12, "mask must be greater than 0");
	refuse("sk_buff.a:", 11, "found the end, expected a mask (a number, or ~ and a number)");
	refuse("sk_buff.a:nf_conn.b", 11,
	       "found 'nf_conn', expected a mask (a number, or ~ and a number)");
	refuse("sk_buff.a:-1", 11, "found '-', expected a mask (a number, or ~ and a number)");
	refuse("sk_buff.a:~x", 12, "found 'x', expected a number");
	refuse("sk_buff.a:1:", 13, "found the end, expected the name of a type");
	refuse("sk_buff.a:1:2", 13, "found '2', expected the name of a type");
}

Test(meta_parse, long_words_are_shortened)
{
	char text[2000];

	memset(text, '\\', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	text[0] = '\'';
	cr_expect_eq(meta_parse(text, &(struct meta_filter){ 0 }, &why), -EINVAL);
	cr_expect(strstr(why.text, "\\\\... has no closing quote"), "%s", why.text);
}
