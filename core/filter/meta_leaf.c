/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last member of a path of a metadata filter, and whether what it is compared to makes
 * sense. */
#include <bpf/btf.h>
#include <string.h>

#include "core/filter/meta_path.h"

/* Some numbers are in bits what they were declared as, not in the struct. */
static void read_bits(const struct member *member, struct meta_leaf *leaf)
{
	unsigned int bits = member->bits;
	uint64_t bit = member->bit;

	leaf->size = member->type->size;
	if (!bits && btf_is_int(member->type) && btf_int_bits(member->type) < leaf->size * 8) {
		bits = btf_int_bits(member->type);
		bit += btf_int_offset(member->type);
	}
	leaf->offset = (uint32_t)(bit / 8);
	if (!bits)
		return;
	leaf->bits = (uint8_t)bits;
	leaf->bit = bit % 8;
	leaf->size = (leaf->bit + bits + 7) / 8;
}

static bool has_size(const struct meta_leaf *leaf)
{
	if (leaf->bits)
		return leaf->bits <= 64 && leaf->size <= 8;
	return leaf->size == 1 || leaf->size == 2 || leaf->size == 4 || leaf->size == 8;
}

/* A number that no signed member can hold: all members are less. */
static void clamp_number(struct meta_term *term)
{
	static const enum meta_op ops[META_OPS] = {
		[META_EQ] = META_GT, [META_GT] = META_GT, [META_GE] = META_GT,
		[META_NE] = META_LE, [META_LT] = META_LE, [META_LE] = META_LE,
	};

	if (!term->leaf.is_signed || term->negative || term->number <= INT64_MAX)
		return;
	term->op = ops[term->op];
	term->number = INT64_MAX;
}

/* A name of its own enum, or, of a plain number, of any. */
static int resolve_word(const struct resolver *r, struct meta_term *term, const struct btf *btf,
			const struct btf_type *type)
{
	struct meta_quote name, near = { "" };
	int64_t number;

	if (!meta_find_enumerator(r->types, btf, type, term, &number, &near))
		return meta_refuse(r->why, term->value_column, "no enum has a value %s%s%s%s",
				   meta_quote(&name, term->string, term->string_length),
				   *near.text ? "; did you mean " : "; a text needs quotes",
				   near.text, *near.text ? "?" : "");
	term->value = META_NUMBER;
	term->number = (uint64_t)number;
	term->negative = number < 0 && term->leaf.is_signed;
	return 0;
}

int meta_number_resolve(const struct resolver *r, struct meta_term *term, const struct btf *btf,
			const struct btf_type *type)
{
	size_t last = term->first_step + term->n_steps - 1;
	struct meta_quote value;
	int err = 0;

	if (term->n_steps && r->filter->steps[last].has_mask && term->leaf.is_signed)
		return meta_refuse(r->why, r->filter->steps[last].column,
				   "mask is only supported for pointers and unsigned numeric "
				   "members.");
	if (term->value == META_STRING)
		return meta_refuse(r->why, term->value_column,
				   "invalid target (%s) value (cannot compare string with number)",
				   meta_quote(&value, term->string, term->string_length));
	if (term->value == META_ADDRESS)
		return meta_refuse(r->why, term->value_column,
				   "the member has %u bytes, the address %u", term->leaf.size,
				   term->address.size);
	if (term->value == META_WORD)
		err = resolve_word(r, term, btf, type);
	if (err)
		return err;
	if (term->negative && !term->leaf.is_signed)
		return meta_refuse(r->why, term->value_column,
				   "invalid target value (value is signed while type is unsigned)");
	clamp_number(term);
	return 0;
}

static int number_leaf(const struct resolver *r, struct meta_term *term,
		       const struct meta_step *step, const struct member *member)
{
	struct meta_leaf *leaf = &term->leaf;
	int err = meta_check_offset(r, step, member->bit - (member->bits ? member->bit % 8 : 0));

	if (err)
		return err;
	read_bits(member, leaf);
	leaf->is_signed = meta_is_signed(member->type);
	if (!has_size(leaf))
		return meta_refuse(r->why, step->column,
				   "found unsupported type while emitting operation (%s).",
				   meta_kind_name(member->type));
	return meta_number_resolve(r, term, member->btf, member->type);
}

static int check_string(const struct resolver *r, const struct meta_term *term)
{
	if (term->value != META_STRING)
		return meta_refuse(r->why, term->value_column,
				   "invalid target value for array or ptr type. Only strings are "
				   "supported.");
	if (term->op != META_EQ && term->op != META_NE)
		return meta_refuse(r->why, term->value_column,
				   "wrong comparison operator. Only '==' and '!=' are supported "
				   "for strings.");
	if (term->string_length > META_STRING_MAX)
		return meta_refuse(r->why, term->value_column, "invalid rval size (max %d)",
				   META_STRING_MAX);
	return 0;
}

static bool is_char(const struct btf_type *t)
{
	return t && btf_is_int(t) && t->size == 1;
}

static int check_address(const struct resolver *r, const struct meta_term *term,
			 const struct meta_step *step)
{
	if (step->has_mask)
		return meta_refuse(r->why, step->column,
				   "no mask for addresses: a network is ADDRESS/BITS");
	if (term->op != META_EQ && term->op != META_NE)
		return meta_refuse(r->why, term->value_column,
				   "wrong comparison operator. Only '==' and '!=' are supported "
				   "for addresses.");
	return 0;
}

/* A number, array or struct of the address' size; the addresses of devices may have more
 * room, or be elsewhere. */
static bool holds_address(const struct member *member, uint32_t size)
{
	const struct btf_type *t = member->type;

	if (member->bits)
		return false;
	if (btf_is_array(t)) {
		uint32_t n = btf_array(t)->nelems;

		return is_char(meta_strip(member->btf, btf_array(t)->type)) &&
		       (n == size || (size == 6 && n > size));
	}
	if (btf_is_ptr(t))
		return size == 6 && is_char(meta_strip(member->btf, t->type));
	return (btf_is_composite(t) || btf_is_int(t)) && t->size == size;
}

static int address_leaf(const struct resolver *r, struct meta_term *term,
			const struct meta_step *step, const struct member *member)
{
	int err = check_address(r, term, step);

	term->leaf = (struct meta_leaf){ .kind = META_LEAF_ADDRESS, .size = term->address.size };
	if (!err && btf_is_ptr(member->type))
		return meta_add_hop(r, term, step, member->bit);
	term->leaf.offset = (uint32_t)(member->bit / 8);
	return err ? err : meta_check_offset(r, step, member->bit);
}

static int array_leaf(const struct resolver *r, struct meta_term *term,
		      const struct meta_step *step, const struct member *member)
{
	const struct btf_array *array = btf_array(member->type);
	const struct btf_type *element = meta_strip(member->btf, array->type);

	if (!is_char(element))
		return meta_refuse(r->why, step->column, "array of %s are not supported.",
				   meta_kind_name(element));
	if (step->has_mask)
		return meta_refuse(r->why, step->column,
				   "mask is only supported for pointers and unsigned numeric "
				   "members.");
	term->leaf = (struct meta_leaf){ .kind = META_LEAF_CHARS,
					 .offset = (uint32_t)(member->bit / 8),
					 .size = array->nelems };
	return meta_check_offset(r, step, member->bit);
}

static int pointer_leaf(const struct resolver *r, struct meta_term *term,
			const struct meta_step *step, const struct member *member)
{
	const struct btf_type *target = meta_strip(member->btf, member->type->type);

	if (term->value == META_NOTHING) {
		term->leaf = (struct meta_leaf){ .offset = (uint32_t)(member->bit / 8), .size = 8 };
		return meta_check_offset(r, step, member->bit);
	}
	if (!is_char(target))
		return meta_refuse(r->why, step->column, "pointers to %s are not supported.",
				   meta_kind_name(target));
	term->leaf = (struct meta_leaf){ .kind = META_LEAF_CHARS };
	return meta_add_hop(r, term, step, member->bit);
}

int meta_leaf_resolve(const struct resolver *r, struct meta_term *term,
		      const struct meta_step *step, const struct member *member)
{
	struct meta_quote type;
	int err;

	if (step->cast)
		return meta_refuse(r->why, step->cast_column,
				   "trying to cast a leaf member into %s",
				   meta_quote(&type, step->cast, step->cast_length));
	if (term->value == META_ADDRESS && holds_address(member, term->address.size))
		return address_leaf(r, term, step, member);
	if (btf_is_int(member->type) || btf_is_any_enum(member->type))
		return number_leaf(r, term, step, member);
	if (btf_is_ptr(member->type) && term->value == META_NOTHING)
		return pointer_leaf(r, term, step, member);
	if (btf_is_array(member->type))
		err = array_leaf(r, term, step, member);
	else if (btf_is_ptr(member->type))
		err = pointer_leaf(r, term, step, member);
	else
		return meta_refuse(r->why, step->column,
				   "found unsupported type while emitting operation (%s).",
				   meta_kind_name(member->type));
	return err ? err : check_string(r, term);
}
