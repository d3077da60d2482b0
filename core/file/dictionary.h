/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the records of a dictionary; core/reader/dictionary.c reads them. */
#ifndef FILE_DICTIONARY_H
#define FILE_DICTIONARY_H

#include <stdint.h>

#include <retis/reader.h>

#include "core/names/tables.h"

/* Each appends one record; `out->failed` tells if there was no room. A string
 * is cut at 65534 bytes. */
void dictionary_put_start(struct retis_text *out, const struct retis_start *start);
/* How the collection of a merged file's host NUMBER, from 1, started. */
void dictionary_put_host(struct retis_text *out, uint16_t number, const struct retis_start *start);
void dictionary_put_section(struct retis_text *out, uint16_t number,
			    const struct retis_file_section *section);
void dictionary_put_probe(struct retis_text *out, uint16_t number,
			  const struct retis_file_probe *probe);
/* NAME covers SIZE bytes of addresses from START. */
void dictionary_put_symbol(struct retis_text *out, uint64_t start, uint64_t size, const char *name);
void dictionary_put_name(struct retis_text *out, const struct retis_file_name *name);

#endif
