/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names for the stack traces in an event file. */
#ifndef CORE_SESSION_FILE_SYMBOLS_H
#define CORE_SESSION_FILE_SYMBOLS_H

#include <retis/event.h>

struct archive;

/* Gives the file the symbols of the stack trace in EVENT, if there is one, unless
 * it has them. 0 or a negative errno. */
int file_symbols_add(struct archive *archive, const struct retis_event *event);

#endif
