/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of a filter against the kinds of fields. */
#include <stdio.h>
#include <string.h>

#include "core/ask/meta_private.h"
#include "core/util/nearest.h"

static bool term_is_word(const struct meta_term *term, const char *word)
{
	return term->string_length == strlen(word) &&
	       !memcmp(term->string, word, term->string_length);
}

static int refuse_value(const struct meta_term *term, const struct retis_field *f,
			const char *wants, struct meta_why *why)
{
	return meta_refuse(why, term->value_column, "'%s' is %s", f->name, wants);
}

static int refuse_name(const struct meta_term *term, const struct retis_field *f,
		       struct meta_why *why)
{
	struct meta_quote name;
	struct nearest nearest = { .wanted = meta_quote(&name, term->string, term->string_length) };
	char near[128];

	for (uint32_t i = 0; i < f->n_names; i++)
		nearest_consider(&nearest, f->names[i].name);
	nearest_text(&nearest, near, sizeof(near));
	return meta_refuse(why, term->value_column, "'%s' is never %s%s%s%s", f->name, name.text,
			   *near ? "; did you mean " : "", near, *near ? "?" : "");
}

/* A name that the table has; what is named while collecting may be anything. */
static int check_enum_name(const struct meta_term *term, const struct retis_field *f,
			   struct meta_why *why)
{
	if (term->value != META_STRING && term->value != META_WORD)
		return term->value == META_ADDRESS ? refuse_value(term, f, "a name or number", why)
						   : 0;
	for (uint32_t i = 0; i < f->n_names; i++)
		if (term_is_word(term, f->names[i].name))
			return 0;
	return f->names_from ? 0 : refuse_name(term, f, why);
}

static int check_bool(struct meta_term *term, const struct retis_field *f, struct meta_why *why)
{
	bool yes = term_is_word(term, "true");

	if (term->value == META_NUMBER || term->value == META_NOTHING)
		return 0;
	if (term->value != META_WORD || (!yes && !term_is_word(term, "false")))
		return refuse_value(term, f, "true or false", why);
	term->value = META_NUMBER;
	term->number = yes;
	return 0;
}

static int check_address_of(struct meta_term *term, const struct retis_field *f,
			    struct meta_why *why)
{
	bool either = f->kind == RETIS_IP;
	char wants[64];

	if (term->value == META_NOTHING)
		return 0;
	if (term->value == META_STRING &&
	    !meta_address_parse(term->string, term->string_length, &term->address))
		term->value = META_ADDRESS;
	if (term->value == META_ADDRESS &&
	    (term->address.size == f->size || (either && term->address.size == 4)))
		return 0;
	snprintf(wants, sizeof(wants), "an address of %s%u bytes", either ? "4 or " : "", f->size);
	return refuse_value(term, f, wants, why);
}

static int check_kind(struct meta_term *term, const struct retis_field *f, struct meta_why *why)
{
	switch (f->kind) {
	case RETIS_UINT:
	case RETIS_INT:
	case RETIS_HEX:
		return term->value == META_NUMBER || term->value == META_NOTHING
			       ? 0
			       : refuse_value(term, f, "a number", why);
	case RETIS_BOOL:
		return check_bool(term, f, why);
	case RETIS_ENUM:
		return check_enum_name(term, f, why);
	case RETIS_STRING:
	case RETIS_LINES:
	case RETIS_NAME:
		return term->value == META_STRING || term->value == META_NOTHING
			       ? 0
			       : refuse_value(term, f, "a text, which needs quotes", why);
	case RETIS_IP:
	case RETIS_IP4:
	case RETIS_IP6:
	case RETIS_MAC:
		return check_address_of(term, f, why);
	default:
		return term->value == META_NOTHING
			       ? 0
			       : refuse_value(term, f,
					      "compared to nothing: it is only there or not", why);
	}
}

int ask_meta_check(struct meta_term *term, const struct meta_step *last,
		   const struct retis_field *f, struct meta_why *why)
{
	int err;

	if (last->has_mask && f->kind != RETIS_UINT && f->kind != RETIS_HEX)
		return meta_refuse(why, last->column,
				   "mask is only supported for unsigned numbers");
	err = check_kind(term, f, why);
	if (err || term->value == META_NUMBER || term->op == META_EQ || term->op == META_NE)
		return err;
	return meta_refuse(why, term->value_column,
			   "wrong comparison operator: only '==' and '!=' are for texts, names and "
			   "addresses");
}
