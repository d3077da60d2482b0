/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Formats events and writes them to stdout, in a thread of its own. */
#ifndef CORE_COLLECT_CONSOLE_H
#define CORE_COLLECT_CONSOLE_H

#include <pthread.h>
#include <stdbool.h>

#include <retis/text.h>

#include "core/collect/outlet.h"
#include "core/event/printer.h"

struct console {
	struct printer *printer;
	/* The printer is being used. */
	pthread_mutex_t lock;
	bool may_drop;
	struct outlet *outlet;
	struct retis_text text;
	/* Events in it. */
	uint64_t waiting;
	struct record record;
};

/* PRINTER is borrowed. MAY_DROP: events that the terminal is too slow for; else
 * whoever brings them waits. -ENOMEM. */
int console_init(struct console *console, struct printer *printer, bool may_drop);
/* *SINK leads to CONSOLE. */
int console_start(struct console *console, struct sink *sink);
/* Around changes of the printer once it was started. */
void console_lock(struct console *console);
void console_unlock(struct console *console);
/* See core/collect/outlet.h; both may be called if it was never started. */
void console_hurry(struct console *console);
void console_finish(struct console *console, struct outlet_result *result);
void console_fini(struct console *console);

#endif
