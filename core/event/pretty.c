/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/event/pretty.h"

#include "core/event/json.h"

static void start_line(struct pretty *p)
{
	if (p->compact)
		return;
	retis_text_char(p->out, '\n');
	retis_text_spaces(p->out, 2 * p->depth);
}

static void begin_value(struct pretty *p, const char *key)
{
	if (p->behind)
		retis_text_char(p->out, ',');
	if (p->depth)
		start_line(p);
	p->behind = true;
	if (!key)
		return;
	json_string(p->out, key, strlen(key));
	retis_text_str(p->out, p->compact ? ":" : ": ");
}

void pretty_open(struct pretty *p, const char *key, char bracket)
{
	begin_value(p, key);
	retis_text_char(p->out, bracket);
	p->depth++;
	p->behind = false;
}

void pretty_close(struct pretty *p, char bracket)
{
	p->depth--;
	if (p->behind)
		start_line(p);
	retis_text_char(p->out, bracket);
	p->behind = true;
}

void pretty_string(struct pretty *p, const char *key, const char *value)
{
	begin_value(p, key);
	json_string(p->out, value, strlen(value));
}

void pretty_uint(struct pretty *p, const char *key, uint64_t value)
{
	begin_value(p, key);
	retis_text_dec(p->out, value);
}

void pretty_int(struct pretty *p, const char *key, int64_t value)
{
	begin_value(p, key);
	retis_text_int(p->out, value);
}
