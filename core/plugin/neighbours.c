/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names a plugin must not share with those loaded before it. */
#include <errno.h>

#include "core/plugin/load.h"

int check_same_file(struct load *l, const struct plugin *plugin)
{
	for (size_t i = 0; i < l->plugins->n; i++) {
		const struct plugin *other = l->plugins->list[i];

		if (other->device != plugin->device || other->inode != plugin->inode)
			continue;
		refuse(&l->reason, "the same file as %s", other->path);
		return -EEXIST;
	}
	return 0;
}

/* The first directory wins; within one, nobody could tell which is meant. */
static int check_name(struct load *l, const struct plugin *plugin, const char *name)
{
	const struct plugin *other = plugins_find(l->plugins, name);

	if (!other)
		return 0;
	if (other->place == plugin->place)
		return refuse(&l->reason, "the name '%s' is taken by %s", name, other->path);
	refuse(&l->reason, "%s comes first and has the name '%s' too", other->path, name);
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

static const struct plugin *owner_of_option(const struct plugins *plugins, const char *name)
{
	for (size_t i = 0; i < plugins->n; i++) {
		const struct retis_plugin *desc = &plugins->list[i]->desc;

		for (uint32_t j = 0; j < desc->n_options; j++)
			if (!strcmp(desc->options[j].name, name))
				return plugins->list[i];
	}
	return NULL;
}

static int check_option_names(struct load *l, const struct plugin *plugin)
{
	for (uint32_t i = 0; i < plugin->desc.n_options; i++) {
		const char *name = plugin->desc.options[i].name;
		const struct plugin *other = owner_of_option(l->plugins, name);

		if (other)
			return refuse(&l->reason, "its option --%s is taken by the plugin %s", name,
				      other->desc.name);
		if (!strcmp(name, "help") ||
		    (l->search->option_taken && l->search->option_taken(name)))
			return refuse(&l->reason, "its option --%s is one of retis itself", name);
	}
	return 0;
}

static int add_section(struct load *l, struct registry *r, const struct plugin *plugin, uint32_t i)
{
	const struct retis_section_type *type = &plugin->desc.sections[i];
	int number = registry_add(r, type, plugin->desc.name);

	if (number == -EEXIST)
		return refuse(&l->reason, "its section '%s' is taken by another plugin",
			      type->name);
	if (number == -ENOSPC)
		return refuse(&l->reason, "there are too many section types");
	if (number < 0)
		return refuse(&l->reason, "section '%s': %s",
			      is_name(type->name) ? type->name : "?", r->reason);
	return 0;
}

/* A registry can't be taken back from: a copy is filled, and kept if all fits. */
static int add_sections(struct load *l, struct plugin *plugin)
{
	struct registry *r = malloc(sizeof(*r));
	int err = 0;

	if (!r)
		return -ENOMEM;
	*r = *l->registry;
	plugin->section_base = r->n;
	for (uint32_t i = 0; !err && i < plugin->desc.n_sections; i++)
		err = add_section(l, r, plugin, i);
	if (!err)
		*l->registry = *r;
	free(r);
	return err;
}

int check_neighbours(struct load *l, struct plugin *plugin)
{
	int err = check_names(l, plugin);

	if (!err)
		err = check_option_names(l, plugin);
	return err ? err : add_sections(l, plugin);
}
