/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From paths to a section's field table: names, and what is at the end of each path. */
#include "core/filter/fields.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/fields_private.h"

/* --- names ----------------------------------------------------------------- */

static void append_words(char *name, const char *text, size_t n)
{
	size_t used = strlen(name), room = FIELDS_NAME_SIZE - 1 - used;

	if (used && room) {
		name[used++] = '_';
		room--;
	}
	if (n > room)
		n = room;
	for (size_t i = 0; i < n; i++)
		name[used + i] =
			text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
	name[used + n] = '\0';
}

static bool is_taken(const struct fields *f, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (!strcmp(f->names[i], f->names[at]))
			return true;
	return false;
}

/* The same members with other masks or types: name_2. */
static void make_unique(struct fields *f, size_t at)
{
	char first[FIELDS_NAME_SIZE - 3];

	snprintf(first, sizeof(first), "%.*s", (int)sizeof(first) - 1, f->names[at]);
	for (unsigned int n = 2; is_taken(f, at); n++)
		snprintf(f->names[at], sizeof(f->names[at]), "%s_%u", first, n);
}

/* What the path leads through, without the packet it begins with. */
static void make_field_name(struct fields *f, size_t at)
{
	const struct meta_term *term = &f->paths.terms[at];
	char *name = f->names[at], index[16];

	if (term->base != META_PACKET)
		append_words(name, term->root, term->root_length);
	for (size_t i = 0; i < term->n_steps; i++) {
		const struct meta_step *step = &f->paths.steps[term->first_step + i];

		append_words(name, step->name, step->length);
		if (step->has_index)
			append_words(name, index,
				     (size_t)snprintf(index, sizeof(index), "%u", step->index));
	}
	make_unique(f, at);
}

/* --- text ------------------------------------------------------------------ */

static enum meta_root root_of(const struct meta_term *term)
{
	static const char *const roots[] = { [META_PACKET] = META_ROOT_PACKET,
					     [META_TASK] = META_ROOT_TASK,
					     [META_ARGUMENT] = META_ROOT_ARGUMENT,
					     [META_RETURNED] = META_ROOT_RETURNED };
	size_t i = META_RETURNED;

	while (i && (strlen(roots[i]) != term->root_length ||
		     memcmp(roots[i], term->root, term->root_length)))
		i--;
	return (enum meta_root)i;
}

static int take_path(struct fields *f, size_t at, struct meta_why *why)
{
	struct meta_term *term = &f->paths.terms[at];
	bool lone = false;

	if (at == FIELDS_MAX)
		return meta_refuse(why, term->root_column, "at most %d fields", FIELDS_MAX);
	term->base = root_of(term);
	f->roots[term->base] = true;
	lone = term->base == META_RETURNED;
	if (lone != !term->n_steps)
		return meta_refuse(why, term->root_column,
				   lone ? "'" META_ROOT_RETURNED "' has no members"
					: "this alone is no field: name a member of it");
	make_field_name(f, at);
	return 0;
}

int fields_parse(const char *text, struct fields *f, struct meta_why *why)
{
	int err;

	*f = (struct fields){ .text = strdup(text) };
	if (!f->text)
		return meta_no_memory(why);
	err = meta_parse_paths(f->text, &f->paths, why);
	for (size_t i = 0; i < f->paths.n_terms && !err; i++)
		err = take_path(f, i, why);
	return err;
}

/* What the user typed for each, which nobody needs as one text any more. */
static void describe_paths(struct fields *f)
{
	for (size_t i = 0; i < f->paths.n_terms; i++) {
		const struct meta_term *term = &f->paths.terms[i];
		char *end = f->text + term->value_column - 1;

		f->table[i].about = f->text + term->root_column - 1;
		while (end > f->table[i].about && strchr(" \t", end[-1]))
			end--;
		*end = '\0';
	}
}

/* --- arguments -------------------------------------------------------------- */

static bool is_pointer(const struct meta_argument *argument)
{
	size_t n = strlen(argument->type);

	return n && argument->type[n - 1] == '*';
}

/* Probes have it with different sizes: 8 bytes hold all of them. */
static void take_number_term(struct fields *f, struct meta_term *term, enum retis_kind kind)
{
	term->leaf = (struct meta_leaf){ .size = sizeof(uint64_t) };
	fields_describe(f, term, kind, sizeof(uint64_t));
}

static int resolve_argument_path(const struct resolver *r, const struct meta_probes *probes,
				 struct meta_term *term)
{
	struct fields *f = r->data;
	struct meta_argument value;
	int err = meta_add_argument(r, &f->args, term);

	if (!err)
		err = meta_resolve_argument(r, probes, &f->args, term, &value);
	if (!err && value.type)
		take_number_term(f, term,
				 is_pointer(&value) ? RETIS_HEX
				 : value.is_signed  ? RETIS_INT
						    : RETIS_UINT);
	return err;
}

/* --- the table -------------------------------------------------------------- */

static void place_fields(struct fields *f)
{
	uint32_t at = 0;

	for (size_t i = 0; i < f->paths.n_terms; i++) {
		struct retis_field *field = &f->table[i];
		/* Numbers are where they can be read at once. */
		uint32_t n = field->size, align = n == 2 || n == 4 || n == 8 ? n : 1;

		at = (at + align - 1) / align * align;
		field->offset = at;
		at += field->size;
	}
	f->size = at;
}

int fields_resolve(struct fields *f, const struct meta_types *types,
		   const struct meta_probes *probes, struct meta_why *why)
{
	struct resolver r = {
		.filter = &f->paths, .types = types, .why = why, .leaf = fields_leaf, .data = f
	};
	int err = meta_resolve_open(&r);

	for (size_t i = 0; i < f->paths.n_terms && !err; i++) {
		struct meta_term *term = &f->paths.terms[i];

		if (term->base == META_ARGUMENT)
			err = resolve_argument_path(&r, probes, term);
		else if (term->base == META_RETURNED)
			take_number_term(f, term, RETIS_INT);
		else
			err = meta_resolve_term(&r, term);
	}
	if (err)
		return err;
	describe_paths(f);
	place_fields(f);
	f->type = (struct retis_section_type){
		.name = "fields",
		.about = "Fields of one's choice",
		.version = 1,
		.rank = 200,
		.line = 200,
		.fields = f->table,
		.n_fields = (uint32_t)f->paths.n_terms,
	};
	return 0;
}

void fields_fini(struct fields *f)
{
	for (size_t i = 0; i < FIELDS_MAX; i++)
		free(f->enums[i]);
	meta_filter_fini(&f->paths);
	free(f->text);
}
