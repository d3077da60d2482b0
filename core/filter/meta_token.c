/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/filter/meta_token.h"

#include <string.h>

static bool is_decimal(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word_char(char c)
{
	return is_decimal(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static size_t measure_word(const char *s)
{
	size_t n = 0;

	while (is_word_char(s[n]))
		n++;
	return n;
}

/* A word that is no number may have dashes, as names of sections do. */
static size_t name_length(const char *s)
{
	size_t n = measure_word(s);

	while (s[n] == '-' && is_word_char(s[n + 1]))
		n += 1 + measure_word(s + n + 1);
	return n;
}

bool meta_token_is(const struct meta_token *token, const char *text)
{
	return (token->kind == META_TOKEN_WORD || token->kind == META_TOKEN_SIGN) &&
	       token->length == strlen(text) && !memcmp(token->text, text, token->length);
}

static struct meta_token bad_token(const char *text, size_t length, const char *fault)
{
	return (struct meta_token){
		.kind = META_TOKEN_BAD, .text = text, .length = length, .fault = fault
	};
}

static unsigned int digit_value(char c)
{
	if (is_decimal(c))
		return (unsigned int)(c - '0');
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? (unsigned int)(c - 'a' + 10) : 16;
}

/* Digits may be followed by "and" and "or" without a blank. */
static bool ends_number(const char *s)
{
	size_t n = measure_word(s);

	return !n || (n == 3 && !memcmp(s, "and", 3)) || (n == 2 && !memcmp(s, "or", 2));
}

static struct meta_token number_token(const char *text)
{
	unsigned int base = text[0] != '0' ? 10 : text[1] == 'x' ? 16 : text[1] == 'b' ? 2 : 10;
	const char *first = base == 10 ? text : text + 2, *at = first;
	struct meta_token token = { META_TOKEN_NUMBER, .text = text, .decimal = base == 10 };
	bool overflow = false;

	for (; digit_value(*at) < base; at++) {
		overflow |= __builtin_mul_overflow(token.number, base, &token.number);
		overflow |= __builtin_add_overflow(token.number, digit_value(*at), &token.number);
	}
	if (at == first || !ends_number(at))
		return bad_token(text, measure_word(text), "is not a number");
	token.length = (size_t)(at - text);
	return overflow ? bad_token(text, token.length, "does not fit in 64 bits") : token;
}

static struct meta_token string_token(const char *text)
{
	const char *end = strchr(text + 1, *text);

	if (!end)
		return bad_token(text, strlen(text), "has no closing quote");
	if (end == text + 1)
		return bad_token(text, 2, "is an empty text");
	return (struct meta_token){ META_TOKEN_STRING, .text = text,
				    .length = (size_t)(end + 1 - text) };
}

static struct meta_token sign_token(const char *text)
{
	static const char *const pairs[] = { "==", "!=", ">=", "<=", "^=", "&&", "||" };

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (!strncmp(text, pairs[i], 2))
			return (struct meta_token){ META_TOKEN_SIGN, .text = text, .length = 2 };
	return (struct meta_token){ META_TOKEN_SIGN, .text = text, .length = 1 };
}

struct meta_token meta_token_next(const char *at)
{
	at += strspn(at, " \t");
	if (!*at)
		return (struct meta_token){ META_TOKEN_END, .text = at };
	if (is_decimal(*at))
		return number_token(at);
	if (is_word_char(*at))
		return (struct meta_token){ META_TOKEN_WORD, .text = at,
					    .length = name_length(at) };
	if (*at == '\'' || *at == '"')
		return string_token(at);
	return sign_token(at);
}

/* Of hexadecimal digits, colons and dots with at least one of these. */
static size_t address_length(const char *s)
{
	size_t n = strspn(s, "0123456789abcdefABCDEF:.");

	if (is_word_char(s[n]) || (!memchr(s, ':', n) && !memchr(s, '.', n)))
		return 0;
	return s[n] == '/' ? n + 1 + strspn(s + n + 1, "0123456789") : n;
}

struct meta_token meta_token_value(const char *at)
{
	struct meta_token token = { .kind = META_TOKEN_ADDRESS };

	at += strspn(at, " \t");
	token.text = at;
	token.length = address_length(at);
	if (!token.length)
		return meta_token_next(at);
	if (meta_address_parse(at, token.length, &token.address))
		return bad_token(at, token.length, "is not an address");
	return token;
}
