/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Hashes of bytes: the same in one run of the program, not in files. */
#ifndef UTIL_HASH_H
#define UTIL_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Of nothing. */
#define HASH_START 0xcbf29ce484222325ull

/* FNV-1a, of pieces one after the other. */
static inline uint64_t hash_bytes(uint64_t hash, const void *data, size_t size)
{
	const unsigned char *at = data;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ at[i]) * 0x100000001b3;
	return hash;
}

static inline uint64_t hash_mix(uint64_t h)
{
	h *= 0x9e3779b97f4a7c15;
	return h ^ h >> 32;
}

/* Faster, of one piece. */
static inline uint32_t hash_words(const void *data, size_t size)
{
	const char *at = data;
	uint64_t h = size, word;

	for (; size >= sizeof(word); at += sizeof(word), size -= sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		h = hash_mix(h ^ word);
	}
	for (word = 0; size; size--)
		word = word << 8 | (unsigned char)at[size - 1];
	return (uint32_t)hash_mix(h ^ word);
}

#endif
