/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Formats events and writes them to stdout, in a thread of its own: as they come, or as
 * somebody else has it. */
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
	/* Events that came and were not written, and those of them that are in the text. */
	uint64_t waiting;
	uint64_t printed;
	struct record record;
	/* Where events go instead of being printed; no `event`: nowhere. */
	struct sink way;
};

/* PRINTER is borrowed. MAY_DROP: events that the terminal is too slow for; else
 * whoever brings them waits. -ENOMEM. */
int console_init(struct console *console, struct printer *printer, bool may_drop);
/* Events and losses go to WAY, in the console's thread; it is flushed ten times a second, and
 * once more for each time it returns 1. It appends text to console->text, and calls
 * console_printed() for each event there. Before console_start(). */
void console_lead(struct console *console, const struct sink *way);
void console_printed(struct console *console);
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
