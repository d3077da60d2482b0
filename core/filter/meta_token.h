/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words, numbers, quoted texts and signs of a metadata filter. */
#ifndef FILTER_META_TOKEN_H
#define FILTER_META_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/filter/meta_address.h"

enum meta_token_kind {
	META_TOKEN_END,
	META_TOKEN_WORD,
	META_TOKEN_NUMBER,
	META_TOKEN_STRING,
	META_TOKEN_ADDRESS,
	META_TOKEN_SIGN,
	META_TOKEN_BAD,
};

struct meta_token {
	enum meta_token_kind kind;
	/* As typed, with its quotes; a part of the filter. */
	const char *text;
	size_t length;
	uint64_t number;
	bool decimal;
	struct meta_address address;
	/* What is wrong with a META_TOKEN_BAD, "is not a number". */
	const char *fault;
};

/* The token at AT, or behind the blanks there. */
struct meta_token meta_token_next(const char *at);
/* The same where a value may be: addresses begin like numbers and words. */
struct meta_token meta_token_value(const char *at);

/* TOKEN is the word or sign TEXT. */
bool meta_token_is(const struct meta_token *token, const char *text);

#endif
