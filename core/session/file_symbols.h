/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names for the stack traces in an event file. */
#ifndef CORE_SESSION_FILE_SYMBOLS_H
#define CORE_SESSION_FILE_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

#include <retis/event.h>

struct session;
struct writer;

/* Addresses that were looked at: a hash set. All zero: none. */
struct file_symbols {
	uint64_t *slots;
	size_t n;
	size_t room;
};

void file_symbols_fini(struct file_symbols *seen);

/* Gives the file the symbols of the stack trace in EVENT, if there is one, unless
 * it has them. 0 or a negative errno. */
int file_symbols_add(struct file_symbols *seen, const struct session *s, struct writer *w,
		     const struct retis_event *event);

#endif
