/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prototypes, from BTF to names, sizes and signs of parameters. */
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <retis/plugin.h>

#include "core/kernel/private.h"

/* More of them in a row than in any program: they go round in a circle. */
#define MODIFIERS_MAX 32

static const struct btf_type *skip_modifiers(const struct btf *btf, const struct btf_type *t)
{
	for (unsigned int i = 0; t && (btf_is_const(t) || btf_is_volatile(t) ||
				       btf_is_restrict(t) || btf_is_type_tag(t));
	     i++)
		t = i < MODIFIERS_MAX ? btf__type_by_id(btf, t->type) : NULL;
	return t;
}

static const char *type_keyword(const struct btf_type *t)
{
	if (btf_is_struct(t))
		return "struct ";
	if (btf_is_union(t))
		return "union ";
	if (btf_is_any_enum(t))
		return "enum ";
	if (btf_is_fwd(t))
		return btf_kflag(t) ? "union " : "struct ";
	return "";
}

/* Done for each parameter of tens of thousands of functions. */
static char *append_text(char *at, const char *end, const char *text)
{
	while (at < end && *text)
		*at++ = *text++;
	*at = '\0';
	return at;
}

/* "struct sk_buff **": levels of indirection are part of a type. */
static void name_type(const struct btf *btf, uint32_t id, char *text, size_t size)
{
	const struct btf_type *t = skip_modifiers(btf, btf__type_by_id(btf, id));
	const char *name, *end = text + size - 1;
	char stars[8] = "";
	unsigned int depth = 0;

	text[0] = '\0';
	for (; t && btf_is_ptr(t); t = skip_modifiers(btf, btf__type_by_id(btf, t->type))) {
		if (depth == sizeof(stars) - 1)
			return;
		stars[depth++] = '*';
		if (!t->type)
			break;
	}
	name = t && btf_is_ptr(t) ? "void" : t ? btf__name_by_offset(btf, t->name_off) : NULL;
	if (!name || !*name || btf_is_func_proto(t))
		return;
	text = append_text(append_text(text, end, type_keyword(t)), end, name);
	if (depth)
		append_text(append_text(text, end, " "), end, stars);
}

static bool is_signed(const struct btf_type *t)
{
	if (btf_is_any_enum(t))
		return btf_kflag(t);
	return btf_is_int(t) && btf_int_encoding(t) & BTF_INT_SIGNED;
}

static void read_arg(const struct btf *btf, uint32_t id, struct prototype_arg *arg)
{
	int resolved = btf__resolve_type(btf, id);
	const struct btf_type *t = resolved < 0 ? NULL : btf__type_by_id(btf, (uint32_t)resolved);
	int64_t size = btf__resolve_size(btf, id);

	*arg = (struct prototype_arg){ .size = size < 0 ? 0 : (uint32_t)size };
	name_type(btf, id, arg->type, sizeof(arg->type));
	if (!t)
		return;
	arg->is_signed = is_signed(t);
	arg->by_value = btf_is_composite(t);
}

int prototype_read(const struct btf *btf, uint32_t id, unsigned int skip, struct prototype *proto)
{
	const struct btf_type *func = btf__type_by_id(btf, id);
	const struct btf_param *p;
	unsigned int n;

	if (!func || !btf_is_func_proto(func))
		return -EINVAL;
	p = btf_params(func) + skip;
	n = btf_vlen(func);
	if (n < skip)
		return -EINVAL;
	n -= skip;
	/* "..." has no type. */
	if (n && !p[n - 1].type)
		n--;
	if (n > PROTOTYPE_MAX_ARGS)
		return -E2BIG;
	*proto = (struct prototype){ .n_args = n };
	for (unsigned int i = 0; i < n; i++) {
		struct prototype_arg *arg = &proto->args[i];

		read_arg(btf, p[i].type, arg);
		append_text(arg->name, arg->name + sizeof(arg->name) - 1,
			    btf__name_by_offset(btf, p[i].name_off));
	}
	if (func->type)
		read_arg(btf, func->type, &proto->ret);
	return 0;
}

/* Asked for each parameter of each function, many times. */
static bool type_listed(const char *types, const char *type)
{
	if (!*type)
		return false;
	while (*types) {
		size_t n = 0;

		while (type[n] && types[n] == type[n])
			n++;
		if (!type[n] && (!types[n] || types[n] == '|'))
			return true;
		for (types += n; *types && *types != '|';)
			types++;
		types += *types == '|';
	}
	return false;
}

int prototype_find(const struct prototype *proto, const char *types)
{
	for (unsigned int i = 0; i < proto->n_args; i++)
		if (type_listed(types, proto->args[i].type))
			return (int)i;
	return -1;
}

static bool arg_matches(const struct prototype_arg *arg, uint32_t position,
			const struct retis_arg *wanted)
{
	return (!wanted->type || type_listed(wanted->type, arg->type)) &&
	       (!wanted->name || !strcmp(wanted->name, arg->name)) &&
	       (!wanted->position || wanted->position == position);
}

int prototype_find_arg(const struct prototype *proto, const struct retis_arg *wanted)
{
	for (unsigned int i = 0; i < proto->n_args; i++)
		if (arg_matches(&proto->args[i], i + 1, wanted))
			return (int)i;
	return -1;
}
