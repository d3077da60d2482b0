/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Formats events and writes them to stdout. */
#ifndef CORE_COLLECT_CONSOLE_H
#define CORE_COLLECT_CONSOLE_H

#include <retis/text.h>

#include "core/collect/consumer.h"
#include "core/event/printer.h"

struct console {
	struct printer *printer;
	struct retis_text text;
	struct record record;
};

/* PRINTER is borrowed. *SINK leads to CONSOLE. -ENOMEM. */
int console_init(struct console *console, struct printer *printer, struct sink *sink);
/* Accepts one that is all zero. */
void console_fini(struct console *console);

#endif
