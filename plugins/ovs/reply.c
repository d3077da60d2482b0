/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reply.h"

#include <errno.h>
#include <string.h>

/* Objects and arrays in each other; answers have none. */
#define DEPTH_MAX 16

static int take_byte(struct ovs_reply_end *e, char c)
{
	if (e->in_string) {
		e->in_string = c != '"' || e->escaped;
		e->escaped = c == '\\' && !e->escaped;
		return 0;
	}
	if (!e->depth && !strchr("{ \t\r\n", c))
		return -EBADMSG;
	e->in_string = c == '"';
	e->depth += c == '{' || c == '[';
	if (e->depth > DEPTH_MAX)
		return -EBADMSG;
	return (c == '}' || c == ']') && !--e->depth;
}

int ovs_reply_find_end(struct ovs_reply_end *end, const char *text, size_t size)
{
	int got = 0;

	while (!got && end->at < size)
		got = text[end->at] ? take_byte(end, text[end->at++]) : -EBADMSG;
	return got;
}

/* --- values ---------------------------------------------------------------------------- */

struct parse {
	char *at;
	const char *end;
};

static char peek_char(struct parse *p)
{
	while (p->at < p->end && strchr(" \t\r\n", *p->at) && *p->at)
		p->at++;
	return p->at < p->end ? *p->at : '\0';
}

static bool skip_char(struct parse *p, char c)
{
	if (peek_char(p) != c || !c)
		return false;
	p->at++;
	return true;
}

/* Four digits, or -1. */
static int take_hex(struct parse *p)
{
	int value = 0;

	for (int i = 0; i < 4; i++, p->at++) {
		const char *digits = "0123456789abcdef0123456789ABCDEF";
		const char *digit = p->at < p->end && *p->at ? strchr(digits, *p->at) : NULL;

		if (!digit)
			return -1;
		value = value << 4 | (int)((digit - digits) & 15);
	}
	return value;
}

/* In UTF-8, at most three bytes. Halves of larger numbers, and zero, which would end the
 * text, become U+FFFD. */
static char *put_character(char *to, int c)
{
	if (!c || (c >= 0xd800 && c < 0xe000))
		c = 0xfffd;
	if (c < 0x80) {
		*to++ = (char)c;
		return to;
	}
	if (c >= 0x800) {
		*to++ = (char)(0xe0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
	} else {
		*to++ = (char)(0xc0 | c >> 6);
	}
	*to++ = (char)(0x80 | (c & 0x3f));
	return to;
}

/* Behind a backslash. What an escape stands for is shorter than it. NULL: it is none. */
static char *take_escape(struct parse *p, char *to)
{
	static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	char c = p->at < p->end ? *p->at++ : '\0';
	const char *name = c ? strchr(names, c) : NULL;
	int number;

	if (name) {
		*to = meant[name - names];
		return to + 1;
	}
	number = c == 'u' ? take_hex(p) : -1;
	return number < 0 ? NULL : put_character(to, number);
}

/* The text at hand, without escapes, in its place; NULL: there is none. */
static char *take_reply_string(struct parse *p)
{
	char *start, *to;

	if (!skip_char(p, '"'))
		return NULL;
	start = to = p->at;
	while (p->at < p->end && *p->at != '"') {
		char c = *p->at++;

		if (!c)
			return NULL;
		if (c != '\\')
			*to++ = c;
		else if (!(to = take_escape(p, to)))
			return NULL;
	}
	if (p->at == p->end)
		return NULL;
	p->at++;
	*to = '\0';
	return start;
}

/* Whatever is at hand, up to what ends it. */
static void skip_value(struct parse *p)
{
	unsigned int depth = 0;
	bool in_string = false;

	for (; p->at < p->end; p->at++) {
		char c = *p->at;

		if (in_string && c == '\\' && p->at + 1 < p->end)
			p->at++;
		else if (c == '"')
			in_string = !in_string;
		else if (in_string)
			continue;
		else if (!depth && strchr(",}]", c))
			return;
		else if (c == '{' || c == '[')
			depth++;
		else if (c == '}' || c == ']')
			depth--;
	}
}

static void take_reply_number(struct parse *p, uint64_t *out)
{
	uint64_t value = 0;
	int digits = 0;

	peek_char(p);
	for (; p->at < p->end && *p->at >= '0' && *p->at <= '9'; p->at++, digits++)
		value = digits < 19 ? value * 10 + (uint64_t)(*p->at - '0') : UINT64_MAX;
	if (digits)
		*out = value;
	skip_value(p);
}

/* A text, or nothing of interest. */
static int take_reply_text(struct parse *p, const char **out)
{
	if (peek_char(p) != '"') {
		skip_value(p);
		return 0;
	}
	*out = take_reply_string(p);
	return *out ? 0 : -EBADMSG;
}

static int take_reply_member(struct parse *p, struct ovs_reply *out)
{
	const char *key = take_reply_string(p);

	if (!key || !skip_char(p, ':'))
		return -EBADMSG;
	if (!strcmp(key, "result"))
		return take_reply_text(p, &out->result);
	if (!strcmp(key, "error"))
		return take_reply_text(p, &out->error);
	if (!strcmp(key, "id"))
		take_reply_number(p, &out->id);
	else
		skip_value(p);
	return 0;
}

int ovs_reply_read(char *text, size_t size, struct ovs_reply *out)
{
	struct parse p = { .at = text, .end = text + size };
	int err;

	*out = (struct ovs_reply){ .id = UINT64_MAX };
	if (!skip_char(&p, '{'))
		return -EBADMSG;
	if (skip_char(&p, '}'))
		return 0;
	do {
		err = take_reply_member(&p, out);
	} while (!err && skip_char(&p, ','));
	return err ? err : skip_char(&p, '}') ? 0 : -EBADMSG;
}
