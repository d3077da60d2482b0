/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of commands that print events. */
#ifndef CLI_DISPLAY_H
#define CLI_DISPLAY_H

#include <stdint.h>

#include "core/cli/options.h"
#include "core/event/printer.h"

struct display_args {
	unsigned int format;
	uint8_t utc;
	uint8_t link_layer;
};

/* Adds --format, --utc and -e. 0 or -ENOMEM. */
int display_add(struct options *o, struct display_args *args);
/* One of them is called NAME. */
bool display_has_option(const char *name);
struct printer_options display_options(const struct display_args *args);

#endif
