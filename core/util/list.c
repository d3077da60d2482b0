/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/util/list.h"

#include <errno.h>
#include <stdlib.h>

int list_grow(void **list, size_t n, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 8;
	void *bigger;

	if (n < *room)
		return 0;
	bigger = reallocarray(*list, more, size);
	if (!bigger)
		return -ENOMEM;
	*list = bigger;
	*room = more;
	return 0;
}
