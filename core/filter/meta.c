/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/filter/meta.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <retis/text.h>

#include "core/filter/meta_call.h"
#include "core/util/log.h"

int meta_refuse(struct meta_why *why, size_t column, const char *format, ...)
{
	va_list args;

	why->column = column;
	va_start(args, format);
	vsnprintf(why->text, sizeof(why->text), format, args);
	va_end(args);
	return -EINVAL;
}

int meta_no_memory(struct meta_why *why)
{
	meta_refuse(why, 0, "out of memory");
	return -ENOMEM;
}

const char *meta_quote(struct meta_quote *quote, const char *s, size_t n)
{
	static const char cut[] = "...";
	struct retis_text t = { .data = quote->text, .capacity = sizeof(quote->text) - 4 };

	retis_text_escaped(&t, s, n);
	memcpy(quote->text + t.length, cut, sizeof(cut));
	if (!t.failed)
		quote->text[t.length] = '\0';
	return quote->text;
}

void meta_filter_fini(struct meta_filter *f)
{
	free(f->terms);
	free(f->steps);
	free(f->hops);
}

void meta_warn_mixed(const struct meta_filter *f, struct meta_why *why)
{
	*why = (struct meta_why){ 0 };
	if (f->mixed)
		meta_refuse(why, f->mixed,
			    "'and' and 'or' bind alike here, from left to right: parentheses make "
			    "clear what is meant");
}

/* The line with the text begins that far to the left of the place. */
#define TELL_BEFORE 60
#define TELL_BEHIND 40

__attribute__((format(printf, 2, 3))) static void tell_line(bool fatal, const char *format, ...)
{
	char line[512];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (fatal)
		log_fatal("%s", line);
	else
		log_warn("%s", line);
}

void meta_filter_tell(const char *option, const char *text, const struct meta_why *why, bool fatal)
{
	size_t at = why->column ? why->column - 1 : 0;
	size_t before = at < TELL_BEFORE ? at : TELL_BEFORE;
	size_t behind = strnlen(text + at, TELL_BEHIND);
	char line[4 * (TELL_BEFORE + TELL_BEHIND) + 1];
	struct retis_text t = { .data = line, .capacity = sizeof(line) };
	int caret;

	tell_line(fatal, "%s: %s", option, why->text);
	if (!why->column)
		return;
	retis_text_escaped(&t, text + at - before, before);
	caret = (int)t.length;
	retis_text_escaped(&t, text + at, behind);
	tell_line(fatal, "  %.*s", (int)t.length, line);
	tell_line(fatal, "  %*s^", caret, "");
}

static const bool host_is_big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

static int parse_roots(const char *text, const struct meta_types *types, struct meta_filter *f,
		       struct meta_why *why)
{
	int err = meta_parse(text, f, why);

	return err ? err : meta_take_call_roots(f, types, why);
}

int meta_filter_compile(const char *text, const struct meta_types *types, struct splice_code *code,
			struct meta_why *why)
{
	struct meta_filter f = {};
	int err = parse_roots(text, types, &f, why);

	if (!err)
		err = meta_resolve(&f, types, why);
	if (!err)
		err = meta_emit(&f, false, host_is_big, code, why);
	if (!err)
		meta_warn_mixed(&f, why);
	meta_filter_fini(&f);
	return err;
}

int meta_call_filter_compile(const char *text, const struct meta_types *types,
			     const struct meta_probes *probes, struct meta_arguments *args,
			     struct splice_code *code, struct meta_why *why)
{
	struct meta_filter f = {};
	int err = parse_roots(text, types, &f, why);

	if (!err)
		err = meta_resolve_call(&f, types, probes, args, why);
	if (!err)
		err = meta_emit(&f, true, host_is_big, code, why);
	meta_filter_fini(&f);
	return err;
}
