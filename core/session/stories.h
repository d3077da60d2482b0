/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect --sort: the console gets the events of each packet together, once the packet has
 * ended or was quiet for a while. */
#ifndef CORE_SESSION_STORIES_H
#define CORE_SESSION_STORIES_H

#include "core/collect/console.h"
#include "core/load/loaded.h"
#include "core/names/names.h"

struct stories;

/* Leads CONSOLE, which must not have been started. All is borrowed. A negative errno, after logging
 * why or -ENOMEM. */
int stories_new(const struct plan *plan, const struct loaded *loaded, const struct names *names,
		struct console *console, struct stories **out);
/* When the console has ended. Accepts NULL. */
void stories_free(struct stories *st);

#endif
