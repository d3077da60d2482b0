/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/probe/poison.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Formats of libbpf (relo_core.c): of what is relocated, and that it can't be. */
#define FORMAT_TARGET "libbpf: prog '%s': relo #%d: %s\n"
#define FORMAT_POISON "libbpf: prog '%s': relo #%d: substituting insn #%d w/ invalid insn\n"

/* What was relocated last in this thread. */
static _Thread_local char target[256];

void poison_fini(struct poison_list *list)
{
	free(list->text);
	*list = (struct poison_list){};
}

/* "<byte_off> [12] struct sk_buff___mine.mark (0:1 @ offset 4)": the type and member, and
 * no name of a flavour. */
static void keep_target(const char *spec)
{
	const char *from = strstr(spec, "] "), *end, *flavour;

	from = from ? from + 2 : spec;
	end = strstr(from, " (");
	end = end ? end : from + strlen(from);
	flavour = strstr(from, "___");
	if (flavour && flavour < end) {
		const char *member = flavour + strcspn(flavour, ". (");

		snprintf(target, sizeof(target), "%.*s%.*s", (int)(flavour - from), from,
			 member < end ? (int)(end - member) : 0, member);
	} else {
		snprintf(target, sizeof(target), "%.*s", (int)(end - from), from);
	}
}

static void add_target(struct poison_list *list, const char *program)
{
	size_t n = strlen(program) + 1, m = strlen(target) + 1;
	char *text = realloc(list->text, list->size + n + m);

	if (!text)
		return;
	memcpy(text + list->size, program, n);
	memcpy(text + list->size + n, target, m);
	list->text = text;
	list->size += n + m;
}

void poison_read(struct poison_list *list, const char *format, va_list args)
{
	bool poisoned = !strcmp(format, FORMAT_POISON);
	const char *program;

	if (!poisoned && strcmp(format, FORMAT_TARGET) != 0)
		return;
	program = va_arg(args, const char *);
	(void)va_arg(args, int);
	if (poisoned)
		add_target(list, program);
	else
		keep_target(va_arg(args, const char *));
}

static void append_once(char *text, size_t size, const char *what)
{
	size_t used = strlen(text);

	if (!strstr(text, what))
		snprintf(text + used, size - used, "%s%s", used ? ", " : "", what);
}

bool poison_name(const struct poison_list *list, const char *program, char *text, size_t size)
{
	text[0] = '\0';
	for (size_t at = 0; at < list->size;) {
		const char *owner = list->text + at;
		const char *what = owner + strlen(owner) + 1;

		if (!strcmp(owner, program))
			append_once(text, size, what);
		at += strlen(owner) + strlen(what) + 2;
	}
	return text[0];
}
