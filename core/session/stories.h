/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect --sort: the console gets the events of each packet together, once the packet has
 * ended or was quiet for a while. */
#ifndef CORE_SESSION_STORIES_H
#define CORE_SESSION_STORIES_H

#include "core/collect/console.h"
#include "core/session/session.h"

struct stories;

/* From here on S->stories, until they are freed; leads CONSOLE, which must not have been started.
 * STACK is borrowed. A negative errno, after logging why or -ENOMEM. */
int stories_new(struct session *s, struct console *console, const struct printer_stack *stack,
		struct stories **out);
/* When the console has ended. Accepts NULL. */
void stories_free(struct stories *st);

/* The session has new probes; in any thread, before their first event. -ENOMEM. */
int stories_name_probes(struct stories *st);

#endif
