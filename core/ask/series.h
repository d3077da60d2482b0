/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which packets have an event that matches: 16 bytes for each. */
#ifndef ASK_SERIES_H
#define ASK_SERIES_H

#include <stdbool.h>

struct retis_event;
struct ask_series;
struct registry;

/* NULL: no memory. */
struct ask_series *ask_series_new(void);
/* Accepts NULL. */
void ask_series_free(struct ask_series *s);
/* To be called again when the registry has changed. */
void ask_series_learn(struct ask_series *s, const struct registry *registry);
/* Events come from the start once more. */
void ask_series_restart(struct ask_series *s);

/* All events have to be shown, twice, in the same order. First: EVENT matches, or not.
 * -ENOMEM. */
int ask_series_note(struct ask_series *s, const struct retis_event *event, bool matches);
/* Then: 1: an event of its packet did, or, of no packet, MATCHES; 0; -ENOMEM. */
int ask_series_wants(struct ask_series *s, const struct retis_event *event, bool matches);

#endif
