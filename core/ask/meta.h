/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The metadata filter on stored events: the language of core/filter/meta.h with paths
 * as JSON has them, ct.state, typed by the field tables of sections.
 *
 * A term is false where its field is not there. Of an array it is true if it is of one
 * of the elements. A path alone: a number is not 0; anything else is there.
 */
#ifndef ASK_META_H
#define ASK_META_H

#include <stdbool.h>
#include <stdint.h>

#include "core/ask/value.h"
#include "core/filter/meta.h"

struct ask_meta;

/* 0, maybe with a warning in WHY, or -EINVAL, -ENOMEM with the reason. TEXT is borrowed. */
int ask_meta_new(const char *text, struct ask_meta **out, struct meta_why *why);
/* Accepts NULL. */
void ask_meta_free(struct ask_meta *m);

/*
 * Finds the names in a file. -EINVAL with the reason if neither the first one nor an
 * installed plugin has them; what other files lack is not there. OPEN: there may be
 * sections of any name, which comes as a warning in WHY. PLUGINS may be NULL; all is
 * borrowed until the next call.
 */
int ask_meta_learn(struct ask_meta *m, const struct input_names *names,
		   const struct plugins *plugins, bool open, struct meta_why *why);

bool ask_meta_matches(const struct ask_meta *m, struct ask_event *e);
/* Could it match an event of that time? */
bool ask_meta_may_match(struct ask_meta *m, uint64_t first, uint64_t last);

#endif
