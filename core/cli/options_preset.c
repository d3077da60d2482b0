/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options that profiles give: taken first, so that the command line goes before them. */
#include <errno.h>

#include "core/cli/options_private.h"
#include "core/util/log.h"
#include "core/util/nearest.h"

static struct option_entry *find_entry(struct options *o, const char *name)
{
	for (size_t i = 0; i < o->n_entries; i++)
		if (o->entries[i].spec.name && !o->entries[i].spec.typed &&
		    !strcmp(o->entries[i].spec.name, name))
			return &o->entries[i];
	return NULL;
}

static int refuse_unknown(struct options *o, const struct option_preset *preset)
{
	struct nearest near = { .wanted = preset->name };
	char text[256];

	if (o->lenient) {
		log_warn("%s: left out: '%s' has no option '--%s' here", preset->origin, o->command,
			 preset->name);
		return 0;
	}
	for (size_t i = 0; i < o->n_entries; i++)
		if (o->entries[i].spec.name)
			nearest_consider(&near, o->entries[i].spec.name);
	nearest_text(&near, text, sizeof(text));
	return options_usage_error(o, "'%s' has no option '--%s'%s%s%s", o->command, preset->name,
				   *text ? "; did you mean " : "", text, *text ? "?" : "");
}

static int take_preset(struct options *o, const struct option_preset *preset)
{
	struct option_entry *e = find_entry(o, preset->name);
	const char *value = preset->value;
	int err;

	if (!e)
		return refuse_unknown(o, preset);
	if (!value)
		value = e->spec.implied;
	if (option_has_value(&e->spec) != !!value)
		return options_usage_error(o, "the argument '--%s' %s value", e->spec.name,
					   value ? "takes no" : "needs a");
	/* More choices add up, as they do on the command line. */
	e->given = e->preset;
	err = option_store(o, e, value);
	e->given = false;
	e->preset = true;
	return err;
}

int options_take_presets(struct options *o)
{
	int err = 0;

	for (size_t i = 0; i < o->n_presets && !err; i++) {
		o->origin = o->presets[i].origin;
		err = take_preset(o, &o->presets[i]);
	}
	o->origin = NULL;
	for (size_t i = 0; i < o->n_entries && !err; i++) {
		struct option_entry *e = &o->entries[i];

		if (e->preset && e->spec.type == OPTION_STRINGS)
			e->n_preset = ((struct option_list *)((char *)e->base + e->spec.offset))->n;
	}
	return err;
}
