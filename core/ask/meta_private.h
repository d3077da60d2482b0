/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the filter on stored events share; see meta.h. */
#ifndef ASK_META_PRIVATE_H
#define ASK_META_PRIVATE_H

#include "core/ask/meta.h"
#include "core/filter/meta_private.h"

/* What a path leads to. */
enum ask_place {
	/* Nothing in this file. */
	ASK_NOWHERE,
	/* What the program itself knows, or a group of it. */
	ASK_OWN,
	ASK_OWN_GROUP,
	ASK_SECTION,
	ASK_GROUP,
	ASK_FIELD,
	/* A place in JSON. */
	ASK_JSON,
};

struct ask_term {
	enum ask_place place;
	ask_own *own;
	/* Number of the section, and the bits of its `present` that groups around the
	 * field ask for. */
	uint16_t section;
	uint32_t groups;
	/* A group or a field; NULL for a whole section. */
	const struct retis_field *field;
	/* The innermost group, or the section. */
	const char *group;
	const struct retis_section_type *type;
	/* Steps of the path that lead to a field of JSON. */
	size_t n_walked;
	/* ASK_OWN, of the probe alone: it is true, false of some of them. */
	bool may_be[2];
};

struct ask_meta {
	struct meta_filter filter;
	/* One for each of the filter's. */
	struct ask_term *terms;
	/* For ask_meta_may_match(), with the two ends. */
	bool *reached;
	/* There was a first file. */
	bool learned;
};

/* Finds the term's path; see ask_meta_learn(). */
int ask_meta_find(struct ask_meta *m, size_t term, const struct input_names *names,
		  const struct plugins *plugins, bool open, struct meta_why *why);
/* Can the term's value be compared to such a field? */
int ask_meta_check(struct meta_term *term, const struct meta_step *last,
		   const struct retis_field *f, struct meta_why *why);

#endif
