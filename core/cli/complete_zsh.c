/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A function per command, which _arguments serves. */
#include <string.h>

#include "core/cli/complete.h"
#include "core/cli/command.h"
#include "core/cli/options_private.h"

static void write_action(FILE *out, const struct option_spec *spec)
{
	switch (complete_kind(spec)) {
	case COMPLETE_CHOICES:
		fprintf(out, complete_several(spec) ? "_values -s , value" : "(");
		for (const struct retis_choice *c = spec->choices; c->name; c++)
			fprintf(out, " %s", c->name);
		fprintf(out, complete_several(spec) ? "" : ")");
		break;
	case COMPLETE_FILES:
		fprintf(out, "_files");
		break;
	case COMPLETE_DIRS:
		fprintf(out, "_files -/");
		break;
	case COMPLETE_COLLECTORS:
		fprintf(out, "_values -s , collector auto $(" COMPLETE_COLLECTORS_COMMAND ")");
		break;
	case COMPLETE_PROFILES:
		fprintf(out, "_values -s , profile $(" COMPLETE_PROFILES_COMMAND ")");
		break;
	case COMPLETE_NOTHING:
		fprintf(out, " ");
		break;
	}
}

static void write_form(FILE *out, const struct option_spec *spec, const char *form)
{
	bool repeats = spec->type == OPTION_STRINGS || spec->type == OPTION_CHOICES;
	char summary[160];

	complete_summary(spec->help, summary, sizeof(summary));
	fprintf(out, " \\\n\t\t'%s%s[%s]", repeats ? "*" : "", form, summary);
	if (option_has_value(spec)) {
		fprintf(out, "%s:%s:", spec->implied ? ":" : "",
			spec->value ? spec->value : "value");
		write_action(out, spec);
	}
	fprintf(out, "'");
}

static void write_zsh_option(FILE *out, const struct option_spec *spec)
{
	char form[128];

	if (spec->letter) {
		snprintf(form, sizeof(form), "-%c", spec->letter);
		write_form(out, spec, form);
	}
	if (spec->name) {
		snprintf(form, sizeof(form), "--%s", spec->name);
		write_form(out, spec, form);
	}
}

static void write_below(FILE *out, const char *function, const struct command *below)
{
	fprintf(out, " \\\n\t\t'1:command:((");
	for (const struct command *c = below; c->name; c++) {
		char summary[160];

		complete_summary(c->about, summary, sizeof(summary));
		fprintf(out, "%s%s\\:\"%s\"", c == below ? "" : " ", c->name, summary);
	}
	fprintf(out, "))' '*::argument:->argument'\n");
	fprintf(out,
		"\t[[ $state != argument ]] || (( ! $+functions[%s_$words[1]] )) || "
		"%s_$words[1]\n",
		function, function);
}

static void write_zsh_command(FILE *out, const struct options *o)
{
	char function[128];

	complete_path(o->command, '_', function, sizeof(function));
	fprintf(out,
		"_%s() {\n\tlocal curcontext=$curcontext state line\n"
		"\ttypeset -A opt_args\n\t_arguments -s -C",
		function);
	for (size_t i = 0; i < o->n_entries; i++)
		write_zsh_option(out, &o->entries[i].spec);
	if (o->subcommands) {
		char below[130];

		snprintf(below, sizeof(below), "_%s", function);
		write_below(out, below, o->subcommands);
	} else if (o->operand && strstr(o->operand->value, "PROFILE")) {
		fprintf(out, " \\\n\t\t'*:profile:($(" COMPLETE_PROFILES_COMMAND "))'\n");
	} else {
		fprintf(out, "%s\n", o->operand ? " \\\n\t\t'*:file:_files'" : "");
	}
	fprintf(out, "}\n");
}

const struct completion complete_zsh = {
	.shell = "zsh",
	.file = "_retis",
	.head = "#compdef retis\n# Completes the command lines of retis in zsh.\n",
	.foot = "if [[ ${funcstack[1]} == _retis ]]; then\n\t_retis \"$@\"\nelse\n"
		"\tcompdef _retis retis\nfi\n",
	.write = write_zsh_command,
};
