/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files that implement core/profile/profile.h; not for others. */
#ifndef PROFILE_PRIVATE_H
#define PROFILE_PRIVATE_H

#include <yaml.h>

#include "core/profile/profile.h"

/* A file being read. */
struct parse {
	const struct profile_reader *reader;
	/* In messages. */
	const char *name;
	yaml_document_t *document;
	/* Nodes that may still be looked at: aliases repeat what is in a file only once. */
	unsigned int budget;
};

enum scalar_kind {
	SCALAR_TEXT,
	SCALAR_NULL,
	SCALAR_TRUE,
	SCALAR_FALSE,
};

/* A message about what is at MARK. Returns -EINVAL. */
int parse_refuse(const struct parse *p, const yaml_mark_t *mark, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void parse_warn(const struct parse *p, const yaml_mark_t *mark, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* A message about the file as a whole. Returns -EINVAL. */
int profile_refuse(const struct profile_reader *reader, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The node, or NULL after a message: too many were looked at. */
const yaml_node_t *parse_node(struct parse *p, yaml_node_item_t index);
/* WHAT, at NODE, must be a scalar without NUL: a copy in *TEXT. */
int parse_scalar(struct parse *p, const yaml_node_t *node, const char *what, char **text,
		 enum scalar_kind *kind);
/* The same, and it must not be empty. */
int parse_text(struct parse *p, const yaml_node_t *node, const char *what, char **text);

/* Calls TAKE for each key of a map. */
struct map_entry {
	const char *key;
	const yaml_node_t *key_node;
	const yaml_node_t *value;
};
int parse_map(struct parse *p, const yaml_node_t *map, const char *what,
	      int (*take)(struct parse *p, const struct map_entry *entry, void *arg), void *arg);
/* Calls TAKE for each item of a list. */
int parse_list(struct parse *p, const yaml_node_t *list, const char *what,
	       int (*take)(struct parse *p, const yaml_node_t *item, void *arg), void *arg);

/* The arguments of a variant. */
int parse_args(struct parse *p, const yaml_node_t *node, struct profile_variant *variant);

/* One more zeroed element behind the N of *LIST, SIZE bytes each; NULL: no memory. */
void *profile_grow(void **list, size_t *n, size_t size);

#endif
