/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How events are printed. */
#include "core/cli/display.h"

#include <string.h>

enum format {
	FORMAT_MULTI_LINE,
	FORMAT_SINGLE_LINE,
	FORMAT_JSON,
};

static const struct retis_choice formats[] = {
	{ "multi-line", FORMAT_MULTI_LINE },
	{ "single-line", FORMAT_SINGLE_LINE },
	{ "json", FORMAT_JSON },
	{},
};

#define AT(member) .offset = offsetof(struct display_args, member)

static const struct option_spec specs[] = {
	{ .name = "format",
	  .type = OPTION_CHOICE,
	  .value = "FORMAT",
	  AT(format),
	  .choices = formats,
	  .help = "Layout of events." },
	{ .name = "utc",
	  .type = OPTION_FLAG,
	  AT(utc),
	  .help = "Print the time in UTC instead of nanoseconds since boot." },
	{ .letter = 'e',
	  .type = OPTION_FLAG,
	  AT(link_layer),
	  .help = "Print link-layer headers and VLAN tags." },
};

#define N_SPECS (sizeof(specs) / sizeof(specs[0]))

int display_add(struct options *o, struct display_args *args)
{
	return options_add(o, "Output", specs, N_SPECS, args);
}

bool display_has_option(const char *name)
{
	for (size_t i = 0; i < N_SPECS; i++)
		if (specs[i].name && !strcmp(specs[i].name, name))
			return true;
	return false;
}

struct printer_options display_options(const struct display_args *args)
{
	return (struct printer_options){
		.layout = args->format == FORMAT_SINGLE_LINE ? PRINTER_SINGLE_LINE
							     : PRINTER_MULTI_LINE,
		.json = args->format == FORMAT_JSON,
		.utc = args->utc,
		.link_layer = args->link_layer,
	};
}
