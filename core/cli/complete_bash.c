/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A branch of a case per command, in it one of another per option with a value. */
#include <string.h>

#include "core/cli/complete.h"
#include "core/cli/command.h"
#include "core/cli/options_private.h"

static void write_words(FILE *out, const struct options *o)
{
	fprintf(out, "\t\twords='");
	for (size_t i = 0; i < o->n_entries; i++) {
		const struct option_spec *spec = &o->entries[i].spec;

		if (spec->letter)
			fprintf(out, "-%c ", spec->letter);
		if (spec->name)
			fprintf(out, "--%s ", spec->name);
	}
	fprintf(out, "'\n\t\tbelow='");
	for (const struct command *c = o->subcommands; c && c->name; c++)
		fprintf(out, "%s ", c->name);
	fprintf(out, "'\n");
}

static void write_choices(FILE *out, const struct retis_choice *choices)
{
	fprintf(out, " values='");
	for (; choices->name; choices++)
		fprintf(out, "%s ", choices->name);
	fprintf(out, "'");
}

static void write_bash_option(FILE *out, const struct option_spec *spec)
{
	fprintf(out, "\t\t");
	if (spec->letter)
		fprintf(out, "-%c%s", spec->letter, spec->name ? " | " : "");
	if (spec->name)
		fprintf(out, "--%s", spec->name);
	fprintf(out, ") kind=%s several=%s", spec->implied ? "optional" : "value",
		complete_several(spec) ? "1" : "");
	switch (complete_kind(spec)) {
	case COMPLETE_CHOICES:
		write_choices(out, spec->choices);
		break;
	case COMPLETE_FILES:
		fprintf(out, " kind=files");
		break;
	case COMPLETE_DIRS:
		fprintf(out, " kind=dirs");
		break;
	case COMPLETE_COLLECTORS:
		fprintf(out, " values=$(" COMPLETE_COLLECTORS_COMMAND ")");
		break;
	case COMPLETE_PROFILES:
		fprintf(out, " values=$(" COMPLETE_PROFILES_COMMAND ")");
		break;
	case COMPLETE_NOTHING:
		break;
	}
	fprintf(out, " ;;\n");
}

static void write_bash_command(FILE *out, const struct options *o)
{
	fprintf(out, "\t'%s')\n", o->command);
	write_words(out, o);
	if (o->operand)
		fprintf(out, "\t\toperand=%s\n",
			strstr(o->operand->value, "PROFILE") ? "profiles" : "files");
	fprintf(out, "\t\tcase $prev in\n");
	for (size_t i = 0; i < o->n_entries; i++)
		if (option_has_value(&o->entries[i].spec))
			write_bash_option(out, &o->entries[i].spec);
	fprintf(out, "\t\tesac ;;\n");
}

const struct completion complete_bash = {
	.shell = "bash",
	.file = "retis",
	.head = "# Completes the command lines of retis in bash.\n"
		"_retis_options() {\n"
		"\tcase $path in\n",
	.foot = "\tesac\n"
		"}\n"
		"_retis() {\n"
		"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev='' path=retis i\n"
		"\tlocal words='' below='' operand='' kind='' several='' values='' start=''\n"
		"\tCOMPREPLY=()\n"
		"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
		"\t\tprev=''\n"
		"\t\tbelow=''\n"
		"\t\t_retis_options\n"
		"\t\t[[ \" $below\" != *\" ${COMP_WORDS[i]} \"* ]] || path+=\" ${COMP_WORDS[i]}\"\n"
		"\tdone\n"
		"\tprev=${COMP_WORDS[COMP_CWORD - 1]} below='' operand=''\n"
		"\t_retis_options\n"
		"\t[[ -z $several || $cur != *,* ]] || start=${cur%,*},\n"
		"\tif [[ $kind == files ]]; then\n"
		"\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
		"\telif [[ $kind == dirs ]]; then\n"
		"\t\tmapfile -t COMPREPLY < <(compgen -d -- \"$cur\")\n"
		"\telif [[ -n $kind && ($kind != optional || $cur != -*) ]]; then\n"
		"\t\tmapfile -t COMPREPLY < <(compgen -P \"$start\" -W \"$values\" -- "
		"\"${cur#\"$start\"}\")\n"
		"\telif [[ $cur == -* ]]; then\n"
		"\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
		"\telif [[ $operand == profiles ]]; then\n"
		"\t\tmapfile -t COMPREPLY < <(compgen -W \"$(" COMPLETE_PROFILES_COMMAND
		")\" -- \"$cur\")\n"
		"\telif [[ $operand == files ]]; then\n"
		"\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
		"\telse\n"
		"\t\tmapfile -t COMPREPLY < <(compgen -W \"$below\" -- \"$cur\")\n"
		"\tfi\n"
		"}\n"
		"complete -o filenames -o bashdefault -F _retis retis\n",
	.write = write_bash_command,
};
