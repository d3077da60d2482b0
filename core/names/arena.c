/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/names/arena.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

/* Addresses are taken at once, memory as it is used. */
#define ARENA_SIZE (12u << 20)

void *arena_get(struct arena *a, size_t size)
{
	void *at;

	if (!a->data) {
		at = mmap(NULL, ARENA_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (at == MAP_FAILED) {
			a->no_memory = true;
			return NULL;
		}
		a->data = at;
	}
	if (size > ARENA_SIZE - a->used)
		return NULL;
	at = a->data + a->used;
	a->used += (size + 7) & ~(size_t)7;
	return at;
}

const char *arena_string(struct arena *a, const char *string)
{
	size_t size = string ? strlen(string) + 1 : 0;
	char *copy = size ? arena_get(a, size) : NULL;

	return copy ? memcpy(copy, string, size) : NULL;
}

void arena_rewind(struct arena *a, size_t mark)
{
	if (a->used > mark)
		memset(a->data + mark, 0, a->used - mark);
	a->used = mark;
}

void arena_fini(struct arena *a)
{
	if (a->data)
		munmap(a->data, ARENA_SIZE);
	a->data = NULL;
	a->used = 0;
}
