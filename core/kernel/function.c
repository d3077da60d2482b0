/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions: where a name is, whether it can be traced, and its prototype; and
 * if there is no way, exactly why. The compiler drops functions, renames them
 * and cuts them into pieces, and several may have one name.
 */
#include <bpf/btf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/kernel/private.h"
#include "core/util/nearest.h"
#include "core/util/pattern.h"

struct query {
	struct kernel *k;
	const char *name;
	/* Empty: any. */
	const char *module;
	char *why;
	size_t size;
};

static enum function_fault explain_fault(const struct query *q, enum function_fault what,
					 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(q->why, q->size, format, args);
	va_end(args);
	return what;
}

/* --- names that are not there --------------------------------------------- */

/* What the compiler left of a function under other names. */
struct remains {
	const char *whole;
	const char *piece;
	bool data;
};

static bool is_piece(const char *suffix)
{
	return !strncmp(suffix, ".cold", 5) || !strncmp(suffix, ".part", 5);
}

static void find_remains(const struct query *q, struct remains *r)
{
	const struct symbols *s = &q->k->symbols;
	size_t n = strlen(q->name);

	for (size_t i = 0; i < s->n; i++) {
		const char *name = s->list[i].name;

		if (strncmp(name, q->name, n))
			continue;
		if (!name[n] && !symbol_is_code(&s->list[i]))
			r->data = true;
		if (name[n] != '.')
			continue;
		if (is_piece(name + n))
			r->piece = name;
		else
			r->whole = name;
	}
}

static bool in_any_types(struct kernel *k, const char *name)
{
	struct types *types = types_of(k, "");

	return types && types_find(types, name, BTF_KIND_FUNC) > 0;
}

static void find_nearest(const struct query *q, char *text, size_t size)
{
	const struct symbols *s = &q->k->symbols;
	struct nearest nearest = { .wanted = q->name };
	size_t n = strlen(q->name);

	for (size_t i = 0; i < s->n; i++) {
		size_t length = strlen(s->list[i].name);
		size_t apart = length > n ? length - n : n - length;

		if (symbol_is_code(&s->list[i]) && apart <= n / 4 + 1)
			nearest_consider(&nearest, s->list[i].name);
	}
	nearest_text(&nearest, text, size);
}

static enum function_fault explain_missing(const struct query *q)
{
	struct remains r = {};
	char near[160];

	if (*q->module)
		return explain_fault(q, FUNCTION_MISSING,
				     kernel_has_module(q->k, q->module) == 1
					     ? "no such function in module %s"
					     : "module %s is not loaded",
				     q->module);
	find_remains(q, &r);
	if (r.whole)
		return explain_fault(
			q, FUNCTION_OPTIMISED,
			"was optimised to %s by the compiler: its arguments can't be relied "
			"upon",
			r.whole);
	if (r.piece || in_any_types(q->k, q->name))
		return explain_fault(q, FUNCTION_INLINED,
				     "was inlined into its callers by the compiler%s%s%s",
				     r.piece ? " (only " : "", r.piece ? r.piece : "",
				     r.piece ? " is left of it)" : "");
	if (r.data)
		return explain_fault(q, FUNCTION_MISSING, "is data, not a function");
	find_nearest(q, near, sizeof(near));
	return explain_fault(q, FUNCTION_MISSING, "no such function in this kernel%s%s%s",
			     near[0] ? "; did you mean " : "", near, near[0] ? "?" : "");
}

/* --- where it is ---------------------------------------------------------- */

/* Text that is in kallsyms for other reasons than being code of the kernel. */
static bool is_generated(const char *module)
{
	return !strcmp(module, "bpf") || !strcmp(module, "__builtin__ftrace") ||
	       !strcmp(module, "__builtin__kprobes");
}

static enum function_fault find_symbol(const struct query *q, const struct symbol **found)
{
	const struct symbols *s = &q->k->symbols;
	const struct symbol *symbol, *first = NULL;
	struct slot *slot = NULL;
	unsigned int others = 0;
	bool other_module = false;

	while ((symbol = symbols_next(s, q->name, &slot))) {
		if (!symbol_is_code(symbol) || is_generated(symbol->module) ||
		    (*q->module && strcmp(symbol->module, q->module)))
			continue;
		if (!first)
			first = symbol;
		else if (s->hidden || symbol->address != first->address)
			others++;
		other_module |= strcmp(symbol->module, first->module) != 0;
	}
	if (!first)
		return explain_missing(q);
	if (others)
		return explain_fault(
			q, FUNCTION_AMBIGUOUS,
			"ambiguous: %u functions have this name, and the kernel would pick "
			"one%s",
			others + 1,
			other_module ? "; name the module: kprobe:MODULE:FUNCTION" : "");
	*found = first;
	return FUNCTION_USABLE;
}

/* --- may it be traced? ---------------------------------------------------- */

static const struct {
	const char *start, *end, *why;
} forbidden[FORBIDDEN_SECTIONS] = {
	{ "_sinittext", "_einittext", "it only ran while the kernel started" },
	{ "__noinstr_text_start", "__noinstr_text_end", "the kernel forbids it there (noinstr)" },
	{ "__entry_text_start", "__entry_text_end", "it is entry code" },
};

static void find_sections(struct kernel *k)
{
	for (size_t i = 0; i < FORBIDDEN_SECTIONS; i++) {
		struct address_range *range = &k->forbidden[i];

		if (symbols_address(&k->symbols, forbidden[i].start, &range->start) ||
		    symbols_address(&k->symbols, forbidden[i].end, &range->end))
			*range = (struct address_range){};
	}
	k->forbidden_known = true;
}

static const char *forbidden_section(struct kernel *k, uint64_t address)
{
	if (!k->forbidden_known)
		find_sections(k);
	for (size_t i = 0; i < FORBIDDEN_SECTIONS; i++)
		if (address >= k->forbidden[i].start && address < k->forbidden[i].end)
			return forbidden[i].why;
	return NULL;
}

/* The list has one name of each address. */
static bool is_traceable(const struct query *q, const struct symbol *symbol)
{
	struct symbols *s = &q->k->symbols;
	const struct word_list *list = &q->k->tracefs.functions;
	const uint32_t *first;
	size_t n;

	if (word_list_has(list, q->name))
		return true;
	n = symbols_at(s, symbol->address, &first);
	for (size_t i = 0; i < n; i++)
		if (word_list_has(list, s->list[first[i]].name))
			return true;
	return false;
}

bool kernel_forbids_kprobes(struct kernel *k, const char *name)
{
	struct tracefs *t = &k->tracefs;

	return !tracefs_blacklist(t) && word_list_has(&t->blacklist, name);
}

static enum function_fault check_traceable(const struct query *q, const struct symbol *symbol)
{
	const char *section = forbidden_section(q->k, symbol->address);
	struct tracefs *t = &q->k->tracefs;

	if (section)
		return explain_fault(q, FUNCTION_UNTRACEABLE, "not traceable: %s", section);
	if (t->spare && !t->functions.tried)
		return FUNCTION_USABLE;
	if (!tracefs_functions(t)) {
		if (!is_traceable(q, symbol))
			return explain_fault(
				q, FUNCTION_UNTRACEABLE,
				"not traceable: it is not in available_filter_functions "
				"(notrace)");
	} else if (kernel_forbids_kprobes(q->k, q->name)) {
		return explain_fault(q, FUNCTION_UNTRACEABLE, "not traceable: " FUNCTION_FORBIDDEN);
	}
	return FUNCTION_USABLE;
}

/* --- what it takes -------------------------------------------------------- */

/* The function's id, under whatever name of its address; or -ENOENT. */
static int find_types(const struct query *q, struct types *types, uint64_t address)
{
	struct symbols *s = &q->k->symbols;
	int id = types_find(types, q->name, BTF_KIND_FUNC);
	const uint32_t *first;
	size_t n;

	if (id != -ENOENT)
		return id;
	n = symbols_at(s, address, &first);
	for (size_t i = 0; i < n && id == -ENOENT; i++)
		id = types_find(types, s->list[first[i]].name, BTF_KIND_FUNC);
	return id;
}

static enum function_fault read_types(const struct query *q, struct function *f)
{
	struct types *types = types_of(q->k, f->module);
	const struct btf_type *t;
	int id, err;

	if (!types)
		return explain_fault(q, FUNCTION_NO_BTF,
				     "its arguments are unknown: no BTF for %s%s",
				     *f->module ? "module " : "the kernel", f->module);
	id = find_types(q, types, f->address);
	if (id < 0 && strchr(q->name, '.'))
		return explain_fault(q, FUNCTION_OPTIMISED,
				     "made by the compiler: its arguments can't be relied upon");
	if (id < 0)
		return explain_fault(q, FUNCTION_NO_BTF,
				     "its arguments are unknown: BTF doesn't describe it");
	t = btf__type_by_id(types->btf, (uint32_t)id);
	err = prototype_read(types->btf, t->type, 0, &f->proto);
	if (err)
		return explain_fault(q, FUNCTION_PROTOTYPE,
				     err == -E2BIG ? "it takes too many arguments"
						   : "BTF describes it wrongly");
	f->btf_id = (uint32_t)id;
	if (!*f->module)
		return FUNCTION_USABLE;
	f->btf_object = types_object_id(q->k, f->module);
	if (!f->btf_object)
		f->btf_id = 0;
	return FUNCTION_USABLE;
}

enum function_fault kernel_function(struct kernel *k, const char *name, const char *module,
				    struct function *f, char *why, size_t size)
{
	const struct query q = { k, name, module, why, size };
	const struct symbol *symbol = NULL;
	enum function_fault what;
	int err = symbols_index(&k->symbols);

	*f = (struct function){};
	if (err)
		return explain_fault(&q, FUNCTION_MISSING, "/proc/kallsyms: %s", strerror(-err));
	what = find_symbol(&q, &symbol);
	if (what)
		return what;
	f->module = symbol->module;
	f->address = symbol->address;
	what = check_traceable(&q, symbol);
	return what ? what : read_types(&q, f);
}

const char *function_fault_name(enum function_fault what)
{
	static const char *const names[] = {
		[FUNCTION_USABLE] = "usable",
		[FUNCTION_MISSING] = "missing",
		[FUNCTION_INLINED] = "inlined",
		[FUNCTION_OPTIMISED] = "optimised by the compiler",
		[FUNCTION_AMBIGUOUS] = "ambiguous",
		[FUNCTION_UNTRACEABLE] = "not traceable",
		[FUNCTION_NO_BTF] = "without BTF",
		[FUNCTION_PROTOTYPE] = "with a prototype that is not supported",
	};

	return names[what];
}

/* --- all of them ---------------------------------------------------------- */

/* Not a function, but something in front of one, or a piece of one. */
static bool is_fragment(const char *name)
{
	const char *dot = strchr(name, '.');

	return !strncmp(name, "__pfx_", 6) || !strncmp(name, "__cfi_", 6) || (dot && is_piece(dot));
}

static bool is_listed(const struct symbol *symbol, const char *pattern, const char *module)
{
	return symbol_is_code(symbol) && !is_generated(symbol->module) &&
	       !is_fragment(symbol->name) && (!*module || !strcmp(module, symbol->module)) &&
	       pattern_match(pattern, symbol->name);
}

static int list_symbols(struct kernel *k, const char *pattern, const char *module,
			struct name_list *list)
{
	const struct symbols *s = &k->symbols;
	int err = symbols_index(&k->symbols);

	for (size_t i = 0; i < s->n && !err; i++)
		if (is_listed(&s->list[i], pattern, module))
			err = name_list_add(list, s->list[i].name);
	return err;
}

/* Places that were functions when the kernel was built. */
static bool is_gone(const char *name)
{
	return !strncmp(name, "__ftrace_invalid_address", 24);
}

static int list_words(const struct word_list *functions, const char *pattern,
		      struct name_list *list)
{
	int err = 0;

	for (size_t i = 0; i < functions->n && !err; i++)
		if (pattern_match(pattern, functions->words[i]) && !is_gone(functions->words[i]))
			err = name_list_add(list, functions->words[i]);
	return err;
}

int kernel_list_functions(struct kernel *k, const char *pattern, const char *module,
			  struct name_list *list)
{
	int err;

	if (*module || tracefs_functions(&k->tracefs))
		err = list_symbols(k, pattern, module, list);
	else
		err = list_words(&k->tracefs.functions, pattern, list);
	if (!err)
		name_list_sort(list);
	return err;
}
