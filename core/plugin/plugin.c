/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/plugin/plugin.h"

#include <unistd.h>

#include "core/plugin/object.h"

static bool plugin_is_called(const struct plugin *plugin, const char *name)
{
	const char *const *alias = plugin->desc.aliases;

	if (!strcmp(plugin->desc.name, name))
		return true;
	for (; alias && *alias; alias++)
		if (!strcmp(*alias, name))
			return true;
	return false;
}

struct plugin *plugins_find(const struct plugins *plugins, const char *name)
{
	for (size_t i = 0; i < plugins->n; i++)
		if (plugin_is_called(plugins->list[i], name))
			return plugins->list[i];
	return NULL;
}

void plugin_free(struct plugin *plugin)
{
	if (!plugin)
		return;
	desc_free(&plugin->desc);
	object_close(plugin);
	if (plugin->fd >= 0)
		close(plugin->fd);
	free(plugin->state);
	free(plugin->path);
	free(plugin);
}

void plugins_fini(struct plugins *plugins)
{
	for (size_t i = 0; i < plugins->n; i++)
		plugin_free(plugins->list[i]);
	for (size_t i = 0; i < plugins->n_refused; i++) {
		free(plugins->refused[i].path);
		free(plugins->refused[i].reason);
	}
	free(plugins->list);
	free(plugins->refused);
	*plugins = (struct plugins){ 0 };
}
