/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/starts.h"

#include <errno.h>
#include <stdlib.h>

void starts_fini(struct starts *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->list[i]);
	free(s->list);
	*s = (struct starts){ 0 };
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
	start = calloc(1, sizeof(*start));
	if (!start)
		return -ENOMEM;
	startup_copy(start, item->start, item->has_offset);
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
