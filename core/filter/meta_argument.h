/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths that begin with an argument of the probe: "arg.NAME", or, in filters, its type. */
#ifndef FILTER_META_ARGUMENT_H
#define FILTER_META_ARGUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include <retis/plugin.h>

#define META_ARGUMENT_SIZE 64

/* A parameter of a function or tracepoint. */
struct meta_argument {
	/* "struct sock *" */
	const char *type;
	bool is_signed;
};

struct nearest;

/* What probes have. */
struct meta_probes {
	/* Argument NAME of the first one that has it; false: none has. */
	bool (*argument)(void *data, const char *name, struct meta_argument *out);
	/* Considers the names of all. */
	void (*consider)(void *data, struct nearest *nearest);
	void *data;
};

/* Those that paths begin with, each once: what a hook asks for. */
struct meta_arguments {
	uint32_t n;
	/* Empty: any of that type. */
	char names[RETIS_HOOK_ARGS][META_ARGUMENT_SIZE];
	/* The types they must have; empty: any. */
	char types[RETIS_HOOK_ARGS][META_ARGUMENT_SIZE];
};

struct meta_term;
struct meta_why;
struct resolver;

/* What TERM begins with, in the resolver's filter, is one of ARGUMENTS from then on. */
int meta_add_argument(const struct resolver *r, struct meta_arguments *arguments,
		      struct meta_term *term);
/* Follows TERM's path from there; if it leads nowhere, the argument itself is meant: VALUE.
 * Else VALUE's type is NULL. */
int meta_resolve_argument(const struct resolver *r, const struct meta_probes *probes,
			  struct meta_arguments *arguments, struct meta_term *term,
			  struct meta_argument *value);

#endif
