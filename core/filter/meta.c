/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/filter/meta.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <retis/text.h>

#include "core/filter/meta_private.h"

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

int meta_filter_compile(const char *text, const struct meta_types *types, struct splice_code *code,
			struct meta_why *why)
{
	const bool big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	struct meta_filter f = {};
	int err = meta_parse(text, &f, why);

	if (!err)
		err = meta_resolve(&f, types, why);
	if (!err)
		err = meta_emit(&f, big, code, why);
	meta_filter_fini(&f);
	return err;
}
