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

bool meta_begins_with(const struct meta_term *term, const char *root);
/* The packet, the task, or whether it is in an interrupt. */
bool meta_is_packet_root(const struct meta_term *term);
/* -EINVAL: nothing is called what TERM begins with; it begins with something that has members. */
int meta_refuse_root(const struct meta_term *term, struct meta_why *why);
int meta_refuse_lone(const struct meta_term *term, struct meta_why *why);
const char *meta_kind_name(const struct btf_type *t);
/* What ID is without qualifiers and typedefs; NULL: void. */
const struct btf_type *meta_strip(const struct btf *btf, uint32_t id);
bool meta_is_signed(const struct btf_type *t);
/* Offsets are of whole bytes, and small enough for an instruction. */
int meta_check_offset(const struct resolver *r, const struct meta_step *step, uint64_t bit);
int meta_add_hop(const struct resolver *r, struct meta_term *term, const struct meta_step *step,
		 uint64_t bit);
/* TERM is compared to a number that fits its leaf; enums are looked for in BTF, in TYPE alone if
 * that is one. */
int meta_number_resolve(const struct resolver *r, struct meta_term *term, const struct btf *btf,
			const struct btf_type *type);
int meta_leaf_resolve(const struct resolver *r, struct meta_term *term,
		      const struct meta_step *step, const struct member *member);

/* What the word of TERM stands for in the enum OWN of BTF, or, if that is none, in any. Else
 * false, and NEAR the names of OWN that are like it. */
bool meta_find_enumerator(const struct meta_types *types, const struct btf *btf,
			  const struct btf_type *own, const struct meta_term *term, int64_t *number,
			  struct meta_quote *near);

/* Name and value of enumerator I of the enum T; NULL: BTF is broken. */
const char *meta_enumerator(const struct btf *btf, const struct btf_type *t, unsigned int i,
			    int64_t *number);

#endif
