/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the text of a metadata filter to its list of terms. The ways out of a part
 * of the filter that do not lead anywhere yet are kept as lists, threaded through
 * the terms' own `next`, until the word behind that part tells where they go.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/meta_private.h"
#include "core/filter/meta_token.h"
#include "core/util/list.h"

/* A way out of a term: twice its index, plus 1 if it is for "true". */
#define NO_EXIT SIZE_MAX

struct exits {
	size_t first;
	size_t last;
};

/* The ways out of a part of the filter: [false], [true]. */
struct part {
	struct exits exits[2];
};

enum junction {
	START,
	AND,
	OR,
};

/* A pair of parentheses that is open; the first is the whole filter. */
struct level {
	/* All that is complete in it, if not at its START. */
	struct part part;
	enum junction junction;
	/* It has had such a one. */
	bool junctions[OR + 1];
	/* "not" stands before it. */
	bool negated;
};

struct parser {
	const char *text;
	struct meta_token token;
	struct meta_filter *filter;
	struct level *levels;
	size_t n_levels;
	size_t room_levels;
	struct meta_why *why;
};

/* --- errors ---------------------------------------------------------------- */

static size_t column_of(const struct parser *p, const char *at)
{
	return (size_t)(at - p->text) + 1;
}

static int refuse_token(const struct parser *p, const char *expected)
{
	const struct meta_token *t = &p->token;
	size_t at = column_of(p, t->text);
	struct meta_quote quote;

	meta_quote(&quote, t->text, t->length);
	if (t->kind == META_TOKEN_END)
		return meta_refuse(p->why, at, "found the end, expected %s", expected);
	if (t->kind == META_TOKEN_BAD)
		return meta_refuse(p->why, at, "%s %s", quote.text, t->fault);
	return meta_refuse(p->why, at, "found '%s', expected %s", quote.text, expected);
}

/* --- ways out -------------------------------------------------------------- */

static size_t *exit_at(struct meta_filter *f, size_t way)
{
	return &f->terms[way / 2].next[way % 2];
}

static void lead_to(struct meta_filter *f, const struct exits *exits, size_t term)
{
	size_t next;

	for (size_t way = exits->first; way != NO_EXIT; way = next) {
		next = *exit_at(f, way);
		*exit_at(f, way) = term;
	}
}

static void append_exits(struct meta_filter *f, struct exits *to, const struct exits *more)
{
	*exit_at(f, to->last) = more->first;
	to->last = more->last;
}

/* PART is complete, and the next word was "and" or "or". */
static void join_part(struct meta_filter *f, struct level *level, const struct part *part)
{
	/* With "and" the right side decides what is true, with "or" what is
	 * false; what the left side decided alone is added to the other. */
	bool decided = level->junction == AND;

	if (level->junction == START) {
		level->part = *part;
		return;
	}
	append_exits(f, &level->part.exits[!decided], &part->exits[!decided]);
	level->part.exits[decided] = part->exits[decided];
}

/* --- terms ----------------------------------------------------------------- */

static void next_token(struct parser *p)
{
	p->token = meta_token_next(p->token.text + p->token.length);
}

static int parse_mask(struct parser *p, struct meta_step *step)
{
	bool inverted = meta_token_is(&p->token, "~");

	if (inverted)
		next_token(p);
	if (p->token.kind != META_TOKEN_NUMBER)
		return refuse_token(p,
				    inverted ? "a number" : "a mask (a number, or ~ and a number)");
	step->mask = inverted ? ~p->token.number : p->token.number;
	step->has_mask = true;
	if (!step->mask)
		return meta_refuse(p->why, column_of(p, p->token.text),
				   "mask must be greater than 0");
	next_token(p);
	return 0;
}

static int parse_cast(struct parser *p, struct meta_step *step)
{
	if (p->token.kind != META_TOKEN_WORD)
		return refuse_token(p, "the name of a type");
	step->cast = p->token.text;
	step->cast_length = p->token.length;
	step->cast_column = column_of(p, p->token.text);
	next_token(p);
	return 0;
}

static bool accept_token(struct parser *p, const char *text)
{
	bool is = meta_token_is(&p->token, text);

	if (is)
		next_token(p);
	return is;
}

/* The number behind "[", and "]". */
static int parse_index(struct parser *p, struct meta_step *step)
{
	if (p->token.kind != META_TOKEN_NUMBER || p->token.number > UINT16_MAX)
		return refuse_token(p, "the number of an element, at most 65535");
	step->index = (uint32_t)p->token.number;
	step->has_index = true;
	next_token(p);
	return accept_token(p, "]") ? 0 : refuse_token(p, "']'");
}

/* NAME[N][:MASK[:TYPE]] */
static int parse_step(struct parser *p)
{
	struct meta_step step = { .name = p->token.text,
				  .length = p->token.length,
				  .mask = META_NO_MASK,
				  .column = column_of(p, p->token.text) };
	struct meta_filter *f = p->filter;
	int err = 0;

	next_token(p);
	if (accept_token(p, "["))
		err = parse_index(p, &step);
	if (!err && accept_token(p, ":")) {
		err = parse_mask(p, &step);
		if (!err && accept_token(p, ":"))
			err = parse_cast(p, &step);
	}
	if (err)
		return err;
	if (list_grow((void **)&f->steps, f->n_steps, &f->room_steps, sizeof(step)))
		return meta_no_memory(p->why);
	f->steps[f->n_steps++] = step;
	return 0;
}

/* A name and its members; there may be dots too many. */
static int parse_path(struct parser *p, struct meta_term *term)
{
	bool dots;
	int err = 0;

	term->first_step = p->filter->n_steps;
	if (p->token.kind != META_TOKEN_WORD)
		return refuse_token(p, "a name, 'not' or '('");
	term->root = p->token.text;
	term->root_length = p->token.length;
	term->root_column = column_of(p, p->token.text);
	next_token(p);
	dots = meta_token_is(&p->token, ".");
	while (!err && accept_token(p, "."))
		if (p->token.kind == META_TOKEN_WORD)
			err = parse_step(p);
	term->n_steps = p->filter->n_steps - term->first_step;
	return err || term->n_steps || !dots ? err : refuse_token(p, "the name of a member");
}

/* Double-quoted text also loses single quotes at its ends, so that quotes can be
 * taken through a shell's and a profile's. */
static void unquote_string(const struct meta_token *token, struct meta_term *term)
{
	const char *first = token->text + 1, *end = token->text + token->length - 1;

	while (first < end && *first == '\'')
		first++;
	while (first < end && end[-1] == '\'')
		end--;
	term->string = first;
	term->string_length = (size_t)(end - first);
}

static int parse_number(struct parser *p, struct meta_term *term)
{
	bool minus = accept_token(p, "-");
	uint64_t number = p->token.number;

	if (p->token.kind != META_TOKEN_NUMBER)
		return refuse_token(p, minus ? "a decimal number" : "a value (text in quotes)");
	if (minus && !p->token.decimal)
		return refuse_token(p, "a decimal number behind '-'");
	if (minus && number > (uint64_t)INT64_MAX + 1)
		return meta_refuse(p->why, term->value_column,
				   "the number does not fit in 64 bits");
	term->value = META_NUMBER;
	term->negative = minus && number;
	term->number = minus ? -number : number;
	next_token(p);
	return 0;
}

static int parse_value(struct parser *p, struct meta_term *term)
{
	/* The token may have been taken for something else. */
	p->token = meta_token_value(p->token.text);
	term->value_column = column_of(p, p->token.text);
	switch (p->token.kind) {
	case META_TOKEN_STRING:
		term->value = META_STRING;
		unquote_string(&p->token, term);
		break;
	case META_TOKEN_WORD:
		term->value = META_WORD;
		term->string = p->token.text;
		term->string_length = p->token.length;
		break;
	case META_TOKEN_ADDRESS:
		term->value = META_ADDRESS;
		term->address = p->token.address;
		break;
	default:
		return parse_number(p, term);
	}
	next_token(p);
	return 0;
}

static int parse_comparison(struct parser *p, struct meta_term *term)
{
	static const char *const ops[META_OPS] = {
		[META_EQ] = "==", [META_NE] = "!=", [META_GT] = ">",
		[META_LE] = "<=", [META_GE] = ">=", [META_LT] = "<",
	};
	int err;

	term->op = META_NE;
	for (int op = 0; op < META_OPS; op++) {
		if (!accept_token(p, ops[op]))
			continue;
		term->op = (enum meta_op)op;
		return parse_value(p, term);
	}
	term->prefix = accept_token(p, "^=");
	if (!term->prefix)
		return 0;
	term->op = META_EQ;
	if (p->token.kind != META_TOKEN_STRING)
		return refuse_token(p, "a quoted text, the beginning");
	err = parse_value(p, term);
	if (!err && !term->string_length)
		return meta_refuse(p->why, term->value_column, "all texts begin like that");
	return err;
}

/* The term is complete; PART is it alone. */
static int add_term(struct parser *p, const struct meta_term *term, struct part *part)
{
	struct meta_filter *f = p->filter;

	if (list_grow((void **)&f->terms, f->n_terms, &f->room_terms, sizeof(*term)))
		return meta_no_memory(p->why);
	for (size_t i = 0; i < 2; i++)
		part->exits[i].first = part->exits[i].last = f->n_terms * 2 + i;
	f->terms[f->n_terms++] = *term;
	return 0;
}

/* "{a, b}" behind "in": one comparison for each. */
static int parse_values(struct parser *p, struct meta_term *term, struct part *part)
{
	struct level any = { .junction = START };
	int err = 0;

	term->op = META_EQ;
	if (!accept_token(p, "{"))
		return refuse_token(p, "'{'");
	do {
		struct part one = {};

		err = parse_value(p, term);
		if (!err)
			err = add_term(p, term, &one);
		if (err)
			return err;
		join_part(p->filter, &any, &one);
		any.junction = OR;
		if (accept_token(p, "}")) {
			*part = any.part;
			return 0;
		}
		lead_to(p->filter, &any.part.exits[false], p->filter->n_terms);
	} while (accept_token(p, ","));
	return refuse_token(p, "',' or '}'");
}

static int parse_term(struct parser *p, struct part *part)
{
	struct meta_term term = { .next = { NO_EXIT, NO_EXIT },
				  .value_column = column_of(p, p->token.text) };
	int err = parse_path(p, &term);

	if (!err && accept_token(p, "in"))
		return parse_values(p, &term, part);
	if (!err)
		err = parse_comparison(p, &term);
	return err ? err : add_term(p, &term, part);
}

/* --- expressions ----------------------------------------------------------- */

static struct level *innermost_level(struct parser *p)
{
	return &p->levels[p->n_levels - 1];
}

static int open_level(struct parser *p, bool negated)
{
	if (list_grow((void **)&p->levels, p->n_levels, &p->room_levels, sizeof(*p->levels)))
		return meta_no_memory(p->why);
	p->levels[p->n_levels++] = (struct level){ .junction = START, .negated = negated };
	return 0;
}

static struct part negate_part(const struct part *part)
{
	return (struct part){ { part->exits[true], part->exits[false] } };
}

/* All in front of a term. *NEGATED: an odd number of "not" stands right before it. */
static int parse_prefixes(struct parser *p, bool *negated)
{
	int err = 0;

	*negated = false;
	while (!err) {
		if (accept_token(p, "!") || accept_token(p, "not")) {
			*negated = !*negated;
		} else if (accept_token(p, "(")) {
			err = open_level(p, *negated);
			*negated = false;
		} else {
			break;
		}
	}
	return err;
}

/* Parentheses that open, a term, parentheses that close. */
static int parse_operand(struct parser *p)
{
	struct part part = {};
	bool negated;
	int err = parse_prefixes(p, &negated);

	if (!err)
		err = parse_term(p, &part);
	if (err)
		return err;
	if (negated)
		part = negate_part(&part);
	join_part(p->filter, innermost_level(p), &part);
	while (p->n_levels > 1 && accept_token(p, ")")) {
		const struct level *level = innermost_level(p);

		part = level->negated ? negate_part(&level->part) : level->part;
		p->n_levels--;
		join_part(p->filter, innermost_level(p), &part);
	}
	return 0;
}

static void note_junction(struct parser *p, size_t at, enum junction junction)
{
	struct level *level = innermost_level(p);

	level->junction = junction;
	level->junctions[junction] = true;
	if (level->junctions[AND] && level->junctions[OR] && !p->filter->mixed)
		p->filter->mixed = at;
	lead_to(p->filter, &level->part.exits[junction == AND], p->filter->n_terms);
}

/* 1 if there is one, 0 at the end. */
static int parse_junction(struct parser *p)
{
	const struct meta_term *last = &p->filter->terms[p->filter->n_terms - 1];
	size_t at = column_of(p, p->token.text);

	if (accept_token(p, "and") || accept_token(p, "&&"))
		note_junction(p, at, AND);
	else if (accept_token(p, "or") || accept_token(p, "||"))
		note_junction(p, at, OR);
	else if (p->token.kind == META_TOKEN_END && p->n_levels == 1)
		return 0;
	else
		return refuse_token(p, p->n_levels > 1		     ? "'and', 'or' or ')'"
				       : last->value == META_NOTHING ? "a comparison, 'and' or 'or'"
								     : "'and' or 'or'");
	return 1;
}

static int parse_filter(struct parser *p)
{
	int more = 1, err = open_level(p, false);

	while (!err && more) {
		err = parse_operand(p);
		if (!err)
			more = parse_junction(p);
		if (more < 0)
			err = more;
	}
	if (err)
		return err;
	lead_to(p->filter, &innermost_level(p)->part.exits[true], meta_match(p->filter));
	lead_to(p->filter, &innermost_level(p)->part.exits[false], meta_reject(p->filter));
	return 0;
}

/* --- paths alone ------------------------------------------------------------ */

static bool is_root(const struct meta_token *token)
{
	static const char *const roots[] = { META_ROOT_PACKET, META_ROOT_TASK, META_ROOT_ARGUMENT,
					     META_ROOT_RETURNED };

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (meta_token_is(token, roots[i]))
			return true;
	return false;
}

/* What does not begin with a root is of the packet. */
static int parse_lone_path(struct parser *p)
{
	size_t next = p->filter->n_terms + 1;
	struct meta_term term = { .root = META_ROOT_PACKET,
				  .root_length = strlen(META_ROOT_PACKET),
				  .root_column = column_of(p, p->token.text),
				  .first_step = p->filter->n_steps,
				  .op = META_NE };
	struct part alone;
	int err = 0;

	if (is_root(&p->token))
		err = parse_path(p, &term);
	else
		do
			err = p->token.kind == META_TOKEN_WORD
				      ? parse_step(p)
				      : refuse_token(p, "the name of a member");
		while (!err && accept_token(p, "."));
	term.n_steps = p->filter->n_steps - term.first_step;
	term.value_column = column_of(p, p->token.text);
	term.next[false] = term.next[true] = next;
	return err ? err : add_term(p, &term, &alone);
}

int meta_parse_paths(const char *text, struct meta_filter *f, struct meta_why *why)
{
	struct parser p = { .text = text, .token = meta_token_next(text), .filter = f, .why = why };
	int err;

	do
		err = parse_lone_path(&p);
	while (!err && accept_token(&p, ","));
	return err || p.token.kind == META_TOKEN_END ? err : refuse_token(&p, "',' or the end");
}

/* ---------------------------------------------------------------------------- */

int meta_parse(const char *text, struct meta_filter *f, struct meta_why *why)
{
	struct parser p = { .text = text, .token = meta_token_next(text), .filter = f, .why = why };
	int err = parse_filter(&p);

	free(p.levels);
	return err;
}
