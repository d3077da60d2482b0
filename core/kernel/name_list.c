/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "core/kernel/private.h"
#include "core/util/list.h"

int name_list_add(struct name_list *list, const char *name)
{
	int err = list_grow((void **)&list->names, list->n, &list->room, sizeof(*list->names));

	if (!err)
		list->names[list->n++] = name;
	return err;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void name_list_sort(struct name_list *list)
{
	size_t n = 0;

	if (list->n)
		qsort(list->names, list->n, sizeof(*list->names), by_name);
	for (size_t i = 0; i < list->n; i++)
		if (!n || strcmp(list->names[n - 1], list->names[i]))
			list->names[n++] = list->names[i];
	list->n = n;
}

void name_list_fini(struct name_list *list)
{
	free(list->names);
	*list = (struct name_list){};
}
