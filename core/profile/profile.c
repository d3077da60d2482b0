/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Profiles in memory: choosing among variants, and letting go of them. */
#include <stdlib.h>
#include <string.h>

#include "core/profile/profile.h"

const struct profile_section *profile_section(const struct profile *profile, const char *command)
{
	for (size_t i = 0; i < profile->n_sections; i++)
		if (!strcmp(profile->sections[i].command, command))
			return &profile->sections[i];
	return NULL;
}

static bool condition_holds(const struct profile_condition *c, const struct profile_machine *m)
{
	if (c->symbol)
		return m->has_symbol(m->arg, c->symbol) == c->exists;
	return version_range_holds(&c->range, &m->release);
}

static bool conditions_hold(const struct profile_variant *v, const struct profile_machine *m)
{
	for (size_t i = 0; i < v->n_conditions; i++)
		if (!condition_holds(&v->conditions[i], m))
			return false;
	return true;
}

const struct profile_variant *profile_choose(const struct profile_section *section,
					     const struct profile_machine *machine)
{
	for (size_t i = 0; i < section->n_variants; i++)
		if (conditions_hold(&section->variants[i], machine))
			return &section->variants[i];
	return NULL;
}

static void variant_fini(struct profile_variant *v)
{
	for (size_t i = 0; i < v->n_conditions; i++)
		free(v->conditions[i].symbol);
	for (size_t i = 0; i < v->n_args; i++) {
		free(v->args[i].name);
		free(v->args[i].value);
		free(v->args[i].origin);
	}
	free(v->conditions);
	free(v->args);
	free(v->name);
}

void profile_fini(struct profile *profile)
{
	for (size_t i = 0; i < profile->n_sections; i++) {
		struct profile_section *section = &profile->sections[i];

		for (size_t v = 0; v < section->n_variants; v++)
			variant_fini(&section->variants[v]);
		free(section->variants);
		free(section->command);
	}
	free(profile->sections);
	free(profile->name);
	free(profile->about);
	*profile = (struct profile){};
}

void profile_file_fini(struct profile_file *file)
{
	for (size_t i = 0; i < file->n; i++)
		profile_fini(&file->list[i]);
	free(file->list);
	*file = (struct profile_file){};
}
