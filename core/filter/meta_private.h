/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A metadata filter between its text and its instructions: a list of terms in the
 * order of the text, each of which knows where to go on when it is true and when
 * it is false. That is all that "and", "or" and parentheses mean, so there is no
 * tree, and no recursion that a hostile text could drive too deep.
 *
 *   (a || b) && c     a: c, else b    b: c, else reject    c: match, else reject
 *
 * Shared by the files of the filter only.
 */
#ifndef FILTER_META_PRIVATE_H
#define FILTER_META_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/filter/meta.h"
#include "core/filter/meta_address.h"

/* The longest text a value can be. */
#define META_STRING_MAX 255
/* A mask that changes nothing. */
#define META_NO_MASK UINT64_MAX

enum meta_op {
	META_EQ,
	META_NE,
	META_GT,
	META_LE,
	META_GE,
	META_LT,
};
#define META_OPS (META_LT + 1)

/* One member of a path. Strings are parts of the filter's text. */
struct meta_step {
	const char *name;
	size_t length;
	uint64_t mask;
	bool has_mask;
	/* The element of an array that is meant. */
	uint32_t index;
	bool has_index;
	/* NULL: none. */
	const char *cast;
	size_t cast_length;
	size_t column;
	size_t cast_column;
};

/* A pointer on the way: the 8 bytes at OFFSET, AND MASK, are the next base. */
struct meta_hop {
	uint32_t offset;
	uint64_t mask;
};

enum meta_value {
	META_NOTHING,
	META_NUMBER,
	META_STRING,
	/* A word: the name of a number. */
	META_WORD,
	META_ADDRESS,
};

enum meta_leaf_kind {
	META_LEAF_NUMBER,
	/* Characters at the offset; at most SIZE of them, or no limit if that
	 * is 0. */
	META_LEAF_CHARS,
	/* SIZE bytes in network byte order. */
	META_LEAF_ADDRESS,
	/* Nothing of a packet: is the probe in an interrupt? */
	META_LEAF_INTERRUPT,
};

/* What paths begin with. */
enum meta_root {
	META_PACKET,
	/* The task that is running. */
	META_TASK,
	/* Of the call: an argument of the probe, what a function returned. */
	META_ARGUMENT,
	META_RETURNED,
};
#define META_ROOT_PACKET "sk_buff"
#define META_ROOT_TASK "task_struct"
#define META_ROOT_ARGUMENT "arg"
#define META_ROOT_RETURNED "ret"

/* What the last member of a path is, relative to the last base. */
struct meta_leaf {
	enum meta_leaf_kind kind;
	uint32_t offset;
	uint32_t size;
	bool is_signed;
	/* A bitfield of so many bits, the first of them BIT bits into the first
	 * byte; 0: it fills its bytes. */
	uint8_t bits;
	uint8_t bit;
	/* META_LEAF_INTERRUPT: the number of a variable in the kernel's BTF, one for each
	 * processor; `offset` is within it. */
	uint32_t variable;
};

struct meta_term {
	/* What the path begins with, a part of the text. */
	const char *root;
	size_t root_length;
	size_t root_column;
	enum meta_root base;
	/* META_ARGUMENT: its number among those asked for; its type is the root, not its name
	 * the first step. */
	uint32_t argument;
	bool typed;
	/* In the filter's steps, and hops. */
	size_t first_step;
	size_t n_steps;
	size_t n_hops;
	enum meta_op op;
	/* With META_EQ: the text only begins like that. */
	bool prefix;
	enum meta_value value;
	/* In two's complement if negative. */
	uint64_t number;
	bool negative;
	struct meta_address address;
	/* A text or a word, a part of the filter's text. */
	const char *string;
	size_t string_length;
	size_t value_column;
	struct meta_leaf leaf;
	/* The terms that follow if it is false and if it is true; see
	 * meta_match() and meta_reject(). */
	size_t next[2];
};

struct meta_filter {
	struct meta_term *terms;
	size_t n_terms;
	size_t room_terms;
	struct meta_step *steps;
	size_t n_steps;
	size_t room_steps;
	/* As many as steps, once resolved; a term's start at its first step. */
	struct meta_hop *hops;
	/* Where "and" and "or" first meet without parentheses, in bytes and from 1;
	 * 0: nowhere. */
	size_t mixed;
};

/* The ends of the list. */
static inline size_t meta_match(const struct meta_filter *f)
{
	return f->n_terms;
}

static inline size_t meta_reject(const struct meta_filter *f)
{
	return f->n_terms + 1;
}

void meta_filter_fini(struct meta_filter *f);

/* Each 0, -EINVAL, -E2BIG or -ENOMEM with WHY filled in. */
/* "PATH, PATH": a term without a comparison for each, which lead to each other. */
int meta_parse_paths(const char *text, struct meta_filter *f, struct meta_why *why);
int meta_parse(const char *text, struct meta_filter *f, struct meta_why *why);
/* Terms that are about the packet. */
int meta_resolve(struct meta_filter *f, const struct meta_types *types, struct meta_why *why);
/* Of these terms, or those about the CALL; without any, CODE is empty. BIG: for a host that is
 * big-endian. */
int meta_emit(const struct meta_filter *f, bool call, bool big, struct splice_code *code,
	      struct meta_why *why);

/* Fills WHY in; -EINVAL. */
__attribute__((format(printf, 3, 4))) int meta_refuse(struct meta_why *why, size_t column,
						      const char *format, ...);
int meta_no_memory(struct meta_why *why);
/* Of a filter that is fine: fills WHY in or empties it. */
void meta_warn_mixed(const struct meta_filter *f, struct meta_why *why);

/* A part of the user's text as a part of a sentence, shortened. */
struct meta_quote {
	char text[96];
};
const char *meta_quote(struct meta_quote *quote, const char *s, size_t n);

#endif
