/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What dlopen() does for plugins. A static program ("make static", RETIS_STATIC) has none: the
 * Makefile puts the plugins into it, and a table of their descriptions.
 */
#include "core/plugin/object.h"

#include <dlfcn.h>
#include <link.h>

#ifdef RETIS_STATIC

extern const struct retis_plugin *const retis_builtin_plugins[];

const struct retis_plugin *const *object_builtin(void)
{
	return retis_builtin_plugins;
}

int object_open(struct plugin *plugin, const void **desc, size_t *size, struct reason *reason)
{
	(void)plugin;
	(void)desc;
	(void)size;
	return refuse_plugin(reason, "this program is static and loads none");
}

void object_close(struct plugin *plugin)
{
	(void)plugin;
}

#else

const struct retis_plugin *const *object_builtin(void)
{
	return NULL;
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

int object_open(struct plugin *plugin, const void **desc, size_t *size, struct reason *reason)
{
	char name[32];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", plugin->fd);
	plugin->handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	if (!plugin->handle)
		return refuse_plugin(reason, "can't be loaded: %s", dl_reason(name));
	*desc = dlsym(plugin->handle, RETIS_PLUGIN_SYMBOL);
	if (!*desc)
		return refuse_plugin(reason, "not a plugin (it exports no '%s')",
				     RETIS_PLUGIN_SYMBOL);
	*size = symbol_size(plugin->handle, *desc);
	return 0;
}

/*
 * dlopen() takes two files for the same if they are called the same. A file that
 * can't be unloaded keeps its descriptor, so no other gets its name.
 */
void object_close(struct plugin *plugin)
{
	char name[32];

	if (!plugin->handle)
		return;
	dlclose(plugin->handle);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", plugin->fd);
	if (dlopen(name, RTLD_LAZY | RTLD_NOLOAD))
		plugin->fd = -1;
}

#endif
