/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * From a file to a plugin. The file is opened once; what was checked is what
 * dlopen() gets, by way of /proc/self/fd. Then its description is copied,
 * checked on its own, and against the plugins that are there already.
 */
#include "core/plugin/loader.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <unistd.h>

#include "core/plugin/load.h"
#include "core/util/list.h"
#include "core/util/log.h"

/* Opens a regular file that may be loaded. -EINVAL if it may not. */
static int open_file(struct load *l, int dir_fd, const char *name, struct stat *st)
{
	/* Not blocking: somebody may have put a FIFO there. */
	int err, fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return refuse(&l->reason, "can't be opened: %s", strerror(errno));
	if (fstat(fd, st))
		err = refuse(&l->reason, "can't be read: %s", strerror(errno));
	else if (!S_ISREG(st->st_mode))
		err = refuse(&l->reason, "not a regular file");
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

/* dlerror() without the name that was given to dlopen(). */
static const char *dl_reason(const char *name)
{
	const char *text = dlerror();

	if (!text)
		return "unknown reason";
	if (!strncmp(text, name, strlen(name)) && !strncmp(text + strlen(name), ": ", 2))
		text += strlen(name) + 2;
	return text;
}

/* Bytes of the plugin's symbol, or 0 if it is another object's, or no data. */
static size_t symbol_size(void *handle, const void *symbol)
{
	struct link_map *own = NULL, *found = NULL;
	const ElfW(Sym) *sym = NULL;
	Dl_info info;

	if (dlinfo(handle, RTLD_DI_LINKMAP, &own) ||
	    !dladdr1(symbol, &info, (void **)&found, RTLD_DL_LINKMAP) ||
	    !dladdr1(symbol, &info, (void **)&sym, RTLD_DL_SYMENT))
		return 0;
	if (own != found || !sym || info.dli_saddr != symbol ||
	    ELF64_ST_TYPE(sym->st_info) != STT_OBJECT)
		return 0;
	return sym->st_size;
}

static int open_object(struct load *l, struct plugin *plugin)
{
	const void *symbol;
	char name[32];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", plugin->fd);
	plugin->handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	if (!plugin->handle)
		return refuse(&l->reason, "can't be loaded: %s", dl_reason(name));
	symbol = dlsym(plugin->handle, RETIS_PLUGIN_SYMBOL);
	if (!symbol)
		return refuse(&l->reason, "not a plugin (it exports no '%s')", RETIS_PLUGIN_SYMBOL);
	return desc_copy(&plugin->desc, symbol, symbol_size(plugin->handle, symbol), &l->reason);
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

/* 0, -EINVAL: refused, -EEXIST: skipped, -ENOMEM. */
static int load_checked(struct load *l, struct plugin *plugin)
{
	int err = open_object(l, plugin);

	if (!err)
		err = desc_check(&plugin->desc, &l->reason);
	if (!err)
		err = check_neighbours(l, plugin);
	return err ? err : make_state(plugin);
}

/* The user named the directory, but maybe not for that. */
static void replace(struct load *l, struct plugin *plugin)
{
	struct plugin **at = l->plugins->list;
	char by[1024], safe[1024];

	while (*at != l->replaced)
		at++;
	log_line(l->search->quiet ? RETIS_LOG_DEBUG : RETIS_LOG_INFO, "Plugin %s: %s replaces %s",
		 plugin->desc.name, plugin_escape(by, sizeof(by), plugin->path),
		 plugin_escape(safe, sizeof(safe), (*at)->path));
	plugin_free(*at);
	*at = plugin;
}

static int keep(struct load *l, struct plugin *plugin)
{
	struct plugins *p = l->plugins;
	char safe[1024];

	if (!l->replaced && list_grow((void **)&p->list, p->n, &p->room, sizeof(*p->list)))
		return -ENOMEM;
	if (l->replaced)
		replace(l, plugin);
	else
		p->list[p->n++] = plugin;
	log_debug("plugin %s %s loaded from %s", plugin->desc.name, plugin->desc.version,
		  plugin_escape(safe, sizeof(safe), plugin->path));
	return 0;
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
	struct stat st;
	int err;

	if (!plugin)
		return -ENOMEM;
	err = open_file(l, dir_fd, name, &st);
	if (err >= 0) {
		plugin->fd = err;
		plugin->device = st.st_dev;
		plugin->inode = st.st_ino;
		err = check_same_file(l, plugin);
	}
	if (!err)
		err = load_checked(l, plugin);
	if (!err)
		err = keep(l, plugin);
	if (err)
		plugin_free(plugin);
	return err;
}
