/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * From a file to a plugin. The file is opened once; what was checked is what
 * dlopen() gets, by way of /proc/self/fd (object.c). Then its description is copied,
 * checked on its own, and against the plugins that are there already.
 */
#include "core/plugin/loader.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "core/plugin/load.h"
#include "core/plugin/object.h"
#include "core/util/escape.h"
#include "core/util/list.h"
#include "core/util/log.h"

/* Opens a regular file that may be loaded. -EINVAL if it may not. */
static int open_plugin_file(struct load *l, int dir_fd, const char *name, struct stat *st)
{
	/* Not blocking: somebody may have put a FIFO there. */
	int err, fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return refuse_plugin(&l->reason, "can't be opened: %s", strerror(errno));
	if (fstat(fd, st))
		err = refuse_plugin(&l->reason, "can't be read: %s", strerror(errno));
	else if (!S_ISREG(st->st_mode))
		err = refuse_plugin(&l->reason, "not a regular file");
	else
		err = check_trust(&l->self, st, "file", &l->reason);
	if (!err)
		err = check_elf(&l->self, fd, (uint64_t)st->st_size, &l->reason);
	if (!err)
		err = check_libraries(&l->self, fd, &l->reason);
	if (!err)
		return fd;
	close(fd);
	return err;
}

static int make_state(struct plugin *plugin)
{
	size_t size = plugin->desc.state_size;

	if (!size)
		return 0;
	plugin->state = calloc(1, size);
	if (!plugin->state)
		return -ENOMEM;
	if (plugin->desc.state)
		memcpy(plugin->state, plugin->desc.state, size);
	return 0;
}

/* The user named the directory, but maybe not for that. */
static void replace_plugin(struct load *l, struct plugin *plugin)
{
	struct plugin **at = l->plugins->list;
	char by[1024], safe[1024];

	while (*at != l->replaced)
		at++;
	log_line(l->search->quiet ? RETIS_LOG_DEBUG : RETIS_LOG_INFO, "Plugin %s: %s replaces %s",
		 plugin->desc.name, escape_text(by, sizeof(by), plugin->path),
		 escape_text(safe, sizeof(safe), (*at)->path));
	plugin_free(*at);
	*at = plugin;
}

static int keep_plugin(struct load *l, struct plugin *plugin)
{
	struct plugins *p = l->plugins;
	char safe[1024];

	if (!l->replaced && list_grow((void **)&p->list, p->n, &p->room, sizeof(*p->list)))
		return -ENOMEM;
	if (l->replaced)
		replace_plugin(l, plugin);
	else
		p->list[p->n++] = plugin;
	log_debug("plugin %s %s loaded from %s", plugin->desc.name, plugin->desc.version,
		  escape_text(safe, sizeof(safe), plugin->path));
	return 0;
}

/* Takes a plugin by its description, of SIZE bytes at most. 0, -EINVAL: refused, -EEXIST:
 * skipped, -ENOMEM. */
static int take_plugin(struct load *l, struct plugin *plugin, const void *desc, size_t size)
{
	int err = desc_copy(&plugin->desc, desc, size, &l->reason);

	if (!err)
		err = desc_check(&plugin->desc, &l->reason);
	if (!err)
		err = check_neighbours(l, plugin);
	if (!err)
		err = make_state(plugin);
	return err ? err : keep_plugin(l, plugin);
}

static struct plugin *plugin_new(const struct load *l, const char *path)
{
	struct plugin *plugin = calloc(1, sizeof(*plugin));

	if (!plugin)
		return NULL;
	plugin->fd = -1;
	plugin->place = l->place;
	plugin->origin = l->origin;
	plugin->path = strdup(path);
	if (plugin->path)
		return plugin;
	plugin_free(plugin);
	return NULL;
}

int load_file(struct load *l, int dir_fd, const char *name, const char *path)
{
	struct plugin *plugin = plugin_new(l, path);
	const void *desc;
	struct stat st;
	size_t size;
	int err;

	if (!plugin)
		return -ENOMEM;
	err = open_plugin_file(l, dir_fd, name, &st);
	if (err >= 0) {
		plugin->fd = err;
		plugin->device = st.st_dev;
		plugin->inode = st.st_ino;
		err = check_same_file(l, plugin);
	}
	if (!err)
		err = object_open(plugin, &desc, &size, &l->reason);
	if (!err)
		err = take_plugin(l, plugin, desc, size);
	if (err)
		plugin_free(plugin);
	return err;
}

int load_builtin(struct load *l, const struct retis_plugin *desc)
{
	struct plugin *plugin = plugin_new(l, BUILTIN_PATH);
	int err = plugin ? take_plugin(l, plugin, desc, desc->size) : -ENOMEM;

	if (err)
		plugin_free(plugin);
	return err;
}
