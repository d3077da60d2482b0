/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What is known while plugins are being loaded; shared by the loader's files. */
#ifndef PLUGIN_LOAD_H
#define PLUGIN_LOAD_H

#include "core/plugin/private.h"

struct load {
	struct plugins *plugins;
	const struct plugins_search *search;
	struct self self;
	/* For checking section types; on the heap. */
	struct registry *registry;
	/* Number of the directory being read. */
	size_t place;
	enum plugin_origin origin;
	/* The plugin whose place the one being loaded takes, or NULL. */
	const struct plugin *replaced;
	/* Why the last file was refused or skipped. */
	struct reason reason;
};

/* Loads the plugin NAME in a directory; PATH is for messages. 0, -EINVAL:
 * refused, -EEXIST: skipped, both with `reason`; -ENOMEM. */
int load_file(struct load *l, int dir_fd, const char *name, const char *path);

/* Loads a plugin that is a part of the program. Results likewise. */
int load_builtin(struct load *l, const struct retis_plugin *desc);
#define BUILTIN_PATH "(built in)"

/* Is it a file that was loaded already, by another path? 0 or -EEXIST. */
int check_same_file(struct load *l, const struct plugin *plugin);
/* Does it get along with the plugins before it, or does it replace one? Results as
 * load_file(). */
int check_neighbours(struct load *l, const struct plugin *plugin);

#endif
