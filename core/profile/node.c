/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of a YAML document, and what is said about them. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <retis/text.h>

#include "core/profile/private.h"

static void say_escaped(const struct profile_reader *reader, bool fatal, const char *text)
{
	char safe[4 * PROFILE_WHY_SIZE];
	struct retis_text out = { .data = safe, .capacity = sizeof(safe) - 1 };

	retis_text_escaped(&out, text, strlen(text));
	safe[out.length] = '\0';
	reader->say(reader->arg, fatal, safe);
}

static void say_at(const struct parse *p, const yaml_mark_t *mark, bool fatal, const char *text)
{
	char all[PROFILE_WHY_SIZE];

	snprintf(all, sizeof(all), "%.400s:%zu:%zu: %s", p->name, mark->line + 1, mark->column + 1,
		 text);
	say_escaped(p->reader, fatal, all);
}

int parse_refuse(const struct parse *p, const yaml_mark_t *mark, const char *format, ...)
{
	char text[PROFILE_WHY_SIZE / 2];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	say_at(p, mark, true, text);
	return -EINVAL;
}

void parse_warn(const struct parse *p, const yaml_mark_t *mark, const char *format, ...)
{
	char text[PROFILE_WHY_SIZE / 2];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	say_at(p, mark, false, text);
}

int profile_refuse(const struct profile_reader *reader, const char *format, ...)
{
	char text[PROFILE_WHY_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	say_escaped(reader, true, text);
	return -EINVAL;
}

const yaml_node_t *parse_node(struct parse *p, yaml_node_item_t index)
{
	const yaml_node_t *node = yaml_document_get_node(p->document, index);

	if (node && p->budget) {
		p->budget--;
		return node;
	}
	if (node)
		parse_refuse(p, &node->start_mark, "too large, with what aliases repeat");
	return NULL;
}

static bool is_one_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (!strcmp(text, *words))
			return true;
	return false;
}

/* As YAML's core schema has it. */
static enum scalar_kind kind_of(const yaml_node_t *node)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
	static const char *const trues[] = { "true", "True", "TRUE", NULL };
	static const char *const falses[] = { "false", "False", "FALSE", NULL };
	const char *text = (const char *)node->data.scalar.value;

	if (node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return SCALAR_TEXT;
	if (is_one_of(text, nulls))
		return SCALAR_NULL;
	if (is_one_of(text, trues))
		return SCALAR_TRUE;
	return is_one_of(text, falses) ? SCALAR_FALSE : SCALAR_TEXT;
}

static const char *kind_name(const yaml_node_t *node)
{
	switch (node->type) {
	case YAML_MAPPING_NODE:
		return "a map";
	case YAML_SEQUENCE_NODE:
		return "a list";
	default:
		return kind_of(node) == SCALAR_NULL ? "nothing" : "a single value";
	}
}

int parse_scalar(struct parse *p, const yaml_node_t *node, const char *what, char **text,
		 enum scalar_kind *kind)
{
	const char *value = (const char *)node->data.scalar.value;

	if (node->type != YAML_SCALAR_NODE)
		return parse_refuse(p, &node->start_mark, "'%.64s' is %s where text is wanted",
				    what, kind_name(node));
	if (strlen(value) != node->data.scalar.length)
		return parse_refuse(p, &node->start_mark, "'%.64s' has a NUL character in it",
				    what);
	*kind = kind_of(node);
	*text = strdup(value);
	return *text ? 0 : -ENOMEM;
}

int parse_text(struct parse *p, const yaml_node_t *node, const char *what, char **text)
{
	enum scalar_kind kind;
	int err = parse_scalar(p, node, what, text, &kind);

	if (err)
		return err;
	if (kind == SCALAR_NULL || !**text)
		return parse_refuse(p, &node->start_mark, "'%.64s' must not be empty", what);
	return 0;
}

static int check_key(struct parse *p, const yaml_node_t *map, const yaml_node_pair_t *at,
		     const yaml_node_t *key)
{
	const char *name = (const char *)key->data.scalar.value;

	if (key->type != YAML_SCALAR_NODE || strlen(name) != key->data.scalar.length)
		return parse_refuse(p, &key->start_mark, "the key of a map must be text");
	for (const yaml_node_pair_t *pair = map->data.mapping.pairs.start; pair < at; pair++) {
		const yaml_node_t *other = yaml_document_get_node(p->document, pair->key);

		if (other && !strcmp((const char *)other->data.scalar.value, name))
			return parse_refuse(p, &key->start_mark, "'%.64s' is here twice", name);
	}
	return 0;
}

/* Each key is compared to those before it. */
#define KEYS_MAX 256

int parse_map(struct parse *p, const yaml_node_t *map, const char *what,
	      int (*take)(struct parse *p, const struct map_entry *entry, void *arg), void *arg)
{
	int err = 0;

	if (map->type != YAML_MAPPING_NODE)
		return parse_refuse(p, &map->start_mark,
				    "%.64s: %s where a map (KEY: VALUE) is wanted", what,
				    kind_name(map));
	if (map->data.mapping.pairs.top - map->data.mapping.pairs.start > KEYS_MAX)
		return parse_refuse(p, &map->start_mark, "%.64s: more than %d keys", what,
				    KEYS_MAX);
	for (const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
	     !err && pair < map->data.mapping.pairs.top; pair++) {
		struct map_entry entry = { .key_node = parse_node(p, pair->key),
					   .value = parse_node(p, pair->value) };

		if (!entry.key_node || !entry.value)
			return -EINVAL;
		err = check_key(p, map, pair, entry.key_node);
		entry.key = (const char *)entry.key_node->data.scalar.value;
		if (!err)
			err = take(p, &entry, arg);
	}
	return err;
}

int parse_list(struct parse *p, const yaml_node_t *list, const char *what,
	       int (*take)(struct parse *p, const yaml_node_t *item, void *arg), void *arg)
{
	int err = 0;

	if (list->type != YAML_SEQUENCE_NODE)
		return parse_refuse(p, &list->start_mark,
				    "'%.64s' is %s where a list (- ITEM) is wanted", what,
				    kind_name(list));
	for (const yaml_node_item_t *item = list->data.sequence.items.start;
	     !err && item < list->data.sequence.items.top; item++) {
		const yaml_node_t *node = parse_node(p, *item);

		err = node ? take(p, node, arg) : -EINVAL;
	}
	return err;
}

void *profile_grow(void **list, size_t *n, size_t size)
{
	char *grown = *list;

	/* Room doubles whenever it is used up. */
	if (!(*n & (*n - 1)))
		grown = reallocarray(*list, *n ? 2 * *n : 1, size);
	if (!grown)
		return NULL;
	*list = grown;
	grown += *n * size;
	memset(grown, 0, size);
	(*n)++;
	return grown;
}
