/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Paths of a metadata filter, found in BTF: where the bytes are, how many pointers
 * lead there, and whether what is compared there makes sense.
 */
#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/meta_private.h"
#include "core/util/nearest.h"

/* Anonymous members within one another, and typedefs of typedefs; far more than
 * any kernel has. */
#define MAX_DEPTH 32
#define ROOT "sk_buff"
/* Offsets are checked to stay below; far more than any struct has. */
#define MAX_OFFSET (1u << 28)

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
};

/* --- types ----------------------------------------------------------------- */

static const char *kind_name(const struct btf_type *t)
{
	static const char *const names[] = {
		[BTF_KIND_UNKN] = "void",     [BTF_KIND_INT] = "int",
		[BTF_KIND_PTR] = "ptr",	      [BTF_KIND_ARRAY] = "array",
		[BTF_KIND_STRUCT] = "struct", [BTF_KIND_UNION] = "union",
		[BTF_KIND_ENUM] = "enum",     [BTF_KIND_FWD] = "fwd",
		[BTF_KIND_FUNC] = "func",     [BTF_KIND_FUNC_PROTO] = "func-proto",
		[BTF_KIND_FLOAT] = "float",   [BTF_KIND_ENUM64] = "enum64",
	};
	unsigned int kind = t ? btf_kind(t) : BTF_KIND_UNKN;

	return kind < sizeof(names) / sizeof(names[0]) && names[kind] ? names[kind] : "unknown";
}

static const char *name_of(const struct btf *btf, const struct btf_type *t)
{
	const char *name = btf__name_by_offset(btf, t->name_off);

	return name ? name : "";
}

/* What ID is without qualifiers and typedefs; NULL: void. */
static const struct btf_type *strip(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t = NULL;

	for (int i = 0; id && i < MAX_DEPTH; i++) {
		t = btf__type_by_id(btf, id);
		if (!t || !(btf_is_mod(t) || btf_is_typedef(t)))
			return t;
		id = t->type;
	}
	return NULL;
}

static bool is_named(const struct btf *btf, const struct btf_type *t, const char *name, size_t n)
{
	const char *own = name_of(btf, t);

	return !strncmp(own, name, n) && !own[n];
}

typedef bool kind_test(const struct btf_type *t);

/* The first type of that name, in BTF alone, not in what it extends. */
static const struct btf_type *find_own(const struct btf *btf, const char *name, size_t n,
				       kind_test *test)
{
	const struct btf *base = btf__base_btf(btf);
	uint32_t end = btf__type_cnt(btf);

	for (uint32_t id = base ? btf__type_cnt(base) : 1; id < end; id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		if (test(t) && is_named(btf, t, name, n))
			return t;
	}
	return NULL;
}

/* The same in all BTF; sets PLACE's btf and type. */
static bool find_type(const struct meta_types *types, const char *name, size_t n, kind_test *test,
		      struct place *place)
{
	const struct btf *btf = types->kernel;
	const struct btf_type *t = NULL;

	for (size_t i = 0; btf; i++) {
		t = find_own(btf, name, n, test);
		if (t)
			break;
		btf = types->module ? types->module(types->data, i) : NULL;
	}
	if (t)
		*place = (struct place){ btf, t, 0 };
	return t != NULL;
}

static bool is_struct(const struct btf_type *t)
{
	return btf_is_struct(t);
}

static bool is_composite(const struct btf_type *t)
{
	return btf_is_composite(t);
}

static bool is_castable(const struct btf_type *t)
{
	return btf_is_composite(t) || btf_is_typedef(t);
}

/* --- members --------------------------------------------------------------- */

static bool find_member(const struct place *place, const struct meta_step *step, unsigned int depth,
			struct member *found)
{
	const struct btf_member *m = btf_members(place->type);

	for (unsigned int i = 0; i < btf_vlen(place->type); i++, m++) {
		const char *name = btf__name_by_offset(place->btf, m->name_off);
		const struct btf_type *t = strip(place->btf, m->type);
		uint64_t bit = place->bit + btf_member_bit_offset(place->type, i);
		struct place inner = { place->btf, t, bit };

		if (!name || !t)
			continue;
		if (!strncmp(name, step->name, step->length) && !name[step->length]) {
			*found = (struct member){ place->btf, t, bit,
						  btf_member_bitfield_size(place->type, i) };
			return true;
		}
		if (!*name && btf_is_composite(t) && depth < MAX_DEPTH &&
		    find_member(&inner, step, depth + 1, found))
			return true;
	}
	return false;
}

static void consider_members(const struct btf *btf, const struct btf_type *type,
			     struct nearest *nearest, unsigned int depth)
{
	const struct btf_member *m = btf_members(type);

	for (unsigned int i = 0; i < btf_vlen(type); i++, m++) {
		const char *name = btf__name_by_offset(btf, m->name_off);
		const struct btf_type *t = strip(btf, m->type);

		if (name && *name)
			nearest_consider(nearest, name);
		else if (name && t && btf_is_composite(t) && depth < MAX_DEPTH)
			consider_members(btf, t, nearest, depth + 1);
	}
}

static int no_member(const struct resolver *r, const struct place *place,
		     const struct meta_step *step)
{
	const char *type = name_of(place->btf, place->type);
	struct meta_quote name;
	struct nearest nearest = { .wanted = meta_quote(&name, step->name, step->length) };
	char near[128];

	consider_members(place->btf, place->type, &nearest, 0);
	nearest_text(&nearest, near, sizeof(near));
	return meta_refuse(r->why, step->column, "field %s not found in type %s%s%.40s%s%s%s",
			   name.text, kind_name(place->type), *type ? " " : "", type,
			   *near ? "; did you mean " : "", near, *near ? "?" : "");
}

/* --- on the way ------------------------------------------------------------ */

static int not_walkable(const struct resolver *r, const struct meta_step *step,
			const struct btf_type *t)
{
	return meta_refuse(r->why, step->column,
			   "unexpected non-walkable type (%s) while walking struct members",
			   kind_name(t));
}

static int not_maskable(const struct resolver *r, const struct meta_step *step)
{
	return meta_refuse(r->why, step->column,
			   "intermediate members masking is only supported for pointers and "
			   "unsigned numbers");
}

/* Offsets are of whole bytes, and small enough for an instruction. */
static int check_offset(const struct resolver *r, const struct meta_step *step, uint64_t bit)
{
	if (bit % 8 == 0 && bit / 8 < MAX_OFFSET)
		return 0;
	return meta_refuse(r->why, step->column, "unsupported type.");
}

static int add_hop(const struct resolver *r, struct meta_term *term, const struct meta_step *step,
		   uint64_t bit)
{
	int err = check_offset(r, step, bit);

	if (!err)
		r->filter->hops[term->first_step + term->n_hops++] =
			(struct meta_hop){ (uint32_t)(bit / 8), step->mask };
	return err;
}

/* A typedef must be one of a struct or union. */
static int find_cast(const struct resolver *r, const struct meta_step *step, struct place *place)
{
	const struct btf_type *t;
	struct meta_quote type;

	meta_quote(&type, step->cast, step->cast_length);
	if (!find_type(r->types, step->cast, step->cast_length, is_castable, place))
		return meta_refuse(r->why, step->cast_column,
				   "Could not resolve %s to a struct or typedef", type.text);
	if (btf_is_composite(place->type))
		return 0;
	t = strip(place->btf, place->type->type);
	if (t && btf_is_ptr(t))
		return meta_refuse(r->why, step->cast_column,
				   "cast type (%s: %s) cannot be an alias to a pointer", type.text,
				   kind_name(t));
	if (!t || !btf_is_composite(t))
		return meta_refuse(r->why, step->cast_column,
				   "Could not resolve %s to a struct or typedef", type.text);
	place->type = t;
	return 0;
}

static bool is_signed(const struct btf_type *t)
{
	return btf_is_int(t) ? btf_int_encoding(t) & BTF_INT_SIGNED : btf_kflag(t);
}

/* Numbers that can hold an address, and pointers, are taken as one. */
static int cast(const struct resolver *r, struct meta_term *term, const struct meta_step *step,
		const struct member *member, struct place *place)
{
	const struct btf_type *t = member->type;
	int err;

	if (btf_is_composite(t))
		return not_maskable(r, step);
	if (!btf_is_ptr(t) && !(btf_is_int(t) && t->size == 8 && !member->bits))
		return not_walkable(r, step, t);
	if (btf_is_int(t) && is_signed(t))
		return not_maskable(r, step);
	err = add_hop(r, term, step, member->bit);
	return err ? err : find_cast(r, step, place);
}

/* A type that is only declared there may be defined elsewhere: where it is part
 * of a module, say. */
static bool complete(const struct resolver *r, struct place *place)
{
	const char *name = name_of(place->btf, place->type);

	if (!btf_is_fwd(place->type) || !*name)
		return btf_is_composite(place->type);
	return find_type(r->types, name, strlen(name), is_composite, place);
}

static int follow_pointer(const struct resolver *r, struct meta_term *term,
			  const struct meta_step *step, const struct member *member,
			  struct place *place)
{
	struct place to = { member->btf, strip(member->btf, member->type->type), 0 };

	if (to.type && btf_is_ptr(to.type))
		return meta_refuse(r->why, step->column, "pointers of pointers are not supported");
	if (!to.type || !complete(r, &to))
		return not_walkable(r, step, to.type);
	*place = to;
	return add_hop(r, term, step, member->bit);
}

static int descend(const struct resolver *r, struct meta_term *term, const struct meta_step *step,
		   const struct member *member, struct place *place)
{
	if (step->cast)
		return cast(r, term, step, member, place);
	if (btf_is_ptr(member->type))
		return follow_pointer(r, term, step, member, place);
	if (!btf_is_composite(member->type))
		return not_walkable(r, step, member->type);
	if (step->has_mask)
		return not_maskable(r, step);
	*place = (struct place){ member->btf, member->type, member->bit };
	return 0;
}

/* --- the last member ------------------------------------------------------- */

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
static void clamp(struct meta_term *term)
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
static int resolve_word(const struct resolver *r, struct meta_term *term,
			const struct member *member)
{
	struct meta_quote name, near = { "" };
	int64_t number;

	if (!meta_find_enumerator(r->types, member->btf, member->type, term, &number, &near))
		return meta_refuse(r->why, term->value_column, "no enum has a value %s%s%s%s",
				   meta_quote(&name, term->string, term->string_length),
				   *near.text ? "; did you mean " : "; a text needs quotes",
				   near.text, *near.text ? "?" : "");
	term->value = META_NUMBER;
	term->number = (uint64_t)number;
	term->negative = number < 0 && is_signed(member->type);
	return 0;
}

static int number_leaf(const struct resolver *r, struct meta_term *term,
		       const struct meta_step *step, const struct member *member)
{
	struct meta_leaf *leaf = &term->leaf;
	struct meta_quote value;
	int err = check_offset(r, step, member->bit - (member->bits ? member->bit % 8 : 0));

	if (err)
		return err;
	read_bits(member, leaf);
	leaf->is_signed = is_signed(member->type);
	if (!has_size(leaf))
		return meta_refuse(r->why, step->column,
				   "found unsupported type while emitting operation (%s).",
				   kind_name(member->type));
	if (step->has_mask && leaf->is_signed)
		return meta_refuse(r->why, step->column,
				   "mask is only supported for pointers and unsigned numeric "
				   "members.");
	if (term->value == META_STRING)
		return meta_refuse(r->why, term->value_column,
				   "invalid target (%s) value (cannot compare string with number)",
				   meta_quote(&value, term->string, term->string_length));
	if (term->value == META_ADDRESS)
		return meta_refuse(r->why, term->value_column,
				   "the member has %u bytes, the address %u", leaf->size,
				   term->address.size);
	err = term->value == META_WORD ? resolve_word(r, term, member) : 0;
	if (err)
		return err;
	if (term->negative && !leaf->is_signed)
		return meta_refuse(r->why, term->value_column,
				   "invalid target value (value is signed while type is unsigned)");
	clamp(term);
	return 0;
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

		return is_char(strip(member->btf, btf_array(t)->type)) &&
		       (n == size || (size == 6 && n > size));
	}
	if (btf_is_ptr(t))
		return size == 6 && is_char(strip(member->btf, t->type));
	return (btf_is_composite(t) || btf_is_int(t)) && t->size == size;
}

static int address_leaf(const struct resolver *r, struct meta_term *term,
			const struct meta_step *step, const struct member *member)
{
	int err = check_address(r, term, step);

	term->leaf = (struct meta_leaf){ .kind = META_LEAF_ADDRESS, .size = term->address.size };
	if (!err && btf_is_ptr(member->type))
		return add_hop(r, term, step, member->bit);
	term->leaf.offset = (uint32_t)(member->bit / 8);
	return err ? err : check_offset(r, step, member->bit);
}

static int array_leaf(const struct resolver *r, struct meta_term *term,
		      const struct meta_step *step, const struct member *member)
{
	const struct btf_array *array = btf_array(member->type);
	const struct btf_type *element = strip(member->btf, array->type);

	if (!is_char(element))
		return meta_refuse(r->why, step->column, "array of %s are not supported.",
				   kind_name(element));
	if (step->has_mask)
		return meta_refuse(r->why, step->column,
				   "mask is only supported for pointers and unsigned numeric "
				   "members.");
	term->leaf = (struct meta_leaf){ .kind = META_LEAF_CHARS,
					 .offset = (uint32_t)(member->bit / 8),
					 .size = array->nelems };
	return check_offset(r, step, member->bit);
}

static int pointer_leaf(const struct resolver *r, struct meta_term *term,
			const struct meta_step *step, const struct member *member)
{
	const struct btf_type *target = strip(member->btf, member->type->type);

	if (!is_char(target))
		return meta_refuse(r->why, step->column, "pointers to %s are not supported.",
				   kind_name(target));
	term->leaf = (struct meta_leaf){ .kind = META_LEAF_CHARS };
	return add_hop(r, term, step, member->bit);
}

static int leaf(const struct resolver *r, struct meta_term *term, const struct meta_step *step,
		const struct member *member)
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
	if (btf_is_array(member->type))
		err = array_leaf(r, term, step, member);
	else if (btf_is_ptr(member->type))
		err = pointer_leaf(r, term, step, member);
	else
		return meta_refuse(r->why, step->column,
				   "found unsupported type while emitting operation (%s).",
				   kind_name(member->type));
	return err ? err : check_string(r, term);
}

/* --------------------------------------------------------------------------- */

static int check_root(const struct resolver *r, const struct meta_term *term)
{
	struct meta_quote name;

	if (term->root_length != strlen(ROOT) || memcmp(term->root, ROOT, term->root_length))
		return meta_refuse(r->why, term->root_column,
				   "found '%s', expected '" ROOT "': in the kernel, paths begin "
				   "with it",
				   meta_quote(&name, term->root, term->root_length));
	if (!term->n_steps)
		return meta_refuse(r->why, term->root_column,
				   "'" ROOT "' alone is nothing to compare: name a member of it, "
				   "'" ROOT ".len'");
	return 0;
}

static int resolve_term(const struct resolver *r, struct meta_term *term, struct place place)
{
	const struct meta_step *step = NULL, *last = NULL;
	struct member member;
	int err = check_root(r, term);

	if (!err) {
		step = &r->filter->steps[term->first_step];
		last = step + term->n_steps - 1;
	}
	for (; !err; step++) {
		if (!find_member(&place, step, 0, &member))
			return no_member(r, &place, step);
		if (step == last)
			return leaf(r, term, step, &member);
		err = descend(r, term, step, &member, &place);
	}
	return err;
}

int meta_resolve(struct meta_filter *f, const struct meta_types *types, struct meta_why *why)
{
	const struct resolver r = { f, types, why };
	struct place root;
	int err = 0;

	f->hops = calloc(f->n_steps + 1, sizeof(*f->hops));
	if (!f->hops)
		return meta_no_memory(why);
	if (!find_type(types, ROOT, strlen(ROOT), is_struct, &root))
		return meta_refuse(why, 0, "this kernel's BTF does not describe struct sk_buff");
	for (size_t i = 0; i < f->n_terms && !err; i++)
		err = resolve_term(&r, &f->terms[i], root);
	return err;
}
