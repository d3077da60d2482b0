/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conditions on the call: arguments of the probe, and what a function returned. That is known
 * where it returns, when the packet may be gone; so conditions on the packet are a filter of
 * their own, which is asked first, and "and" is all that can be between the two.
 */
#include <errno.h>
#include <string.h>

#include "core/filter/meta_call.h"
#include "core/filter/meta_path.h"

static bool is_struct_name(const struct meta_types *types, const struct meta_term *term)
{
	struct meta_quote name;
	struct place place;

	return meta_find_struct(types, meta_quote(&name, term->root, term->root_length), &place);
}

/* Those that are of the packet are found later. */
static int take_call_root(struct meta_term *term, const struct meta_types *types,
			  struct meta_why *why)
{
	if (meta_is_packet_root(term))
		return 0;
	if (meta_begins_with(term, META_ROOT_RETURNED))
		term->base = META_RETURNED;
	else if (meta_begins_with(term, META_ROOT_ARGUMENT))
		term->base = META_ARGUMENT;
	else if ((term->typed = is_struct_name(types, term)))
		term->base = META_ARGUMENT;
	else
		return meta_refuse_root(term, why);
	if (term->base == META_RETURNED && term->n_steps)
		return meta_refuse(why, term->root_column,
				   "'" META_ROOT_RETURNED "' has no members");
	if (term->base == META_ARGUMENT && !term->n_steps)
		return meta_refuse_lone(term, why);
	return 0;
}

/* Where the terms from FIRST on end that are joined by more than "and": all ways out of them
 * lead there, or to the end of it all. */
static size_t conjunct_end(const struct meta_filter *f, size_t first)
{
	size_t end = first + 1;

	for (size_t i = first; i < end; i++)
		for (size_t way = 0; way < 2; way++)
			if (f->terms[i].next[way] != meta_reject(f) && f->terms[i].next[way] > end)
				end = f->terms[i].next[way];
	return end;
}

static int check_conjuncts(const struct meta_filter *f, struct meta_why *why)
{
	for (size_t first = 0, end; first < f->n_terms; first = end) {
		end = conjunct_end(f, first);
		for (size_t i = first; i < end; i++)
			if (meta_is_of_call(&f->terms[i]) != meta_is_of_call(&f->terms[first]))
				return meta_refuse(
					why, f->terms[i].root_column,
					"conditions on the packet and on the call ('arg', 'ret' or "
					"an argument's type) can be joined by 'and' only");
	}
	return 0;
}

int meta_take_call_roots(struct meta_filter *f, const struct meta_types *types,
			 struct meta_why *why)
{
	int err = 0;

	for (size_t i = 0; i < f->n_terms && !err; i++)
		err = take_call_root(&f->terms[i], types, why);
	return err ? err : check_conjuncts(f, why);
}

static int resolve_value(const struct resolver *r, const struct meta_probes *probes,
			 struct meta_arguments *args, struct meta_term *term)
{
	struct meta_argument value = { .type = "", .is_signed = true };
	int err = 0;

	if (term->base == META_ARGUMENT)
		err = meta_add_argument(r, args, term);
	if (!err && term->base == META_ARGUMENT)
		err = meta_resolve_argument(r, probes, args, term, &value);
	if (err || !value.type)
		return err;
	/* Probes have it with different sizes: 8 bytes hold all of them. */
	term->leaf = (struct meta_leaf){ .size = sizeof(uint64_t), .is_signed = value.is_signed };
	return meta_number_resolve(r, term, r->types->kernel, NULL);
}

int meta_resolve_call(struct meta_filter *f, const struct meta_types *types,
		      const struct meta_probes *probes, struct meta_arguments *args,
		      struct meta_why *why)
{
	struct resolver r = { .filter = f, .types = types, .why = why, .leaf = meta_leaf_resolve };
	int err = meta_resolve_open(&r);

	for (size_t i = 0; i < f->n_terms && !err; i++)
		if (meta_is_of_call(&f->terms[i]))
			err = resolve_value(&r, probes, args, &f->terms[i]);
	return err;
}
