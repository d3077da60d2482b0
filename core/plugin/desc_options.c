/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Options of a plugin: they write into its state, so they must be right. */
#include "core/plugin/private.h"

#define CHOICES_MAX 256
#define HELP_MAX 2000

/* Bytes an option stores; 0: no such type. */
static size_t stored_size(enum retis_option_type type)
{
	switch (type) {
	case RETIS_OPT_FLAG:
		return sizeof(uint8_t);
	case RETIS_OPT_UINT:
	case RETIS_OPT_CHOICES:
		return sizeof(uint64_t);
	case RETIS_OPT_STRING:
		return sizeof(const char *);
	}
	return 0;
}

static bool are_choices(const struct retis_choice *choices)
{
	size_t n;

	for (n = 0; choices && choices[n].name; n++)
		if (n == CHOICES_MAX || !is_line(choices[n].name, 63) ||
		    strpbrk(choices[n].name, ", "))
			return false;
	return n > 0;
}

static int check_option(const struct retis_plugin *desc, const struct retis_option *o,
			struct reason *reason)
{
	size_t size = stored_size(o->type);

	if (!is_name(o->name))
		return refuse_plugin(reason, "an option's name is not made of a-z, 0-9 and '-'");
	if (!size)
		return refuse_plugin(reason, "option --%s is of an unknown type", o->name);
	if (!is_line(o->help, HELP_MAX))
		return refuse_plugin(reason, "option --%s has no help", o->name);
	if (o->value && !is_line(o->value, 32))
		return refuse_plugin(reason, "option --%s: its value's name is not valid", o->name);
	if (o->offset > desc->state_size || size > desc->state_size - o->offset)
		return refuse_plugin(reason, "option --%s lies outside of the private state",
				     o->name);
	if (o->type == RETIS_OPT_UINT && o->max && o->min > o->max)
		return refuse_plugin(reason, "option --%s: min is above max", o->name);
	if (o->type == RETIS_OPT_CHOICES && !are_choices(o->choices))
		return refuse_plugin(reason, "option --%s: its choices are not valid", o->name);
	return 0;
}

int desc_check_options(const struct retis_plugin *desc, struct reason *reason)
{
	for (uint32_t i = 0; i < desc->n_options; i++) {
		int err = check_option(desc, &desc->options[i], reason);

		if (err)
			return err;
		for (uint32_t j = 0; j < i; j++)
			if (!strcmp(desc->options[j].name, desc->options[i].name))
				return refuse_plugin(reason, "has two options --%s",
						     desc->options[i].name);
	}
	return 0;
}
