/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The arguments of a variant: a map from options to values. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/profile/private.h"

/* As behind the dashes of an option. */
static int option_name(struct parse *p, const struct map_entry *e, char **name)
{
	size_t good = strspn(e->key, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	if (!*e->key || e->key[good] || e->key[0] == '-' || e->key[0] == '_')
		return parse_refuse(p, &e->key_node->start_mark,
				    "'%.64s' is no name of an option: lower-case letters, digits, "
				    "'_' or '-'",
				    e->key);
	*name = strdup(e->key);
	if (!*name)
		return -ENOMEM;
	for (char *c = *name; *c; c++)
		if (*c == '_')
			*c = '-';
	return 0;
}

static struct profile_arg *add_arg(struct parse *p, const struct map_entry *e,
				   const yaml_node_t *node, struct profile_variant *variant)
{
	struct profile_arg *arg =
		profile_grow((void **)&variant->args, &variant->n_args, sizeof(*variant->args));

	if (!arg || option_name(p, e, &arg->name))
		return NULL;
	if (asprintf(&arg->origin, "%s:%zu:%zu", p->name, node->start_mark.line + 1,
		     node->start_mark.column + 1) < 0)
		arg->origin = NULL;
	return arg->origin ? arg : NULL;
}

/* A value, or nothing: a flag. `true` and `false` say whether a flag is there. */
static int take_value(struct parse *p, const struct map_entry *e, const yaml_node_t *node,
		      struct profile_variant *variant)
{
	enum scalar_kind kind = SCALAR_TEXT;
	struct profile_arg *arg;
	char *text = NULL;
	int err = parse_scalar(p, node, e->key, &text, &kind);

	if (err || kind == SCALAR_FALSE) {
		free(text);
		return err;
	}
	arg = add_arg(p, e, node, variant);
	if (!arg) {
		free(text);
		return -ENOMEM;
	}
	if (kind == SCALAR_TEXT)
		arg->value = text;
	else
		free(text);
	return 0;
}

struct list_parse {
	const struct map_entry *entry;
	struct profile_variant *variant;
};

static int take_list_item(struct parse *p, const yaml_node_t *item, void *arg)
{
	const struct list_parse *l = arg;
	enum scalar_kind kind = SCALAR_TEXT;
	char *text = NULL;
	int err = parse_scalar(p, item, l->entry->key, &text, &kind);

	free(text);
	if (!err && kind != SCALAR_TEXT)
		return parse_refuse(p, &item->start_mark,
				    "an item of '%.64s' must be text (quote it if it is)",
				    l->entry->key);
	return err ? err : take_value(p, l->entry, item, l->variant);
}

static int take_arg(struct parse *p, const struct map_entry *e, void *variant)
{
	struct list_parse l = { e, variant };
	char *name = NULL;
	int err = option_name(p, e, &name);

	free(name);
	if (err)
		return err;
	if (e->value->type == YAML_SEQUENCE_NODE)
		return parse_list(p, e->value, e->key, take_list_item, &l);
	return take_value(p, e, e->value, variant);
}

/* The values of one option keep their order. */
static int compare_args(const void *a, const void *b)
{
	const struct profile_arg *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x->order > y->order) - (x->order < y->order);
}

static void sort_args(struct profile_arg *args, size_t n)
{
	for (size_t i = 0; i < n; i++)
		args[i].order = i;
	if (n)
		qsort(args, n, sizeof(*args), compare_args);
}

/* a_b and a-b are one option. */
static int check_twice(struct parse *p, const yaml_node_t *map)
{
	const yaml_node_pair_t *start = map->data.mapping.pairs.start;

	for (const yaml_node_pair_t *a = start; a < map->data.mapping.pairs.top; a++)
		for (const yaml_node_pair_t *b = start; b < a; b++) {
			const yaml_node_t *ka = yaml_document_get_node(p->document, a->key);
			const yaml_node_t *kb = yaml_document_get_node(p->document, b->key);
			const char *x = (const char *)ka->data.scalar.value;
			const char *y = (const char *)kb->data.scalar.value;

			while (*x && (*x == '_' ? '-' : *x) == (*y == '_' ? '-' : *y)) {
				x++;
				y++;
			}
			if (!*x && !*y)
				return parse_refuse(p, &ka->start_mark, "'%.64s' is here twice",
						    (const char *)ka->data.scalar.value);
		}
	return 0;
}

int parse_args(struct parse *p, const yaml_node_t *node, struct profile_variant *variant)
{
	int err;

	if (node->type == YAML_SCALAR_NODE && !node->data.scalar.length)
		return 0;
	if (node->type == YAML_SCALAR_NODE && !strcmp((const char *)node->data.scalar.value, "~"))
		return 0;
	if (node->type == YAML_SCALAR_NODE &&
	    !strcmp((const char *)node->data.scalar.value, "null"))
		return 0;
	err = parse_map(p, node, "args", take_arg, variant);
	if (!err)
		err = check_twice(p, node);
	if (!err)
		sort_args(variant->args, variant->n_args);
	return err;
}
