/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Symbols of the kernel and its modules: the text of /proc/kallsyms, and an
 * index of it. A few searches through the text are cheaper than the index, so
 * that one is made when it pays.
 */
#ifndef KERNEL_SYMBOLS_H
#define KERNEL_SYMBOLS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/util/slots.h"

struct symbol {
	/* 0 if addresses are hidden. */
	uint64_t address;
	const char *name;
	/* Empty: the kernel itself. */
	const char *module;
	/* As nm prints it. */
	char type;
};

struct symbols {
	char *text;
	size_t size;
	bool loaded;
	int error;
	unsigned int searches;
	/* Another thread reads and indexes: nothing else here is to be touched. */
	bool reading;
	pthread_t reader;

	/* The index; `text` is then cut into strings. As in the file: */
	struct symbol *list;
	size_t n;
	size_t room;
	/* Numbers in `list`, from 1. */
	struct slots by_name;
	/* Numbers in `list` of what is code, by ascending address; NULL: nobody
	 * has asked for that yet. */
	uint32_t *code;
	size_t n_code;
	bool indexed;
	/* This process may not see addresses. */
	bool hidden;
};

void symbols_fini(struct symbols *s);

/* Takes over TEXT (SIZE bytes and a terminator) instead of reading the file. */
void symbols_take(struct symbols *s, char *text, size_t size);

/* Reads and indexes in a thread of its own, which the first one to ask for
 * something waits for. */
void symbols_read_ahead(struct symbols *s);

/* 0, or why the file could not be read; cheap if it was done before. */
int symbols_load(struct symbols *s);
int symbols_index(struct symbols *s);
/* Of what is loaded. */
int symbols_make_index(struct symbols *s);

/* Of the index: the first one of that name, then those behind it, or NULL; *SLOT is NULL at
 * first. */
const struct symbol *symbols_next(const struct symbols *s, const char *name, struct slot **slot);
/* The first one of that name. -ENOENT, or why the file could not be read. */
int symbols_address(struct symbols *s, const char *name, uint64_t *address);

/* Code at ADDRESS: how many names it has; the numbers of theirs in `list` in
 * FIRST. None if addresses are hidden. */
size_t symbols_at(struct symbols *s, uint64_t address, const uint32_t **first);

static inline bool symbol_is_code(const struct symbol *symbol)
{
	return symbol->type == 't' || symbol->type == 'T' || symbol->type == 'w' ||
	       symbol->type == 'W' || symbol->type == 'i';
}

#endif
