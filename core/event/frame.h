/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Frames of stack traces. A symbol is "NAME" or "NAME [MODULE]", in event files,
 * too.
 */
#ifndef EVENT_FRAME_H
#define EVENT_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include <retis/text.h>

/* A symbol that begins so is a whole frame, to be shown as it is: files of others hold
 * what no symbol and offset make. */
#define FRAME_VERBATIM '='

/* Room for a symbol, terminated. */
#define FRAME_SYMBOL_SIZE 320

/* The symbol at ADDRESS and the OFFSET from its start; NULL: unknown. ROOM may be
 * used for it. */
typedef const char *frame_symbol(const void *arg, uint64_t address, uint64_t *offset,
				 char room[FRAME_SYMBOL_SIZE]);

/* Code that is there because of us has such a name, without module: programs,
 * trampolines, and the kernel's machinery around them. */
bool frame_is_glue(const char *name);

/* How many of N frames from the top are such code. */
uint32_t frame_skip(frame_symbol *find, const void *arg, const uint64_t *frames, uint32_t n);

/* "NAME+0xOFFSET [MODULE]"; without a SYMBOL (NULL) "0xADDRESS". Not escaped: the
 * printer does that. */
void frame_put(struct retis_text *out, const char *symbol, uint64_t offset, uint64_t address);

#endif
