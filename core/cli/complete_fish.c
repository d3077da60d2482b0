/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line per option. */
#include <string.h>

#include "core/cli/complete.h"
#include "core/cli/command.h"
#include "core/cli/options_private.h"

/* "complete ..." for where COMMAND was typed, and none below it. */
static void write_start(FILE *out, const struct options *o)
{
	const char *word = strchr(o->command, ' ');

	fprintf(out, "complete -c retis -n '");
	if (!word)
		fprintf(out, "__fish_use_subcommand");
	for (bool first = true; word; word = strchr(word, ' '), first = false) {
		word++;
		fprintf(out, "%s__fish_seen_subcommand_from %.*s", first ? "" : "; and ",
			(int)strcspn(word, " "), word);
	}
	for (const struct command *c = strchr(o->command, ' ') ? o->subcommands : NULL;
	     c && c->name; c++)
		fprintf(out, "; and not __fish_seen_subcommand_from %s", c->name);
	fprintf(out, "'");
}

static void write_fish_values(FILE *out, const struct option_spec *spec)
{
	switch (complete_kind(spec)) {
	case COMPLETE_CHOICES:
		fprintf(out, " -x -a '");
		for (const struct retis_choice *c = spec->choices; c->name; c++)
			fprintf(out, "%s ", c->name);
		fprintf(out, "'");
		break;
	case COMPLETE_FILES:
		fprintf(out, " -r -F");
		break;
	case COMPLETE_DIRS:
		fprintf(out, " -x -a '(__fish_complete_directories)'");
		break;
	case COMPLETE_COLLECTORS:
		fprintf(out, " -x -a '(" COMPLETE_COLLECTORS_COMMAND ")'");
		break;
	case COMPLETE_PROFILES:
		fprintf(out, " -x -a '(" COMPLETE_PROFILES_COMMAND ")'");
		break;
	case COMPLETE_NOTHING:
		fprintf(out, " -x");
		break;
	}
}

static void write_fish_option(FILE *out, const struct options *o, const struct option_spec *spec)
{
	char summary[160];

	write_start(out, o);
	if (spec->letter)
		fprintf(out, " -s %c", spec->letter);
	if (spec->name)
		fprintf(out, " -l %s", spec->name);
	complete_summary(spec->help, summary, sizeof(summary));
	fprintf(out, " -d '%s'", summary);
	if (option_has_value(spec))
		write_fish_values(out, spec);
	fputc('\n', out);
}

static void write_fish_command(FILE *out, const struct options *o)
{
	for (size_t i = 0; i < o->n_entries; i++)
		write_fish_option(out, o, &o->entries[i].spec);
	for (const struct command *c = o->subcommands; c && c->name; c++) {
		char summary[160];

		complete_summary(c->about, summary, sizeof(summary));
		write_start(out, o);
		fprintf(out, " -f -a %s -d '%s'\n", c->name, summary);
	}
	if (!o->operand)
		return;
	write_start(out, o);
	if (strstr(o->operand->value, "PROFILE"))
		fprintf(out, " -f -a '(" COMPLETE_PROFILES_COMMAND ")'\n");
	else
		fprintf(out, " -F\n");
}

const struct completion complete_fish = {
	.shell = "fish",
	.file = "retis.fish",
	.head = "# Completes the command lines of retis in fish.\ncomplete -c retis -f\n",
	.foot = "",
	.write = write_fish_command,
};
