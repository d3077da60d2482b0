/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/filter/meta_argument.h"

#include <stdio.h>
#include <string.h>

#include "core/filter/meta_path.h"
#include "core/util/nearest.h"

static int no_argument(const struct resolver *r, const struct meta_probes *probes,
		       const struct meta_step *step)
{
	struct meta_quote name;
	struct nearest nearest = { .wanted = meta_quote(&name, step->name, step->length) };
	char near[128];

	probes->consider(probes->data, &nearest);
	nearest_text(&nearest, near, sizeof(near));
	return meta_refuse(r->why, step->column, "no probe has an argument '%s'%s%s%s", name.text,
			   *near ? "; did you mean " : "", near, *near ? "?" : "");
}

/* "struct sock *" */
static bool find_argument_struct(const struct resolver *r, const char *type, struct place *place)
{
	char name[META_ARGUMENT_SIZE];

	return sscanf(type, "struct %63[^ ] *", name) == 1 &&
	       !strcmp(type + strlen("struct ") + strlen(name), " *") &&
	       meta_find_struct(r->types, name, place);
}

static bool is_wanted_alike(const struct meta_arguments *a, uint32_t i, const char *name,
			    const char *type)
{
	return !strcmp(a->names[i], name) && (*name || !strcmp(a->types[i], type));
}

int meta_add_argument(const struct resolver *r, struct meta_arguments *a, struct meta_term *term)
{
	const struct meta_step *step = &r->filter->steps[term->first_step];
	char name[META_ARGUMENT_SIZE] = "", type[META_ARGUMENT_SIZE] = "";
	uint32_t i = 0;

	if (term->typed)
		snprintf(type, sizeof(type), "struct %.*s *", (int)term->root_length, term->root);
	else
		snprintf(name, sizeof(name), "%.*s", (int)step->length, step->name);
	while (i < a->n && !is_wanted_alike(a, i, name, type))
		i++;
	if (i == RETIS_HOOK_ARGS)
		return meta_refuse(r->why, term->root_column, "at most %d arguments",
				   RETIS_HOOK_ARGS);
	term->argument = i;
	if (i < a->n)
		return 0;
	memcpy(a->names[i], name, sizeof(name));
	memcpy(a->types[i], type, sizeof(type));
	a->n++;
	return 0;
}

static int walk_typed(const struct resolver *r, struct meta_arguments *a, struct meta_term *term)
{
	struct place place = { 0 };

	if (!find_argument_struct(r, a->types[term->argument], &place))
		return meta_refuse(r->why, term->root_column, "the type is not described");
	return meta_walk(r, term, 0, place);
}

int meta_resolve_argument(const struct resolver *r, const struct meta_probes *probes,
			  struct meta_arguments *a, struct meta_term *term,
			  struct meta_argument *value)
{
	const struct meta_step *step = &r->filter->steps[term->first_step];
	struct meta_argument argument;
	struct place place;
	int err = 0;

	*value = (struct meta_argument){ 0 };
	if (term->typed)
		return walk_typed(r, a, term);
	if (step->has_index)
		return meta_refuse(r->why, step->column, "this is no array");
	if (!probes->argument(probes->data, a->names[term->argument], &argument))
		return no_argument(r, probes, step);
	if (term->n_steps == 1 && !step->cast) {
		*value = argument;
		return 0;
	}
	if (step->cast && term->n_steps == 1)
		return meta_refuse(r->why, step->cast_column, "name a member of that type");
	if (step->cast)
		err = meta_find_cast(r, step, &place);
	else if (find_argument_struct(r, argument.type, &place))
		/* Others of that name are of other types. */
		snprintf(a->types[term->argument], sizeof(a->types[0]), "%s", argument.type);
	else
		err = meta_refuse(r->why, step->column,
				  "it is no pointer to a struct that is described ('%s')",
				  argument.type);
	return err ? err : meta_walk(r, term, 1, place);
}
