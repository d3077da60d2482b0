/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Names a plugin must not share with those loaded before it. */
#include <errno.h>

#include "core/plugin/load.h"

int check_same_file(struct load *l, const struct plugin *plugin)
{
	for (size_t i = 0; i < l->plugins->n; i++) {
		const struct plugin *other = l->plugins->list[i];

		if (other->device != plugin->device || other->inode != plugin->inode)
			continue;
		refuse_plugin(&l->reason, "the same file as %s", other->path);
		return -EEXIST;
	}
	return 0;
}

static bool has_installed_origin(const struct plugin *plugin)
{
	return plugin->origin == ORIGIN_INSTALLED || plugin->origin == ORIGIN_SITE;
}

static const struct plugin *find_replaced(const struct load *l, const struct plugin *plugin)
{
	const struct plugin *other = plugins_find(l->plugins, plugin->desc.name);

	return other && !strcmp(other->desc.name, plugin->desc.name) &&
			       has_installed_origin(other) && plugin->origin == ORIGIN_OPTION
		       ? other
		       : NULL;
}

/* Of those that were named the first wins; within one directory nobody could tell which
 * is meant, and what is installed is only replaced knowingly. */
static int check_name(struct load *l, const struct plugin *plugin, const char *name)
{
	const struct plugin *other = plugins_find(l->plugins, name);

	if (!other || other == l->replaced)
		return 0;
	if (other->place == plugin->place ||
	    (has_installed_origin(other) && other->origin != plugin->origin))
		return refuse_plugin(&l->reason, "the name '%s' is taken by %s", name, other->path);
	refuse_plugin(&l->reason, "%s comes first and has the name '%s' too", other->path, name);
	return -EEXIST;
}

static int check_names(struct load *l, const struct plugin *plugin)
{
	const char *const *alias = plugin->desc.aliases;
	int err = check_name(l, plugin, plugin->desc.name);

	for (; !err && alias && *alias; alias++)
		err = check_name(l, plugin, *alias);
	return err;
}

static const struct plugin *owner_of_option(const struct load *l, const char *name)
{
	const struct plugins *plugins = l->plugins;

	for (size_t i = 0; i < plugins->n; i++) {
		const struct retis_plugin *desc = &plugins->list[i]->desc;

		for (uint32_t j = 0; j < desc->n_options; j++)
			if (plugins->list[i] != l->replaced && !strcmp(desc->options[j].name, name))
				return plugins->list[i];
	}
	return NULL;
}

static int check_option_names(struct load *l, const struct plugin *plugin)
{
	for (uint32_t i = 0; i < plugin->desc.n_options; i++) {
		const char *name = plugin->desc.options[i].name;
		const struct plugin *other = owner_of_option(l, name);

		if (other)
			return refuse_plugin(&l->reason,
					     "its option --%s is taken by the plugin %s", name,
					     other->desc.name);
		if (!strcmp(name, "help") ||
		    (l->search->option_taken && l->search->option_taken(name)))
			return refuse_plugin(&l->reason, "its option --%s is one of retis itself",
					     name);
	}
	return 0;
}

static int refuse_section_clash(struct load *l, const struct plugin *plugin, const char *name)
{
	const struct registry_entry *other =
		registry_get(l->registry, registry_find(l->registry, name));

	if (!other || !other->plugin)
		return refuse_plugin(&l->reason, "its section '%s' is one of retis itself", name);
	if (other->plugin == plugin->desc.name)
		return refuse_plugin(&l->reason, "its section '%s' is there twice", name);
	return refuse_plugin(&l->reason, "its section '%s' is taken by the plugin %s", name,
			     other->plugin);
}

static int check_section(struct load *l, const struct plugin *plugin, uint32_t i)
{
	const struct retis_section_type *type = &plugin->desc.sections[i];
	int number = registry_add(l->registry, type, plugin->desc.name);

	if (number == -EEXIST)
		return refuse_section_clash(l, plugin, type->name);
	if (number == -ENOSPC)
		return refuse_plugin(&l->reason, "there are too many section types");
	if (number < 0)
		return refuse_plugin(&l->reason, "section '%s': %s",
				     is_name(type->name) ? type->name : "?", l->registry->reason);
	return 0;
}

/* All there are; they were checked. */
static void gather_sections(struct load *l)
{
	const struct plugins *plugins = l->plugins;

	*l->registry = (struct registry){};
	if (l->search->own_section)
		registry_add(l->registry, l->search->own_section, NULL);
	for (size_t i = 0; i < plugins->n; i++) {
		const struct retis_plugin *desc = &plugins->list[i]->desc;

		for (uint32_t t = 0; t < desc->n_sections && plugins->list[i] != l->replaced; t++)
			registry_add(l->registry, &desc->sections[t], desc->name);
	}
}

static int check_new_sections(struct load *l, const struct plugin *plugin)
{
	int err = 0;

	gather_sections(l);
	for (uint32_t i = 0; !err && i < plugin->desc.n_sections; i++)
		err = check_section(l, plugin, i);
	return err;
}

int check_neighbours(struct load *l, const struct plugin *plugin)
{
	int err;

	l->replaced = find_replaced(l, plugin);
	err = check_names(l, plugin);
	if (!err)
		err = check_option_names(l, plugin);
	return err ? err : check_new_sections(l, plugin);
}
