/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The last line of defence for the terminal: a printer is expected to escape
 * what it prints, and this is for the one that forgot.
 */
#ifndef EVENT_SANITIZE_H
#define EVENT_SANITIZE_H

#include <retis/text.h>

/*
 * Spells out, as \xNN, what is not printable ASCII in the text from `start` on.
 * In multi-line layout a newline stays if at least text->indent spaces follow,
 * so no section can pretend to be the first line of another event. If there is
 * no room for that, the text from `start` on is dropped.
 */
void sanitize_text(struct retis_text *text, size_t start);

#endif
