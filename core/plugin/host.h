/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The services a plugin gets: the host side of struct retis_host. */
#ifndef CORE_PLUGIN_HOST_H
#define CORE_PLUGIN_HOST_H

#include <stdatomic.h>

#include <retis/plugin.h>

#include "core/kernel/kernel.h"
#include "core/names/tables.h"

struct capture;

/* See add_event in struct retis_host. */
struct host_event {
	uint32_t section;
	uint32_t present;
	uint64_t time;
	const void *data;
	size_t size;
};

struct host {
	/* What the plugin sees. */
	struct retis_host api;
	/* The plugin's name; borrowed. */
	const char *plugin;
	struct kernel *kernel;
	/* Borrowed; NULL: there is none. */
	struct capture *object;
	/* What the plugin asked for in vain last, if it was something that it should have:
	 * a clause. */
	char fault[256];
	/* A hash of the last note it made. */
	atomic_uint_fast64_t note;
	/* setup() is going on. */
	bool setting_up;
	/* start() was called. */
	bool running;
	/* Takes a probe during setup(). */
	int (*add_probe)(void *arg, const char *probe);
	/* Takes a copy of a valid hook during setup(). */
	int (*add_hook)(void *arg, const struct retis_hook *hook);
	/* Takes a name from setup() on. */
	int (*add_name)(void *arg, const struct retis_file_name *name);
	/* Takes an event from start() on. */
	int (*add_event)(const struct host *host, const struct host_event *event);
	/* Another plugin has just made that note. */
	bool (*is_noted)(const struct host *host, uint64_t note);
	/* Of its thread; -1: it has none. */
	int stop_fd;
	void *arg;
};

/* Ready for everything but setup(). KERNEL is borrowed. */
void host_init(struct host *host, const char *plugin, struct kernel *kernel);

#endif
