/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Arrays that grow. */
#ifndef UTIL_LIST_H
#define UTIL_LIST_H

#include <stddef.h>

/*
 * Makes room for one more element behind the N of *LIST, each SIZE bytes.
 * *ROOM is how many fit; grows by doubling. -ENOMEM: nothing has changed.
 */
int list_grow(void **list, size_t n, size_t *room, size_t size);

#endif
