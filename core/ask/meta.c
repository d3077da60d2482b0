/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/ask/meta.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/ask/meta_private.h"
#include "core/event/field.h"

int ask_meta_new(const char *text, struct ask_meta **out, struct meta_why *why)
{
	struct ask_meta *m = calloc(1, sizeof(*m));
	int err = m ? meta_parse(text, &m->filter, why) : -ENOMEM;

	if (!err) {
		m->terms = calloc(m->filter.n_terms, sizeof(*m->terms));
		m->reached = calloc(m->filter.n_terms + 2, sizeof(*m->reached));
		err = m->terms && m->reached ? 0 : -ENOMEM;
	}
	if (err == -ENOMEM)
		meta_no_memory(why);
	if (err) {
		ask_meta_free(m);
		return err;
	}
	meta_warn_mixed(&m->filter, why);
	*out = m;
	return 0;
}

void ask_meta_free(struct ask_meta *m)
{
	if (!m)
		return;
	meta_filter_fini(&m->filter);
	free(m->terms);
	free(m->reached);
	free(m);
}

/* --- values ----------------------------------------------------------------- */

/* A group is there if its bit says so, or, without one, if something in it is. */
static bool has_group(const struct retis_field *group, const struct retis_view *view)
{
	if (group->present)
		return true;
	for (uint32_t i = 0; i < group->n_fields; i++) {
		const struct retis_field *f = &group->fields[i];

		if (field_present(f, view) && (f->kind != RETIS_OBJECT || has_group(f, view)))
			return true;
	}
	return false;
}

static void read_section_value(const struct ask_meta *m, size_t at, struct ask_event *e,
			       uint32_t index, struct ask_value *out)
{
	const struct ask_term *t = &m->terms[at];
	const struct meta_term *term = &m->filter.terms[at];
	const struct record *r = ask_event_record(e);
	const struct retis_view *view = r ? record_view(r, t->section) : NULL;

	if (!view || (view->present & t->groups) != t->groups)
		return;
	if (t->place == ASK_SECTION || (t->place == ASK_GROUP && has_group(t->field, view))) {
		out->kind = index ? ASK_ABSENT : ASK_THERE;
		return;
	}
	if (t->place == ASK_GROUP || !field_present(t->field, view))
		return;
	if (t->place == ASK_FIELD)
		ask_field_value(t->field, view, index, out);
	else
		ask_json_value(e, view, t->field, &m->filter.steps[term->first_step + t->n_walked],
			       term->n_steps - t->n_walked, index, out);
}

/* Element INDEX; what is no array has one. */
static void read_value(const struct ask_meta *m, size_t at, struct ask_event *e, uint32_t index,
		       struct ask_value *out)
{
	const struct ask_term *t = &m->terms[at];

	*out = (struct ask_value){ 0 };
	switch (t->place) {
	case ASK_NOWHERE:
		return;
	case ASK_OWN:
		if (!index)
			t->own(e, out);
		return;
	case ASK_OWN_GROUP:
		if (!index && ask_own_there(e, t->group))
			out->kind = ASK_THERE;
		return;
	default:
		read_section_value(m, at, e, index, out);
	}
}

/* --- comparing -------------------------------------------------------------- */

static bool meta_op_holds(enum meta_op op, int order)
{
	switch (op) {
	case META_EQ:
		return order == 0;
	case META_NE:
		return order != 0;
	case META_GT:
		return order > 0;
	case META_LE:
		return order <= 0;
	case META_GE:
		return order >= 0;
	default:
		return order < 0;
	}
}

static int compare_numbers(const struct meta_term *term, uint64_t number, bool is_signed)
{
	bool minus = is_signed && (int64_t)number < 0;

	if (minus != term->negative)
		return minus ? -1 : 1;
	return number < term->number ? -1 : number > term->number;
}

static bool number_holds(const struct meta_term *term, const struct meta_step *last,
			 const struct ask_value *v)
{
	uint64_t number = last->has_mask ? v->number & last->mask : v->number;

	if (term->value == META_NOTHING)
		return v->kind == ASK_ENUM || number;
	if (term->value == META_NUMBER)
		return meta_op_holds(term->op, compare_numbers(term, number, v->is_signed));
	/* The value is no name: not that of the term. */
	return term->op == META_NE;
}

static bool text_holds(const struct meta_term *term, const struct ask_value *v)
{
	struct meta_address address;
	bool same;

	if (term->value == META_NOTHING)
		return true;
	if (term->op != META_EQ && term->op != META_NE)
		return false;
	if (term->value == META_ADDRESS)
		same = !meta_address_parse(v->text, v->length, &address) &&
		       address.size == term->address.size &&
		       meta_address_matches(&term->address, address.bytes);
	else
		same = (term->prefix ? v->length >= term->string_length
				     : v->length == term->string_length) &&
		       !memcmp(v->text, term->string, term->string_length);
	return meta_op_holds(term->op, !same);
}

static bool value_holds(const struct meta_term *term, const struct meta_step *last,
			const struct ask_value *v)
{
	bool named = term->value == META_STRING || term->value == META_WORD;

	switch (v->kind) {
	case ASK_TEXT:
		return term->value == META_NUMBER ? term->op == META_NE : text_holds(term, v);
	case ASK_ENUM:
	case ASK_NUMBER:
		return named && v->text ? text_holds(term, v) : number_holds(term, last, v);
	case ASK_ADDRESS:
		return term->value == META_NOTHING ||
		       meta_op_holds(term->op,
				     v->length != term->address.size ||
					     !meta_address_matches(&term->address, v->bytes));
	case ASK_THERE:
		return term->value == META_NOTHING;
	default:
		return false;
	}
}

static bool term_holds(const struct ask_meta *m, size_t at, struct ask_event *e)
{
	const struct meta_term *term = &m->filter.terms[at];
	const struct meta_step *last =
		term->n_steps ? &m->filter.steps[term->first_step + term->n_steps - 1] : NULL;
	struct ask_value v;

	for (uint32_t i = 0;; i++) {
		read_value(m, at, e, i, &v);
		if (v.kind == ASK_ABSENT)
			return false;
		if (value_holds(term, last, &v))
			return true;
	}
}

bool ask_meta_matches(const struct ask_meta *m, struct ask_event *e)
{
	size_t at = 0;

	while (at < m->filter.n_terms)
		at = m->filter.terms[at].next[term_holds(m, at, e)];
	return at == meta_match(&m->filter);
}

/* --- without looking at events ---------------------------------------------- */

/* What a term is of events from FIRST to LAST: [false], [true] if it may be. */
static void judge_time(const struct meta_term *term, uint64_t first, uint64_t last, bool *may)
{
	uint64_t n = term->number;
	bool within = n >= first && n <= last;

	if (term->value != META_NUMBER || term->negative)
		return;
	switch (term->op) {
	case META_EQ:
	case META_NE:
		may[term->op == META_EQ] = within;
		may[term->op != META_EQ] = !within || first != last;
		return;
	case META_GT:
	case META_LE:
		may[term->op == META_GT] = last > n;
		may[term->op != META_GT] = first <= n;
		return;
	default:
		may[term->op == META_GE] = last >= n;
		may[term->op != META_GE] = first < n;
	}
}

static void judge_term(const struct ask_meta *m, size_t at, uint64_t first, uint64_t last,
		       bool *may)
{
	const struct meta_term *term = &m->filter.terms[at];
	const struct ask_term *t = &m->terms[at];

	may[false] = may[true] = true;
	if (t->place == ASK_NOWHERE)
		may[true] = false;
	else if (t->place == ASK_OWN && ask_own_is_probe(t->own))
		memcpy(may, t->may_be, sizeof(t->may_be));
	else if (t->place == ASK_OWN && ask_own_is_time(t->own) &&
		 !m->filter.steps[term->first_step].has_mask)
		judge_time(term, first, last, may);
}

/* Terms only lead to later ones. */
bool ask_meta_may_match(struct ask_meta *m, uint64_t first, uint64_t last)
{
	const struct meta_filter *f = &m->filter;

	memset(m->reached, 0, (f->n_terms + 2) * sizeof(*m->reached));
	m->reached[0] = true;
	for (size_t i = 0; i < f->n_terms; i++) {
		bool may[2];

		if (!m->reached[i])
			continue;
		judge_term(m, i, first, last, may);
		m->reached[f->terms[i].next[false]] |= may[false];
		m->reached[f->terms[i].next[true]] |= may[true];
	}
	return m->reached[meta_match(f)];
}

/* Tries the term with all probes, and with none. */
static void judge_probes(struct ask_meta *m, size_t at, const struct input_names *names)
{
	struct ask_term *t = &m->terms[at];
	struct retis_event event = { .size = sizeof(event), .probe = RECORD_NO_PROBE };
	struct ask_event *e = malloc(sizeof(*e));

	t->may_be[false] = true;
	t->may_be[true] = !e;
	for (size_t i = 0; e && i < names->n_probes && i < RECORD_NO_PROBE; i++) {
		event.probe = (uint16_t)i;
		ask_event_set(e, names, &event);
		t->may_be[term_holds(m, at, e)] = true;
	}
	free(e);
}

int ask_meta_learn(struct ask_meta *m, const struct input_names *names,
		   const struct plugins *plugins, bool open, struct meta_why *why)
{
	*why = (struct meta_why){ 0 };
	for (size_t i = 0; i < m->filter.n_terms; i++) {
		int err = ask_meta_find(m, i, names, plugins, open, why);

		if (err && !m->learned)
			return err;
		if (err)
			m->terms[i].place = ASK_NOWHERE;
		if (m->terms[i].place == ASK_OWN && ask_own_is_probe(m->terms[i].own))
			judge_probes(m, i, names);
	}
	m->learned = true;
	return 0;
}
