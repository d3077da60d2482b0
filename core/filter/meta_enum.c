/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of numbers, found in BTF. */
#include <bpf/btf.h>
#include <string.h>

#include "core/filter/meta_path.h"
#include "core/util/nearest.h"

const char *meta_enumerator(const struct btf *btf, const struct btf_type *t, unsigned int i,
			    int64_t *number)
{
	bool wide = btf_is_enum64(t);

	if (wide)
		*number = (int64_t)btf_enum64_value(btf_enum64(t) + i);
	else
		*number = btf_kflag(t) ? btf_enum(t)[i].val : (int64_t)(uint32_t)btf_enum(t)[i].val;
	return btf__name_by_offset(btf, wide ? btf_enum64(t)[i].name_off : btf_enum(t)[i].name_off);
}

/* The enumerator of that name in T; the others are considered. */
static bool find_in_enum(const struct btf *btf, const struct btf_type *t,
			 const struct meta_term *term, int64_t *number, struct nearest *nearest)
{
	for (unsigned int i = 0; i < btf_vlen(t); i++) {
		const char *name = meta_enumerator(btf, t, i, number);

		if (!name)
			continue;
		if (strlen(name) == term->string_length &&
		    !memcmp(name, term->string, term->string_length))
			return true;
		if (nearest)
			nearest_consider(nearest, name);
	}
	return false;
}

static bool find_in_enums(const struct btf *btf, const struct meta_term *term, int64_t *number)
{
	const struct btf *base = btf__base_btf(btf);
	uint32_t end = btf__type_cnt(btf);

	for (uint32_t id = base ? btf__type_cnt(base) : 1; id < end; id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		if (btf_is_any_enum(t) && find_in_enum(btf, t, term, number, NULL))
			return true;
	}
	return false;
}

bool meta_find_enumerator(const struct meta_types *types, const struct btf *btf,
			  const struct btf_type *own, const struct meta_term *term, int64_t *number,
			  struct meta_quote *near)
{
	struct meta_quote name;
	struct nearest nearest = { .wanted = meta_quote(&name, term->string, term->string_length) };

	if (own && btf_is_any_enum(own)) {
		if (find_in_enum(btf, own, term, number, &nearest))
			return true;
		nearest_text(&nearest, near->text, sizeof(near->text));
		return false;
	}
	btf = types->kernel;
	for (size_t i = 0; btf; i++) {
		if (find_in_enums(btf, term, number))
			return true;
		btf = types->module ? types->module(types->data, i) : NULL;
	}
	return false;
}
