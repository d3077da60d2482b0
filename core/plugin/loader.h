/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Finds plugins, checks their files and what they describe, and loads them. */
#ifndef PLUGIN_LOADER_H
#define PLUGIN_LOADER_H

#include <stdbool.h>

#include "core/plugin/plugin.h"

/*
 * Where plugins are, besides where they get installed: `plugins` next to the program,
 * `../lib/retis/plugins` from there for those that come with retis, and
 * `../lib/retis/site-plugins` for others. A directory the user names replaces what is
 * installed by the same name; else one that clashes with what is installed is refused.
 * Of two named directories the first wins. All borrowed.
 */
struct plugins_search {
	/* Directories the user named (--plugin-dir): must exist. */
	char *const *dirs;
	size_t n_dirs;
	/* RETIS_PLUGIN_PATH: directories separated by ':', or NULL. */
	const char *path;
	/* Not in the places where plugins get installed. */
	bool not_installed;
	/* Refused files are going to be shown: they are only logged at debug. */
	bool quiet;
	/* The program has an option of this name itself. NULL: it has none. */
	bool (*option_taken)(const char *name);
	/* The program's own section, or NULL. */
	const struct retis_section_type *own_section;
};

/*
 * Loads all plugins that can be loaded. A file that can't is logged and noted in
 * `refused`, and does not stop the others. A negative errno, after the reason
 * was logged, if a directory the user named can't be read; -ENOMEM.
 */
int plugins_load(struct plugins *plugins, const struct plugins_search *search);

#endif
