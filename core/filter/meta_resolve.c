/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Paths of a metadata filter, found in BTF: where the bytes are, how many pointers
 * lead there, and whether what is compared there makes sense.
 */
#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/meta_call.h"
#include "core/filter/meta_path.h"
#include "core/util/nearest.h"

/* Anonymous members within one another, and typedefs of typedefs; far more than
 * any kernel has. */
#define MAX_DEPTH 32
#define INTERRUPT "interrupt"
/* Offsets are checked to stay below; far more than any struct has. */
#define MAX_OFFSET (1u << 28)

/* --- types ----------------------------------------------------------------- */

const char *meta_kind_name(const struct btf_type *t)
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
const struct btf_type *meta_strip(const struct btf *btf, uint32_t id)
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
static const struct btf_type *find_own_type(const struct btf *btf, const char *name, size_t n,
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
static bool find_btf_type(const struct meta_types *types, const char *name, size_t n,
			  kind_test *test, struct place *place)
{
	const struct btf *btf = types->kernel;
	const struct btf_type *t = NULL;

	for (size_t i = 0; btf; i++) {
		t = find_own_type(btf, name, n, test);
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

bool meta_find_struct(const struct meta_types *types, const char *name, struct place *place)
{
	return find_btf_type(types, name, strlen(name), is_struct, place);
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
		const struct btf_type *t = meta_strip(place->btf, m->type);
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
		const struct btf_type *t = meta_strip(btf, m->type);

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
			   name.text, meta_kind_name(place->type), *type ? " " : "", type,
			   *near ? "; did you mean " : "", near, *near ? "?" : "");
}

/* --- on the way ------------------------------------------------------------ */

static int not_walkable(const struct resolver *r, const struct meta_step *step,
			const struct btf_type *t)
{
	return meta_refuse(r->why, step->column,
			   "unexpected non-walkable type (%s) while walking struct members",
			   meta_kind_name(t));
}

static int not_maskable(const struct resolver *r, const struct meta_step *step)
{
	return meta_refuse(r->why, step->column,
			   "intermediate members masking is only supported for pointers and "
			   "unsigned numbers");
}

/* Offsets are of whole bytes, and small enough for an instruction. */
int meta_check_offset(const struct resolver *r, const struct meta_step *step, uint64_t bit)
{
	if (bit % 8 == 0 && bit / 8 < MAX_OFFSET)
		return 0;
	return meta_refuse(r->why, step->column, "unsupported type.");
}

int meta_add_hop(const struct resolver *r, struct meta_term *term, const struct meta_step *step,
		 uint64_t bit)
{
	int err = meta_check_offset(r, step, bit);

	if (!err)
		r->filter->hops[term->first_step + term->n_hops++] =
			(struct meta_hop){ (uint32_t)(bit / 8), step->mask };
	return err;
}

int meta_find_cast(const struct resolver *r, const struct meta_step *step, struct place *place)
{
	const struct btf_type *t;
	struct meta_quote type;

	meta_quote(&type, step->cast, step->cast_length);
	if (!find_btf_type(r->types, step->cast, step->cast_length, is_castable, place))
		return meta_refuse(r->why, step->cast_column,
				   "Could not resolve %s to a struct or typedef", type.text);
	if (btf_is_composite(place->type))
		return 0;
	t = meta_strip(place->btf, place->type->type);
	if (t && btf_is_ptr(t))
		return meta_refuse(r->why, step->cast_column,
				   "cast type (%s: %s) cannot be an alias to a pointer", type.text,
				   meta_kind_name(t));
	if (!t || !btf_is_composite(t))
		return meta_refuse(r->why, step->cast_column,
				   "Could not resolve %s to a struct or typedef", type.text);
	place->type = t;
	return 0;
}

bool meta_is_signed(const struct btf_type *t)
{
	return btf_is_int(t) ? btf_int_encoding(t) & BTF_INT_SIGNED : btf_kflag(t);
}

/* Numbers that can hold an address, and pointers, are taken as one. */
static int cast_member(const struct resolver *r, struct meta_term *term,
		       const struct meta_step *step, const struct member *member,
		       struct place *place)
{
	const struct btf_type *t = member->type;
	int err;

	if (btf_is_composite(t))
		return not_maskable(r, step);
	if (!btf_is_ptr(t) && !(btf_is_int(t) && t->size == 8 && !member->bits))
		return not_walkable(r, step, t);
	if (btf_is_int(t) && meta_is_signed(t))
		return not_maskable(r, step);
	err = meta_add_hop(r, term, step, member->bit);
	return err ? err : meta_find_cast(r, step, place);
}

/* A type that is only declared there may be defined elsewhere: where it is part
 * of a module, say. */
static bool complete_type(const struct resolver *r, struct place *place)
{
	const char *name = name_of(place->btf, place->type);

	if (!btf_is_fwd(place->type) || !*name)
		return btf_is_composite(place->type);
	return find_btf_type(r->types, name, strlen(name), is_composite, place);
}

static int follow_pointer(const struct resolver *r, struct meta_term *term,
			  const struct meta_step *step, const struct member *member,
			  struct place *place)
{
	struct place to = { member->btf, meta_strip(member->btf, member->type->type), 0 };

	if (to.type && btf_is_ptr(to.type))
		return meta_refuse(r->why, step->column, "pointers of pointers are not supported");
	if (!to.type || !complete_type(r, &to))
		return not_walkable(r, step, to.type);
	*place = to;
	return meta_add_hop(r, term, step, member->bit);
}

static int descend_into(const struct resolver *r, struct meta_term *term,
			const struct meta_step *step, const struct member *member,
			struct place *place)
{
	if (step->cast)
		return cast_member(r, term, step, member, place);
	if (btf_is_ptr(member->type))
		return follow_pointer(r, term, step, member, place);
	if (!btf_is_composite(member->type))
		return not_walkable(r, step, member->type);
	if (step->has_mask)
		return not_maskable(r, step);
	*place = (struct place){ member->btf, member->type, member->bit };
	return 0;
}

/* --------------------------------------------------------------------------- */

bool meta_begins_with(const struct meta_term *term, const char *root)
{
	return term->root_length == strlen(root) && !memcmp(term->root, root, term->root_length);
}

bool meta_is_packet_root(const struct meta_term *term)
{
	return meta_begins_with(term, META_ROOT_PACKET) || meta_begins_with(term, META_ROOT_TASK) ||
	       meta_begins_with(term, INTERRUPT);
}

int meta_refuse_root(const struct meta_term *term, struct meta_why *why)
{
	struct meta_quote name;

	return meta_refuse(why, term->root_column,
			   "found '%s', expected '" META_ROOT_PACKET
			   "': in the kernel, paths begin with it, with '" META_ROOT_TASK
			   "', '" META_ROOT_ARGUMENT
			   "', the type of an argument, or are '" META_ROOT_RETURNED "'",
			   meta_quote(&name, term->root, term->root_length));
}

int meta_refuse_lone(const struct meta_term *term, struct meta_why *why)
{
	struct meta_quote name;

	return meta_refuse(why, term->root_column,
			   "'%s' alone is nothing to compare: name a member of it",
			   meta_quote(&name, term->root, term->root_length));
}

static int check_root(const struct resolver *r, struct meta_term *term)
{
	struct meta_quote name;

	if (meta_begins_with(term, META_ROOT_TASK))
		term->base = META_TASK;
	else if (!meta_begins_with(term, META_ROOT_PACKET))
		return meta_refuse_root(term, r->why);
	if (!r->roots[term->base].type)
		return meta_refuse(r->why, term->root_column,
				   "this kernel's BTF does not describe struct %s",
				   meta_quote(&name, term->root, term->root_length));
	return term->n_steps ? 0 : meta_refuse_lone(term, r->why);
}

/* Element N of an array takes the array's place. */
static int choose_element(const struct resolver *r, const struct meta_step *step,
			  struct member *member)
{
	const struct btf_array *array;
	int64_t size;

	if (!step->has_index)
		return 0;
	if (!btf_is_array(member->type))
		return meta_refuse(r->why, step->column, "this is no array (%s)",
				   meta_kind_name(member->type));
	array = btf_array(member->type);
	/* One without a size goes on as long as its struct was made. */
	if (array->nelems && step->index >= array->nelems)
		return meta_refuse(r->why, step->column, "the array has %u elements, from 0",
				   array->nelems);
	size = btf__resolve_size(member->btf, array->type);
	member->type = meta_strip(member->btf, array->type);
	if (size < 0 || !member->type)
		return not_walkable(r, step, member->type);
	member->bit += (uint64_t)size * 8 * step->index;
	return 0;
}

/* "interrupt": where the kernel counts them. */
static int resolve_interrupt(const struct resolver *r, struct meta_term *term)
{
	const struct btf *btf = r->types->kernel;
	const struct meta_step count = { .name = "preempt_count", .length = 13 };
	int id = btf__find_by_name_kind(btf, "__preempt_count", BTF_KIND_VAR);
	struct member member = { .bit = 0 };

	if (id < 0) {
		id = btf__find_by_name_kind(btf, "pcpu_hot", BTF_KIND_VAR);
		if (id >= 0) {
			struct place hot = {
				btf, meta_strip(btf, btf__type_by_id(btf, (uint32_t)id)->type), 0
			};

			if (!hot.type || !btf_is_composite(hot.type) ||
			    !find_member(&hot, &count, 0, &member))
				id = -1;
		}
	}
	if (id < 0)
		return meta_refuse(r->why, term->root_column,
				   "this kernel does not tell whether it is in an interrupt");
	if (term->n_steps || term->value != META_NOTHING)
		return meta_refuse(r->why, term->root_column, "'" INTERRUPT "' stands alone");
	term->leaf = (struct meta_leaf){ .kind = META_LEAF_INTERRUPT,
					 .offset = (uint32_t)(member.bit / 8),
					 .variable = (uint32_t)id };
	return 0;
}

int meta_walk(const struct resolver *r, struct meta_term *term, size_t first, struct place place)
{
	const struct meta_step *step = &r->filter->steps[term->first_step + first];
	const struct meta_step *last = &r->filter->steps[term->first_step + term->n_steps - 1];
	struct member member;
	int err = 0;

	for (; !err; step++) {
		if (!find_member(&place, step, 0, &member))
			return no_member(r, &place, step);
		err = choose_element(r, step, &member);
		if (err)
			return err;
		if (step == last)
			return r->leaf(r, term, step, &member);
		err = descend_into(r, term, step, &member, &place);
	}
	return err;
}

int meta_resolve_term(const struct resolver *r, struct meta_term *term)
{
	int err;

	if (meta_begins_with(term, INTERRUPT))
		return resolve_interrupt(r, term);
	err = check_root(r, term);
	return err ? err : meta_walk(r, term, 0, r->roots[term->base]);
}

int meta_resolve_open(struct resolver *r)
{
	struct meta_filter *f = r->filter;

	f->hops = calloc(f->n_steps + 1, sizeof(*f->hops));
	if (!f->hops)
		return meta_no_memory(r->why);
	meta_find_struct(r->types, META_ROOT_PACKET, &r->roots[META_PACKET]);
	for (size_t i = 0; i < f->n_terms && !r->roots[META_TASK].type; i++)
		if (meta_begins_with(&f->terms[i], META_ROOT_TASK))
			meta_find_struct(r->types, META_ROOT_TASK, &r->roots[META_TASK]);
	return 0;
}

int meta_resolve(struct meta_filter *f, const struct meta_types *types, struct meta_why *why)
{
	struct resolver r = { .filter = f, .types = types, .why = why, .leaf = meta_leaf_resolve };
	int err = meta_resolve_open(&r);

	for (size_t i = 0; i < f->n_terms && !err; i++)
		if (!meta_is_of_call(&f->terms[i]))
			err = meta_resolve_term(&r, &f->terms[i]);
	return err;
}
