/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `retis plugin list` prints. */
#ifndef PLUGIN_LIST_H
#define PLUGIN_LIST_H

#include <stdio.h>

struct kernel;
struct plugins;

enum list_format {
	LIST_TEXT,
	/* An array of objects; refused files have `reason`, and no `name`. */
	LIST_JSON,
};

/* 0 or -ENOMEM. */
int plugins_list(const struct plugins *plugins, struct kernel *k, enum list_format format,
		 FILE *out);

#endif
