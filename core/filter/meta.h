/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The metadata filter: conditions on members of struct sk_buff and of what they
 * point to, as people type them, made into a BPF subprogram.
 *
 *   sk_buff.dev.name == 'eth0' && (sk_buff.mark:0xff > 3 || sk_buff.l4_hash)
 *   sk_buff._nfct:~0x7:nf_conn.status:0x8 != 0
 *
 * A term is a path, a comparison and a value: a number, a quoted text, an address or
 * network, the name of an enum's value; or "in" and several, {a, b}. Without a
 * comparison it means "not 0". ":MASK" is a bitwise AND; ":MASK:TYPE" then takes the
 * number or pointer as the address of a TYPE. "and" and "or" bind alike, from the
 * left to the right; parentheses group; "not" is for the term or parentheses behind it.
 * A term whose memory can't be read is false, also with "!=". Paths begin with the packet, or
 * with the probe's arguments and what a function returned (meta_call.c).
 *
 * Three steps: the text is parsed (meta_parse.c), its paths are found in BTF
 * (meta_resolve.c), and instructions are made of it (meta_emit.c). All three keep
 * to one list of terms, meta_private.h.
 */
#ifndef FILTER_META_H
#define FILTER_META_H

#include <stdbool.h>
#include <stddef.h>

#include "core/probe/splice.h"

struct btf;

/* Where types are looked up: first in the kernel's BTF. */
struct meta_types {
	/* Borrowed. */
	struct btf *kernel;
	/* The BTF of the Nth module, borrowed, or NULL behind the last; only
	 * asked for types the kernel itself doesn't have. May be NULL. */
	struct btf *(*module)(void *data, size_t n);
	void *data;
};

/* What is wrong with a filter, or, if it could be compiled, worth a warning: then the text
 * is empty as a rule. */
struct meta_why {
	/* One sentence, safe to print. */
	char text[320];
	/* Where in the filter, in bytes and from 1; 0: nowhere in particular. */
	size_t column;
};

/*
 * What the filter TEXT says of the packet, as a subprogram: r1 is the address of the struct
 * sk_buff, as a number or a typed pointer, r0 becomes 1 (matches) or 0; no sk_buff (0) never
 * matches. It takes 40 bytes of stack. CODE is to be freed with splice_code_fini(); it is empty
 * if nothing is said of the packet.
 *
 * 0, or with WHY filled in and CODE untouched:
 * -EINVAL  not a filter, or not one for this kernel's types
 * -E2BIG   too long for one subprogram
 * -ENOMEM
 */
int meta_filter_compile(const char *text, const struct meta_types *types, struct splice_code *code,
			struct meta_why *why);

struct meta_arguments;
struct meta_probes;

/*
 * What it says of the call, "arg.budget > 16", "sock.sk_mark == 1", "ret < 0": a hook that returns
 * 1 or 0, and wants ARGS of a probe. It takes as much stack. The same errors, and -EINVAL for an
 * argument that no probe has.
 */
int meta_call_filter_compile(const char *text, const struct meta_types *types,
			     const struct meta_probes *probes, struct meta_arguments *args,
			     struct splice_code *code, struct meta_why *why);

/* Logs what WHY says about TEXT, for which OPTION stands, and points at the place: that it
 * can't be used (FATAL), or a warning. */
void meta_filter_tell(const char *option, const char *text, const struct meta_why *why, bool fatal);

#endif
