/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Goes through a text token by token. What looks like an address is hidden even if it
 * is none: too much is better than too little here.
 */
#include "core/util/redact.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define HIDDEN "[hidden]"
/* Longer than any address is written. */
#define TOKEN_MAX 64

static bool is_token_char(char c)
{
	return isalnum((unsigned char)c) || c == '.' || c == ':';
}

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_';
}

/* Six pairs of hex digits, or more, with colons. */
static bool is_mac(const char *token)
{
	size_t n = strlen(token);

	if (n < 17 || n % 3 != 2)
		return false;
	for (size_t i = 0; i < n; i++)
		if (i % 3 == 2 ? token[i] != ':' : !isxdigit((unsigned char)token[i]))
			return false;
	return true;
}

/* Of the kernel's half: sixteen digits that begin with ffff. */
static bool is_kernel_address(const char *token)
{
	if (!strncmp(token, "0x", 2))
		token += 2;
	return strlen(token) >= 12 && !strncmp(token, "ffff", 4) &&
	       strspn(token, "0123456789abcdef") == strlen(token);
}

static bool is_address(const char *token)
{
	struct in6_addr address;

	return inet_pton(AF_INET, token, &address) == 1 ||
	       inet_pton(AF_INET6, token, &address) == 1 || is_mac(token) ||
	       is_kernel_address(token);
}

/* The first LENGTH bytes are an address. */
static bool begins_with_address(const char *text, size_t length)
{
	char token[TOKEN_MAX];

	if (!length || length >= sizeof(token))
		return false;
	memcpy(token, text, length);
	token[length] = '\0';
	return is_address(token);
}

/* Bytes of the address that TEXT begins with, without a port or a full stop behind it. */
static size_t leading_address_length(const char *text)
{
	size_t length = 0;

	while (is_token_char(text[length]))
		length++;
	if (length >= TOKEN_MAX)
		return 0;
	for (; length; length--)
		if (!isalnum((unsigned char)text[length]) && begins_with_address(text, length))
			return length;
	return 0;
}

/* Bytes of the hidden word that TEXT begins with, and of the domain it is in. */
static size_t leading_word_length(const struct redact *r, const char *text)
{
	for (size_t i = 0; i < r->n; i++) {
		size_t length = strlen(r->words[i]);

		if (strncasecmp(text, r->words[i], length) || is_name_char(text[length]))
			continue;
		while (text[length] == '.' && is_name_char(text[length + 1]))
			for (length++; is_name_char(text[length]);)
				length++;
		return length;
	}
	return 0;
}

/* Bytes up to the name in "/home/NAME". */
static size_t home_length(const char *text)
{
	static const char home[] = "/home/";

	return strncmp(text, home, strlen(home)) ? 0 : strlen(home);
}

void redact_add(struct redact *r, const char *word)
{
	if (word && strlen(word) >= 2 && r->n < sizeof(r->words) / sizeof(r->words[0]))
		r->words[r->n++] = word;
}

void redact_write(const struct redact *r, const char *text, FILE *out)
{
	bool inside = false;

	while (*text) {
		size_t home = home_length(text), length = 0;

		if (home) {
			fprintf(out, "%.*s" HIDDEN, (int)home, text);
			text += home + strcspn(text + home, "/ '\"\n");
			continue;
		}
		if (!inside) {
			length = leading_word_length(r, text);
			length = length ? length : leading_address_length(text);
		}
		if (length) {
			fputs(HIDDEN, out);
			text += length;
			continue;
		}
		inside = is_name_char(*text);
		fputc(*text++, out);
	}
}
