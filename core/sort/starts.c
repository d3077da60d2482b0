/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/starts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

void starts_fini(struct starts *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->list[i]);
	free(s->list);
	*s = (struct starts){ 0 };
}

static void copy_text(char *to, size_t size, const char *from, const char **result)
{
	snprintf(to, size, "%s", from);
	*result = to;
}

static struct startup *copy_start(const struct input_item *item)
{
	const struct retis_start *from = item->start;
	struct startup *to = calloc(1, sizeof(*to));

	if (!to)
		return NULL;
	to->start = *from;
	to->has_offset = item->has_offset;
	copy_text(to->version, sizeof(to->version), from->version, &to->start.version);
	copy_text(to->command_line, sizeof(to->command_line), from->command_line,
		  &to->start.command_line);
	copy_text(to->kernel_release, sizeof(to->kernel_release), from->kernel_release,
		  &to->start.kernel_release);
	copy_text(to->kernel_version, sizeof(to->kernel_version), from->kernel_version,
		  &to->start.kernel_version);
	copy_text(to->machine, sizeof(to->machine), from->machine, &to->start.machine);
	return to;
}

/* By time; equal ones as they came. */
static void insert_start(struct starts *s, struct startup *start)
{
	size_t i = s->n++;

	for (; i && s->list[i - 1]->start.timestamp > start->start.timestamp; i--)
		s->list[i] = s->list[i - 1];
	s->list[i] = start;
}

int starts_add(struct starts *s, const struct input_item *item)
{
	struct startup **list;
	struct startup *start;

	if (s->n == STARTS_MAX)
		return 0;
	list = realloc(s->list, (s->n + 1) * sizeof(struct startup *));
	if (!list)
		return -ENOMEM;
	s->list = list;
	start = copy_start(item);
	if (!start)
		return -ENOMEM;
	insert_start(s, start);
	return 0;
}

bool starts_next(struct starts *s, uint64_t time, struct input_item *item)
{
	const struct startup *start = s->next < s->n ? s->list[s->next] : NULL;

	if (!start || start->start.timestamp > time)
		return false;
	s->next++;
	*item = (struct input_item){
		.kind = INPUT_START,
		.start = &start->start,
		.has_offset = start->has_offset,
	};
	return true;
}
