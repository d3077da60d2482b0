/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Loaded plugins. A plugin's description is a copy, checked and brought to the
 * size this program knows (core/plugin/loader.h): what it says can be relied on.
 */
#ifndef PLUGIN_PLUGIN_H
#define PLUGIN_PLUGIN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <retis/plugin.h>

/* Where a plugin was found, in the order of looking. */
enum plugin_origin {
	/* With retis. */
	ORIGIN_INSTALLED,
	/* Where third parties' are installed. */
	ORIGIN_SITE,
	ORIGIN_OPTION,
	ORIGIN_ENVIRONMENT,
};

struct plugin {
	/* Its arrays are the program's; what they point to is the plugin's. */
	struct retis_plugin desc;
	char *path;
	/* desc.state_size bytes, from the defaults; NULL if there are none. */
	void *state;
	/* Number of its first section type. */
	uint16_t section_base;

	/* The loader's. Which directory it is from, counted from 0, and which
	 * file; `fd` stays open because dlopen() knows the file by it. */
	size_t place;
	enum plugin_origin origin;
	dev_t device;
	ino_t inode;
	int fd;
	void *handle;
};

/* A file that is no plugin this program loads. */
struct plugin_refused {
	char *path;
	char *reason;
};

/* All zero: none. */
struct plugins {
	struct plugin **list;
	size_t n;
	size_t room;
	struct plugin_refused *refused;
	size_t n_refused;
	size_t room_refused;
};

/* By name or alias; NULL if there is none. */
struct plugin *plugins_find(const struct plugins *plugins, const char *name);
void plugins_fini(struct plugins *plugins);

/* Takes NULL, and one that is half made. */
void plugin_free(struct plugin *plugin);

#endif
