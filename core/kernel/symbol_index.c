/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The index of symbols, by name and by address. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/kernel/private.h"
#include "core/util/list.h"

/* Further behind a symbol's start, an address is not in it. */
#define SYMBOL_MAX_SIZE (1 << 20)

/* Cuts "ADDRESS TYPE NAME[\t[MODULE]]", a string by now, into its parts. */
static bool cut_line(char *line, struct symbol *symbol)
{
	char *at, *tab;

	symbol->address = strtoull(line, &at, 16);
	if (at == line || at[0] != ' ' || !at[1] || at[2] != ' ' || !at[3])
		return false;
	symbol->type = at[1];
	symbol->name = at + 3;
	symbol->module = "";
	tab = strchr(at + 3, '\t');
	if (!tab)
		return true;
	*tab++ = '\0';
	if (*tab == '[')
		tab++;
	tab[strcspn(tab, "]")] = '\0';
	symbol->module = tab;
	return true;
}

static int read_lines(struct symbols *s)
{
	char *line = s->text, *next;

	for (; line && *line; line = next) {
		struct symbol symbol;
		int err;

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		/* Modules of some architectures have names for mere marks. */
		if (!cut_line(line, &symbol) || symbol.name[0] == '$')
			continue;
		err = list_grow((void **)&s->list, s->n, &s->room, sizeof(*s->list));
		if (err)
			return err;
		s->list[s->n++] = symbol;
	}
	return 0;
}

/* The last name added is the first one found. */
static int index_names(struct symbols *s)
{
	int err = 0;

	for (size_t i = s->n; i-- > 0 && !err;)
		err = names_add(&s->by_name, s->list[i].name, (uint32_t)i);
	return err;
}

static int by_address(const void *a, const void *b, void *arg)
{
	const struct symbol *list = arg;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (list[x].address != list[y].address)
		return list[x].address < list[y].address ? -1 : 1;
	return (x > y) - (x < y);
}

static int index_code(struct symbols *s)
{
	s->code = malloc((s->n ? s->n : 1) * sizeof(*s->code));
	if (!s->code)
		return -ENOMEM;
	s->hidden = true;
	for (size_t i = 0; i < s->n; i++) {
		if (!symbol_is_code(&s->list[i]))
			continue;
		s->code[s->n_code++] = (uint32_t)i;
		s->hidden &= !s->list[i].address;
	}
	if (!s->hidden)
		qsort_r(s->code, s->n_code, sizeof(*s->code), by_address, s->list);
	return 0;
}

int symbols_index(struct symbols *s)
{
	int err = symbols_load(s);

	if (err || s->indexed)
		return err;
	s->indexed = true;
	err = read_lines(s);
	if (!err)
		err = index_names(s);
	if (!err)
		err = index_code(s);
	s->error = err;
	return err;
}

/* The number in `code` of the first symbol behind ADDRESS. */
static size_t find_behind(const struct symbols *s, uint64_t address)
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

size_t symbols_at(const struct symbols *s, uint64_t address, const uint32_t **first)
{
	size_t behind = s->hidden ? 0 : find_behind(s, address), at = behind;

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
	at = find_behind(s, address);
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
