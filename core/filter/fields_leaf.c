/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a member is as a field: its type decides, and for addresses its name, as C has no
 * type of its own for most of them. */
#include <bpf/btf.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/fields_private.h"

/* Of a text whose length no type tells. */
#define TEXT_SIZE 64

void fields_describe(struct fields *f, const struct meta_term *term, enum retis_kind kind,
		     uint32_t size)
{
	size_t at = (size_t)(term - f->paths.terms);

	f->table[at] = (struct retis_field){
		.name = f->names[at], .kind = kind, .size = size, .present = (uint32_t)at + 1
	};
}

/* --- texts and addresses ----------------------------------------------------- */

static bool is_text(const struct btf *btf, const struct btf_type *t)
{
	const char *name = t && btf_is_int(t) ? btf__name_by_offset(btf, t->name_off) : NULL;

	return name && !strcmp(name, "char");
}

static bool is_byte(const struct btf_type *t)
{
	return t && btf_is_int(t) && t->size == 1;
}

static bool says_address(const struct meta_step *step)
{
	return step->length >= 4 && !memcmp(step->name + step->length - 4, "addr", 4);
}

/* RETIS_OBJECT: it is none. */
static enum retis_kind address_kind(const struct meta_step *step, const struct member *member,
				    const struct btf_type *target)
{
	const struct btf_type *t = member->type;
	const char *name = btf__name_by_offset(member->btf, t->name_off);

	if (btf_is_struct(t) && name && !strcmp(name, "in6_addr"))
		return RETIS_IP6;
	if (btf_is_struct(t) && name && !strcmp(name, "in_addr"))
		return RETIS_IP4;
	if (!says_address(step) || step->has_mask || member->bits)
		return RETIS_OBJECT;
	if (btf_is_int(t) && t->size == 4 && !meta_is_signed(t))
		return RETIS_IP4;
	if (btf_is_array(t) && btf_array(t)->nelems < 6)
		return RETIS_OBJECT;
	return is_byte(target) ? RETIS_MAC : RETIS_OBJECT;
}

/* SIZE bytes at the member, or where it points to; 0: a text up to its end. */
static int take_bytes(const struct resolver *r, struct meta_term *term,
		      const struct meta_step *step, const struct member *member, uint32_t size)
{
	term->leaf = (struct meta_leaf){ .kind = META_LEAF_CHARS, .size = size };
	if (btf_is_ptr(member->type))
		return meta_add_hop(r, term, step, member->bit);
	term->leaf.offset = (uint32_t)(member->bit / 8);
	return meta_check_offset(r, step, member->bit);
}

static int take_text_field(const struct resolver *r, struct meta_term *term,
			   const struct meta_step *step, const struct member *member)
{
	uint32_t n = btf_is_array(member->type) ? btf_array(member->type)->nelems : 0;

	if (btf_is_array(member->type) && step->has_mask)
		return meta_refuse(r->why, step->column, "a text has no mask");
	if (n > META_STRING_MAX)
		n = META_STRING_MAX;
	fields_describe(r->data, term, RETIS_STRING, n ? n : TEXT_SIZE);
	return take_bytes(r, term, step, member, n);
}

static int take_address(const struct resolver *r, struct meta_term *term,
			const struct meta_step *step, const struct member *member,
			enum retis_kind kind)
{
	uint32_t size = kind == RETIS_IP6 ? 16 : kind == RETIS_IP4 ? 4 : 6;

	fields_describe(r->data, term, kind, size);
	return take_bytes(r, term, step, member, size);
}

/* --- numbers ---------------------------------------------------------------- */

/* Names of the enum T, on the heap with their list: BTF does not stay. */
static struct retis_enum_name *copy_names(const struct btf *btf, const struct btf_type *t,
					  uint32_t *n)
{
	struct retis_enum_name *list;
	size_t size = 0;
	int64_t number;
	char *at;

	for (unsigned int i = 0; i < btf_vlen(t); i++) {
		const char *name = meta_enumerator(btf, t, i, &number);

		size += sizeof(*list) + (name ? strlen(name) + 1 : 0);
	}
	list = malloc(size + 1);
	if (!list)
		return NULL;
	at = (char *)(list + btf_vlen(t));
	for (unsigned int i = 0; i < btf_vlen(t); i++) {
		const char *name = meta_enumerator(btf, t, i, &number);

		if (!name)
			continue;
		size = strlen(name) + 1;
		list[(*n)++] = (struct retis_enum_name){ number, memcpy(at, name, size) };
		at += size;
	}
	return list;
}

static int take_enum(const struct resolver *r, struct meta_term *term, const struct member *member,
		     uint32_t size)
{
	struct fields *f = r->data;
	size_t at = (size_t)(term - f->paths.terms);

	fields_describe(f, term, RETIS_ENUM, size);
	f->enums[at] = copy_names(member->btf, member->type, &f->table[at].n_names);
	f->table[at].names = f->enums[at];
	return f->enums[at] ? 0 : meta_no_memory(r->why);
}

static int take_value_field(const struct resolver *r, struct meta_term *term,
			    const struct meta_step *step, const struct member *member)
{
	const struct btf_type *t = member->type;
	int err = meta_leaf_resolve(r, term, step, member);
	const struct meta_leaf *leaf = &term->leaf;
	uint32_t size = leaf->size;

	if (err)
		return err;
	if (leaf->bits)
		size = leaf->bits <= 8 ? 1 : leaf->bits <= 16 ? 2 : leaf->bits <= 32 ? 4 : 8;
	if (btf_is_any_enum(t) && !step->has_mask)
		return take_enum(r, term, member, size);
	fields_describe(r->data, term,
			btf_is_ptr(t)	  ? RETIS_HEX
			: leaf->is_signed ? RETIS_INT
			: btf_is_int(t) && btf_int_encoding(t) & BTF_INT_BOOL && !step->has_mask
				? RETIS_BOOL
				: RETIS_UINT,
			size);
	return 0;
}

int fields_leaf(const struct resolver *r, struct meta_term *term, const struct meta_step *step,
		const struct member *member)
{
	const struct btf_type *t = member->type, *target = NULL;
	enum retis_kind address;

	if (btf_is_ptr(t))
		target = meta_strip(member->btf, t->type);
	else if (btf_is_array(t))
		target = meta_strip(member->btf, btf_array(t)->type);
	address = address_kind(step, member, target);
	if (step->cast)
		return meta_leaf_resolve(r, term, step, member);
	if (address != RETIS_OBJECT)
		return take_address(r, term, step, member, address);
	if (target && is_text(member->btf, target))
		return take_text_field(r, term, step, member);
	if (btf_is_composite(t))
		return meta_refuse(r->why, step->column, "this is a %s: name a member of it",
				   meta_kind_name(t));
	if (btf_is_array(t))
		return meta_refuse(r->why, step->column,
				   "this is an array: name an element of it, as [0]");
	return take_value_field(r, term, step, member);
}
