/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From YAML to profiles: what keys there are, and what must be below them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/profile/private.h"
#include "core/util/nearest.h"

/* Aliases taken as often as they are used. */
#define NODES_MAX 20000
/* The version of the format. */
#define MAJOR 1
#define MINOR 0

/* --- conditions ----------------------------------------------------------------- */

struct condition_parse {
	struct profile_condition *condition;
	char *type, *version, *symbol;
	const yaml_node_t *version_node;
};

static int take_exists(struct parse *p, const struct map_entry *e, struct condition_parse *c)
{
	enum scalar_kind kind = SCALAR_TEXT;
	char *text = NULL;
	int err = parse_scalar(p, e->value, e->key, &text, &kind);

	free(text);
	if (!err && kind != SCALAR_TRUE && kind != SCALAR_FALSE)
		return parse_refuse(p, &e->value->start_mark, "'exists' must be true or false");
	c->condition->exists = kind == SCALAR_TRUE;
	return err;
}

static int take_condition_key(struct parse *p, const struct map_entry *e, void *arg)
{
	struct condition_parse *c = arg;

	if (!strcmp(e->key, "type"))
		return parse_text(p, e->value, e->key, &c->type);
	if (!strcmp(e->key, "name"))
		return parse_text(p, e->value, e->key, &c->symbol);
	if (!strcmp(e->key, "exists"))
		return take_exists(p, e, c);
	if (!strcmp(e->key, "version")) {
		c->version_node = e->value;
		return parse_text(p, e->value, e->key, &c->version);
	}
	parse_warn(p, &e->key_node->start_mark,
		   "unknown key '%.64s' of a condition (there are type, version, name, exists)",
		   e->key);
	return 0;
}

static int set_range(struct parse *p, struct condition_parse *c)
{
	yaml_mark_t mark = c->version_node->start_mark;
	bool plain = c->version_node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	size_t at;

	if (!version_range_parse(c->version, &c->condition->range, &at))
		return 0;
	mark.column += at + !plain;
	return parse_refuse(p, &mark,
			    "'%.64s' is no range of versions: needs =, !=, >, <, >= or <= and "
			    "a version, or two of these with a comma",
			    c->version);
}

static int finish_condition(struct parse *p, const yaml_node_t *node, struct condition_parse *c)
{
	bool version = c->type && !strcmp(c->type, "version");
	const char *wanted = version ? "version" : "name";

	if (!c->type)
		return parse_refuse(p, &node->start_mark, "the condition has no 'type'");
	if (!version && strcmp(c->type, "symbol"))
		return parse_refuse(p, &node->start_mark,
				    "unknown type of condition '%.64s' (there are version, symbol)",
				    c->type);
	if (version ? !c->version : !c->symbol)
		return parse_refuse(p, &node->start_mark, "the condition has no '%s'", wanted);
	if (version)
		return set_range(p, c);
	c->condition->symbol = c->symbol;
	c->symbol = NULL;
	return 0;
}

static int take_condition(struct parse *p, const yaml_node_t *item, void *arg)
{
	struct profile_variant *v = arg;
	struct condition_parse c = { .condition =
					     profile_grow((void **)&v->conditions, &v->n_conditions,
							  sizeof(*v->conditions)) };
	int err;

	if (!c.condition)
		return -ENOMEM;
	c.condition->exists = true;
	err = parse_map(p, item, "a condition", take_condition_key, &c);
	if (!err)
		err = finish_condition(p, item, &c);
	free(c.type);
	free(c.version);
	free(c.symbol);
	return err;
}

/* --- variants ------------------------------------------------------------------- */

struct variant_parse {
	struct profile_variant *variant;
	bool has_args;
};

static int take_variant_key(struct parse *p, const struct map_entry *e, void *arg)
{
	struct variant_parse *v = arg;

	if (!strcmp(e->key, "name"))
		return parse_text(p, e->value, e->key, &v->variant->name);
	if (!strcmp(e->key, "when"))
		return parse_list(p, e->value, e->key, take_condition, v->variant);
	if (!strcmp(e->key, "args")) {
		v->has_args = true;
		return parse_args(p, e->value, v->variant);
	}
	parse_warn(p, &e->key_node->start_mark,
		   "unknown key '%.64s' of a variant (there are name, when, args)", e->key);
	return 0;
}

static int take_variant(struct parse *p, const yaml_node_t *item, void *arg)
{
	struct profile_section *section = arg;
	struct variant_parse v = { .variant = profile_grow((void **)&section->variants,
							   &section->n_variants,
							   sizeof(*section->variants)) };
	int err;

	if (!v.variant)
		return -ENOMEM;
	err = parse_map(p, item, "a variant", take_variant_key, &v);
	if (!err && !v.has_args)
		err = parse_refuse(p, &item->start_mark, "the variant has no 'args'");
	if (!err && !v.variant->name) {
		v.variant->name = strdup("Default");
		err = v.variant->name ? 0 : -ENOMEM;
	}
	return err;
}

/* --- profiles ------------------------------------------------------------------- */

static bool is_command(const struct profile_reader *reader, const char *key)
{
	for (const char *const *c = reader->commands; *c; c++)
		if (!strcmp(*c, key))
			return true;
	return false;
}

static int unknown_key(struct parse *p, const struct map_entry *e)
{
	static const char *const own[] = { "version", "name", "about" };
	struct nearest near = { .wanted = e->key };
	char text[256];

	for (const char *const *c = p->reader->commands; *c; c++)
		nearest_consider(&near, *c);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		nearest_consider(&near, own[i]);
	nearest_text(&near, text, sizeof(text));
	parse_warn(p, &e->key_node->start_mark, "unknown key '%.64s'%s%s%s", e->key,
		   *text ? "; did you mean " : "", text, *text ? "?" : "");
	return 0;
}

static int take_section(struct parse *p, const struct map_entry *e, struct profile *profile)
{
	struct profile_section *section = profile_grow(
		(void **)&profile->sections, &profile->n_sections, sizeof(*profile->sections));

	if (!section)
		return -ENOMEM;
	section->command = strdup(e->key);
	if (!section->command)
		return -ENOMEM;
	return parse_list(p, e->value, e->key, take_variant, section);
}

static int take_profile_key(struct parse *p, const struct map_entry *e, void *arg)
{
	struct profile *profile = arg;
	bool nothing = e->value->type == YAML_SCALAR_NODE && !e->value->data.scalar.length;

	if (!strcmp(e->key, "version"))
		return 0;
	if (!strcmp(e->key, "name"))
		return parse_text(p, e->value, e->key, &profile->name);
	if (!strcmp(e->key, "about"))
		return nothing ? 0 : parse_text(p, e->value, e->key, &profile->about);
	return is_command(p->reader, e->key) ? take_section(p, e, profile) : unknown_key(p, e);
}

/* 0; 1 after a message: another format, not ours to read; -EINVAL, -ENOMEM. */
static int check_format_version(struct parse *p, const yaml_node_t *root, const yaml_node_t *node)
{
	unsigned int major, minor;
	char *text = NULL, end;
	int n, err;

	if (!node)
		return parse_refuse(p, &root->start_mark, "the profile has no 'version'");
	err = parse_text(p, node, "version", &text);
	n = err ? 0 : sscanf(text, "%5u.%5u%c", &major, &minor, &end);
	if (!err && (n != 2 || strspn(text, "0123456789.") != strlen(text)))
		err = parse_refuse(p, &node->start_mark,
				   "'%.64s' is no version of the format, as %d.%d is", text, MAJOR,
				   MINOR);
	else if (!err && major != MAJOR) {
		parse_warn(p, &node->start_mark,
			   "profile passed over: its format %u.%u is not known (%d.%d is)", major,
			   minor, MAJOR, MINOR);
		err = 1;
	} else if (!err && minor > MINOR) {
		parse_warn(p, &node->start_mark,
			   "the format %u.%u is newer than %d.%d: some of it may be ignored", major,
			   minor, MAJOR, MINOR);
	}
	free(text);
	return err;
}

static int find_version_node(struct parse *p, const struct map_entry *e, void *arg)
{
	const yaml_node_t **node = arg;

	(void)p;
	if (!strcmp(e->key, "version"))
		*node = e->value;
	return 0;
}

static int take_document(struct parse *p, struct profile_file *file)
{
	const yaml_node_t *root = yaml_document_get_root_node(p->document), *version = NULL;
	struct profile *profile;
	int err = parse_map(p, root, "the profile", find_version_node, &version);

	if (!err)
		err = check_format_version(p, root, version);
	if (err)
		return err > 0 ? 0 : err;
	profile = profile_grow((void **)&file->list, &file->n, sizeof(*file->list));
	if (!profile)
		return -ENOMEM;
	err = parse_map(p, root, "the profile", take_profile_key, profile);
	if (!err && !profile->name)
		err = parse_refuse(p, &root->start_mark, "the profile has no 'name'");
	return err;
}

/* --- files ----------------------------------------------------------------------- */

static int yaml_failed(const struct parse *p, const yaml_parser_t *parser)
{
	const yaml_mark_t *mark = &parser->problem_mark;

	if (parser->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	if (parser->error == YAML_READER_ERROR)
		mark = &parser->mark;
	return parse_refuse(p, mark, "%s%s%s", parser->context ? parser->context : "",
			    parser->context ? ": " : "",
			    parser->problem ? parser->problem : "no YAML");
}

/* Reading what is nested deeper takes libyaml a time that grows with the square of it. */
#define DEPTH_MAX 64

static int follow_depth(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		return 1;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return -1;
	default:
		return 0;
	}
}

/* All of it is YAML, and not nested too deeply. 0, -EINVAL after a message, -ENOMEM. */
static int check_events(const struct parse *p, yaml_parser_t *parser)
{
	yaml_event_t event;
	bool end = false;
	int depth = 0;

	while (!end) {
		yaml_mark_t mark;

		if (!yaml_parser_parse(parser, &event))
			return yaml_failed(p, parser);
		mark = event.start_mark;
		depth += follow_depth(&event);
		end = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
		if (depth > DEPTH_MAX)
			return parse_refuse(p, &mark, "nested more than %d deep", DEPTH_MAX);
	}
	return 0;
}

/* 1, 0 at the end, or a negative errno. */
static int next_document(struct parse *p, yaml_parser_t *parser, struct profile_file *file)
{
	yaml_document_t document;
	int err;

	if (!yaml_parser_load(parser, &document))
		return yaml_failed(p, parser);
	p->document = &document;
	err = yaml_document_get_root_node(&document) ? take_document(p, file) : -ENOENT;
	yaml_document_delete(&document);
	p->document = NULL;
	return err == -ENOENT ? 0 : err ? err : 1;
}

/* Twice through the text: only what is known to be harmless is loaded. */
static int walk_text(struct parse *p, const char *text, size_t length, struct profile_file *file)
{
	yaml_parser_t parser;
	int got;

	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
	got = file ? 1 : check_events(p, &parser);
	while (file && got > 0)
		got = next_document(p, &parser, file);
	yaml_parser_delete(&parser);
	return got;
}

int profile_parse(const struct profile_reader *reader, const char *name, const char *text,
		  size_t length, struct profile_file *file)
{
	struct parse p = { .reader = reader, .name = name, .budget = NODES_MAX };
	int err;

	*file = (struct profile_file){};
	if (length > PROFILE_FILE_MAX)
		return profile_refuse(reader, "%.400s: larger than %u KiB: no profile", name,
				      PROFILE_FILE_MAX >> 10);
	err = walk_text(&p, text, length, NULL);
	if (!err)
		err = walk_text(&p, text, length, file);
	if (err)
		profile_file_fini(file);
	return err;
}
