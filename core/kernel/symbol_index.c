/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The index of symbols, by name and by address. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/kernel/private.h"
#include "core/util/hash.h"
#include "core/util/list.h"

/* Further behind a symbol's start, an address is not in it. */
#define SYMBOL_MAX_SIZE (1 << 20)

static int lower_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Cuts "[MODULE]\n" behind a name. Returns the next line. */
static char *cut_module(char *at, struct symbol *symbol)
{
	char *end = at + strcspn(at, "\n"), *next = *end ? end + 1 : end;

	at += *at == '[';
	symbol->module = at;
	at[strcspn(at, "]\n")] = '\0';
	return next;
}

/*
 * Cuts "ADDRESS TYPE NAME[\t[MODULE]]\n" into its parts and returns the next line.
 * There are hundreds of thousands of them: no function is called for most. A
 * line that isn't one has no name.
 */
static char *cut_line(char *line, struct symbol *symbol)
{
	char *at = line, *name;
	int digit;

	*symbol = (struct symbol){ .module = "" };
	for (; (digit = lower_hex_digit(*at)) >= 0; at++)
		symbol->address = symbol->address << 4 | (unsigned int)digit;
	if (at == line || at[0] != ' ' || !at[1] || at[2] != ' ') {
		at += strcspn(at, "\n");
		return *at ? at + 1 : at;
	}
	symbol->type = at[1];
	name = at + 3;
	for (at = name; *at && *at != '\t' && *at != '\n'; at++)
		;
	if (at != name)
		symbol->name = name;
	if (!*at)
		return at;
	digit = *at;
	*at++ = '\0';
	return digit == '\t' ? cut_module(at, symbol) : at;
}

static int read_lines(struct symbols *s)
{
	s->hidden = true;
	for (char *line = s->text; line && *line;) {
		struct symbol symbol;
		int err;

		line = cut_line(line, &symbol);
		/* Modules of some architectures have names for mere marks. */
		if (!symbol.name || symbol.name[0] == '$')
			continue;
		err = list_grow((void **)&s->list, s->n, &s->room, sizeof(*s->list));
		if (err)
			return err;
		s->list[s->n++] = symbol;
		if (symbol.address && symbol_is_code(&symbol))
			s->hidden = false;
	}
	return 0;
}

static uint32_t hash_symbol(const char *name)
{
	return hash_words(name, strlen(name));
}

static int index_names(struct symbols *s)
{
	int err = slots_reserve(&s->by_name, s->n);

	for (size_t i = 0; i < s->n && !err; i++)
		err = slots_add(&s->by_name, hash_symbol(s->list[i].name), (uint32_t)i + 1);
	return err;
}

const struct symbol *symbols_next(const struct symbols *s, const char *name, struct slot **slot)
{
	while ((*slot = slots_next(&s->by_name, hash_symbol(name), *slot)))
		if (!strcmp(s->list[(*slot)->number - 1].name, name))
			return &s->list[(*slot)->number - 1];
	return NULL;
}

static int by_address(const void *a, const void *b, void *arg)
{
	const struct symbol *list = arg;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (list[x].address != list[y].address)
		return list[x].address < list[y].address ? -1 : 1;
	return (x > y) - (x < y);
}

/* Few ask for addresses, and sorting them takes long. */
static int index_code(struct symbols *s)
{
	if (s->code)
		return 0;
	s->code = malloc((s->n ? s->n : 1) * sizeof(*s->code));
	if (!s->code)
		return -ENOMEM;
	for (size_t i = 0; i < s->n; i++)
		if (symbol_is_code(&s->list[i]))
			s->code[s->n_code++] = (uint32_t)i;
	qsort_r(s->code, s->n_code, sizeof(*s->code), by_address, s->list);
	return 0;
}

int symbols_make_index(struct symbols *s)
{
	int err = s->error;

	if (err || s->indexed)
		return err;
	s->indexed = true;
	err = read_lines(s);
	if (!err)
		err = index_names(s);
	s->error = err;
	return err;
}

int symbols_index(struct symbols *s)
{
	int err = symbols_load(s);

	return err ? err : symbols_make_index(s);
}

/* The number in `code` of the first symbol behind ADDRESS. */
static size_t find_code_behind(const struct symbols *s, uint64_t address)
{
	size_t low = 0, high = s->n_code;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->list[s->code[middle]].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t symbols_at(struct symbols *s, uint64_t address, const uint32_t **first)
{
	size_t behind, at;

	if (s->hidden || index_code(s))
		return 0;
	at = behind = find_code_behind(s, address);
	while (at && s->list[s->code[at - 1]].address == address)
		at--;
	*first = &s->code[at];
	return behind - at;
}

int kernel_symbolize(struct kernel *k, uint64_t address, struct symbol_name *symbol)
{
	struct symbols *s = &k->symbols;
	const struct symbol *found;
	const uint32_t *first;
	int err = symbols_index(s);
	size_t at;

	if (err)
		return err;
	if (s->hidden)
		return -EPERM;
	err = index_code(s);
	if (err)
		return err;
	at = find_code_behind(s, address);
	if (!at)
		return -ENOENT;
	/* Of several names of one address, the first one listed. */
	symbols_at(s, s->list[s->code[at - 1]].address, &first);
	found = &s->list[*first];
	if (address - found->address >= SYMBOL_MAX_SIZE)
		return -ENOENT;
	*symbol = (struct symbol_name){ found->name, found->module, address - found->address };
	return 0;
}
