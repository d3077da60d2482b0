/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The thread that orders events, formats them and writes them to stdout. */
#ifndef CORE_COLLECT_CONSOLE_H
#define CORE_COLLECT_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/event/printer.h"

struct console;
struct queue;

struct console_result {
	/* Events written. */
	uint64_t events;
	/* Their size on the wire, in bytes. */
	uint64_t bytes;
	/* Events that could not be read. */
	uint64_t bad;
	/* 0, or why writing ended: -EPIPE, -ENOSPC, ... */
	int error;
};

/*
 * Starts it. PRINTER and QUEUE are borrowed. It ends when the queue does, or
 * after LIMIT events (0: none), or when stdout does; in the last two cases it
 * writes a byte to the file descriptor WAKE.
 */
int console_start(struct printer *printer, struct queue *queue, uint64_t limit, int wake,
		  struct console **out);

/* Waits until it has ended. Accepts NULL. */
void console_stop(struct console *c, struct console_result *result);

#endif
