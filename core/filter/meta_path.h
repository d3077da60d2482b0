/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths of a metadata filter on their way through BTF. */
#ifndef FILTER_META_PATH_H
#define FILTER_META_PATH_H

#include "core/filter/meta_private.h"

struct btf_type;

/* A struct or union on the way; the path has led to its first byte. */
struct place {
	const struct btf *btf;
	const struct btf_type *type;
	/* From the last base, in bits. */
	uint64_t bit;
};

/* A member of it. */
struct member {
	const struct btf *btf;
	/* Without qualifiers and typedefs; NULL: void. */
	const struct btf_type *type;
	uint64_t bit;
	/* 0: not a bitfield. */
	unsigned int bits;
};

struct resolver {
	struct meta_filter *filter;
	const struct meta_types *types;
	struct meta_why *why;
	/* What the last member of a path is: meta_leaf_resolve(), or that of fields, whose is
	 * DATA. */
	int (*leaf)(const struct resolver *r, struct meta_term *term, const struct meta_step *step,
		    const struct member *member);
	void *data;
	/* What paths begin with, by enum meta_root. */
	struct place roots[META_TASK + 1];
};

/* Where the filter's paths can begin. */
int meta_resolve_open(struct resolver *r);
int meta_resolve_term(const struct resolver *r, struct meta_term *term);
/* From step FIRST on, which begins in PLACE. */
int meta_walk(const struct resolver *r, struct meta_term *term, size_t first, struct place place);
bool meta_find_struct(const struct meta_types *types, const char *name, struct place *place);
/* The type that STEP is to be taken for; a typedef must be one of a struct or union. */
int meta_find_cast(const struct resolver *r, const struct meta_step *step, struct place *place);

const char *meta_kind_name(const struct btf_type *t);
/* What ID is without qualifiers and typedefs; NULL: void. */
const struct btf_type *meta_strip(const struct btf *btf, uint32_t id);
bool meta_is_signed(const struct btf_type *t);
/* Offsets are of whole bytes, and small enough for an instruction. */
int meta_check_offset(const struct resolver *r, const struct meta_step *step, uint64_t bit);
int meta_add_hop(const struct resolver *r, struct meta_term *term, const struct meta_step *step,
		 uint64_t bit);
int meta_leaf_resolve(const struct resolver *r, struct meta_term *term,
		      const struct meta_step *step, const struct member *member);

#endif
