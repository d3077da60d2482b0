/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is at the addresses of code that sections hold: fields with names from RETIS_SYMBOLS. */
#ifndef CORE_SESSION_SYMBOL_NAMES_H
#define CORE_SESSION_SYMBOL_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "core/util/intern.h"

struct retis_field;
struct plan;
struct sink;
struct stack_names;
struct archive;

/* A field that holds one. */
struct symbol_field {
	/* Its section's type, and it; borrowed. */
	uint16_t section;
	const struct retis_field *field;
};

struct symbol_names {
	struct symbol_field *fields;
	size_t n_fields;
	size_t room;
	/* Where names come from and where they go; borrowed. */
	const struct stack_names *stack;
	struct archive *archive;
	/* Addresses that have got their name. */
	struct intern seen;
};

/* Those of the collectors that take part. 0 or -ENOMEM. */
int symbol_names_init(struct symbol_names *names, const struct plan *plan,
		      const struct stack_names *stack, struct archive *archive);
void symbol_names_fini(struct symbol_names *names);

/* The first sink: who comes behind it finds the names of an event's addresses. */
void symbol_names_sink(struct symbol_names *names, struct sink *sink);

#endif
