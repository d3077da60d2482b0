/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths of a filter on stored events, found in field tables. */
#include <errno.h>
#include <string.h>

#include "core/ask/meta_private.h"
#include "core/event/schema.h"
#include "core/input/own.h"
#include "core/plugin/plugin.h"
#include "core/util/nearest.h"

struct finder {
	const struct input_names *names;
	const struct plugins *plugins;
	struct meta_why *why;
};

typedef bool section_visit(void *arg, const struct retis_section_type *type, uint16_t number);

static bool has_name(const char *name, const char *text, size_t n)
{
	return !strncmp(name, text, n) && !name[n];
}

/* Of `schema_own`, what is no section of the file and can be asked for. */
static bool is_own(const struct retis_section_type *type)
{
	return ask_own_find(type->name, "symbol") || ask_own_find(type->name, "timestamp");
}

/* All sections that there could be, this file's first, until VISIT says true. */
static bool visit_sections(const struct finder *f, section_visit *visit, void *arg)
{
	const struct registry *r = f->names->registry;

	for (const struct retis_section_type *t = schema_own; t->name; t++)
		if (is_own(t) && visit(arg, t, REGISTRY_NONE))
			return true;
	for (uint16_t i = 0; i < r->n; i++)
		if (visit(arg, r->entries[i].type, i))
			return true;
	for (size_t i = 0; f->plugins && i < f->plugins->n; i++) {
		const struct retis_plugin *p = &f->plugins->list[i]->desc;

		for (uint32_t s = 0; s < p->n_sections; s++)
			if (visit(arg, &p->sections[s], REGISTRY_NONE))
				return true;
	}
	return visit(arg, &tracking_section, REGISTRY_NONE);
}

struct wanted {
	const struct meta_term *term;
	struct ask_term *found;
};

static bool take_named(void *arg, const struct retis_section_type *type, uint16_t number)
{
	struct wanted *w = arg;

	if (!has_name(type->name, w->term->root, w->term->root_length))
		return false;
	w->found->type = type;
	w->found->section = number;
	return true;
}

static bool take_nearest(void *arg, const struct retis_section_type *type, uint16_t number)
{
	(void)number;
	nearest_consider(arg, type->name);
	return false;
}

static int refuse_section_name(const struct finder *f, const struct meta_term *term)
{
	struct meta_quote name;
	struct nearest nearest = { .wanted = meta_quote(&name, term->root, term->root_length) };
	char near[128];

	visit_sections(f, take_nearest, &nearest);
	nearest_text(&nearest, near, sizeof(near));
	return meta_refuse(f->why, term->root_column, "no section is called '%s'%s%s%s", name.text,
			   *near ? "; did you mean " : "", near, *near ? "?" : "");
}

static int refuse_field(const struct finder *f, const struct meta_step *step,
			const struct retis_field *fields, uint32_t n)
{
	struct meta_quote name;
	struct nearest nearest = { .wanted = meta_quote(&name, step->name, step->length) };
	char near[128];

	for (uint32_t i = 0; i < n; i++)
		nearest_consider(&nearest, fields[i].name);
	nearest_text(&nearest, near, sizeof(near));
	return meta_refuse(f->why, step->column, "there is no field '%s' there%s%s%s", name.text,
			   *near ? "; did you mean " : "", near, *near ? "?" : "");
}

/* The field STEP names, or the one whose text may have such a member, or NULL. */
static const struct retis_field *find_field(const struct retis_field *fields, uint32_t n,
					    const struct meta_step *step)
{
	const struct retis_field *json = NULL;

	for (uint32_t i = 0; i < n; i++) {
		if (fields[i].kind == RETIS_JSON)
			json = &fields[i];
		else if (has_name(fields[i].name, step->name, step->length))
			return &fields[i];
	}
	return json;
}

/* To the last step, or into JSON. */
static int walk_fields(const struct finder *f, const struct meta_step *steps, size_t n,
		       struct ask_term *t)
{
	const struct retis_field *fields = t->type->fields;
	uint32_t n_fields = t->type->n_fields;

	t->place = ASK_SECTION;
	t->group = t->type->name;
	for (size_t i = 0; i < n; i++) {
		const struct retis_field *field = find_field(fields, n_fields, &steps[i]);

		if (!field)
			return refuse_field(f, &steps[i], fields, n_fields);
		if (steps[i].has_index)
			return meta_refuse(f->why, steps[i].column,
					   "of a list, any element may meet the condition: no [N]");
		if (steps[i].cast)
			return meta_refuse(f->why, steps[i].cast_column,
					   "types can only be chosen in the kernel");
		t->field = field;
		t->n_walked = i;
		t->place = field->kind == RETIS_JSON	 ? ASK_JSON
			   : field->kind == RETIS_OBJECT ? ASK_GROUP
							 : ASK_FIELD;
		if (t->place == ASK_JSON)
			return 0;
		if (t->place == ASK_FIELD && i + 1 < n)
			return meta_refuse(f->why, steps[i + 1].column, "'%s' has no fields",
					   field->name);
		if (t->place != ASK_GROUP)
			continue;
		if (field->present)
			t->groups |= 1u << (field->present - 1);
		t->group = field->name;
		fields = field->fields;
		n_fields = field->n_fields;
	}
	return 0;
}

/* What no section has: the program itself. */
static int find_own_field(const struct finder *f, const struct meta_step *last, struct ask_term *t)
{
	if (t->place != ASK_FIELD) {
		t->place = ASK_OWN_GROUP;
		return 0;
	}
	t->own = ask_own_find(t->group, t->field->name);
	t->place = ASK_OWN;
	return t->own ? 0
		      : meta_refuse(f->why, last->column, "'%s' can't be asked for",
				    t->field->name);
}

static int check_lone(const struct meta_term *term, const struct meta_step *last,
		      struct meta_why *why)
{
	if (last && last->has_mask)
		return meta_refuse(why, last->column, "a group can't be masked");
	if (term->value == META_NOTHING)
		return 0;
	return meta_refuse(why, term->value_column,
			   "a group of fields is compared to nothing: "
			   "name one of its fields");
}

int ask_meta_find(struct ask_meta *m, size_t at, const struct input_names *names,
		  const struct plugins *plugins, bool open, struct meta_why *why)
{
	const struct finder f = { names, plugins, why };
	struct meta_term *term = &m->filter.terms[at];
	const struct meta_step *steps = term->n_steps ? &m->filter.steps[term->first_step] : NULL;
	const struct meta_step *last = steps ? steps + term->n_steps - 1 : NULL;
	struct ask_term *t = &m->terms[at];
	struct wanted wanted = { term, t };
	int err;

	*t = (struct ask_term){ .section = REGISTRY_NONE };
	if (!visit_sections(&f, take_named, &wanted)) {
		err = refuse_section_name(&f, term);
		return open ? 0 : err;
	}
	err = walk_fields(&f, steps, term->n_steps, t);
	if (!err && t->place == ASK_FIELD)
		err = ask_meta_check(term, last, t->field, why);
	else if (!err && t->place != ASK_JSON)
		err = check_lone(term, last, why);
	if (err)
		return err;
	if (is_own(t->type))
		return find_own_field(&f, last, t);
	if (t->section == REGISTRY_NONE)
		t->place = ASK_NOWHERE;
	return 0;
}
