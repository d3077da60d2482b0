/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Reads SPDX licence expressions. The program is GPL-2.0-or-later: what may be
 * combined with version 2 or version 3 of that licence can be loaded. Whether a
 * BPF object may use the kernel's GPL helpers is for the kernel to say.
 */
#include <strings.h>

#include "core/plugin/private.h"

#define LICENSE_MAX 256
#define DEPTH_MAX 8

struct parser {
	/* The token looked at; empty at the end. */
	const char *token;
	size_t length;
	unsigned int depth;
	bool broken;
};

static const char *const compatible[] = {
	"0BSD",
	"Apache-2.0",
	"BSD-2-Clause",
	"BSD-3-Clause",
	"CC0-1.0",
	"GPL-2.0",
	"GPL-2.0-only",
	"GPL-2.0-or-later",
	"GPL-3.0",
	"GPL-3.0-only",
	"GPL-3.0-or-later",
	"ISC",
	"LGPL-2.0",
	"LGPL-2.0-only",
	"LGPL-2.0-or-later",
	"LGPL-2.1",
	"LGPL-2.1-only",
	"LGPL-2.1-or-later",
	"LGPL-3.0",
	"LGPL-3.0-only",
	"LGPL-3.0-or-later",
	"MIT",
	"MIT-0",
	"MPL-2.0",
	"Unlicense",
	"Zlib",
};

static void next_license_word(struct parser *p)
{
	static const char id[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.+:";

	p->token += p->length;
	p->token += strspn(p->token, " ");
	p->length = strspn(p->token, id);
	if (*p->token == '(' || *p->token == ')')
		p->length = 1;
	else if (*p->token && !p->length)
		p->broken = true;
}

static bool is_token(const struct parser *p, const char *word)
{
	return strlen(word) == p->length && !strncasecmp(p->token, word, p->length);
}

static bool accept_word(struct parser *p, const char *word)
{
	if (!is_token(p, word))
		return false;
	next_license_word(p);
	return true;
}

static bool is_operator(const struct parser *p)
{
	return !p->length || is_token(p, "(") || is_token(p, ")") || is_token(p, "AND") ||
	       is_token(p, "OR") || is_token(p, "WITH");
}

/* The identifier looked at is in the list; "+" is as good as "-or-later". */
static bool parse_id(struct parser *p)
{
	struct parser bare = *p;
	bool found = false;

	if (is_operator(p)) {
		p->broken = true;
		return false;
	}
	if (bare.token[bare.length - 1] == '+')
		bare.length--;
	for (size_t i = 0; i < sizeof(compatible) / sizeof(compatible[0]); i++)
		found |= is_token(&bare, compatible[i]);
	next_license_word(p);
	return found;
}

static bool parse_or(struct parser *p);

/* An exception only gives more freedom. */
static bool parse_simple(struct parser *p)
{
	bool good;

	if (accept_word(p, "(")) {
		good = parse_or(p);
		p->broken |= !accept_word(p, ")");
		return good;
	}
	good = parse_id(p);
	if (accept_word(p, "WITH"))
		parse_id(p);
	return good;
}

static bool parse_and(struct parser *p)
{
	bool good = parse_simple(p);

	while (!p->broken && accept_word(p, "AND"))
		good &= parse_simple(p);
	return good;
}

static bool parse_or(struct parser *p)
{
	bool good;

	if (++p->depth > DEPTH_MAX) {
		p->broken = true;
		return false;
	}
	good = parse_and(p);
	while (!p->broken && accept_word(p, "OR"))
		good |= parse_and(p);
	p->depth--;
	return good;
}

int check_license(const char *license, struct reason *reason)
{
	struct parser p = { .token = license };
	bool good;

	if (!license || !license[0])
		return refuse_plugin(reason, "says no licence");
	if (!is_line(license, LICENSE_MAX))
		return refuse_plugin(reason, "its licence is not an SPDX expression");
	next_license_word(&p);
	good = parse_or(&p);
	if (p.broken || p.length)
		return refuse_plugin(reason, "its licence '%s' is not an SPDX expression", license);
	if (!good)
		return refuse_plugin(reason,
				     "its licence '%s' is not known to be compatible with the GPL",
				     license);
	return 0;
}
