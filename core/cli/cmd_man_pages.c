/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retis man-pages: a manual page per command, from the tables its help is made of. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/cli/complete.h"
#include "core/cli/options_private.h"
#include "core/cli/walk.h"
#include "core/plugin/plugin.h"
#include "core/util/escape.h"
#include "core/util/log.h"

/* Text that is no roff. A line must not start with what would be a request. */
static void write_roff_text(FILE *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", out);
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else if (*text == '\'')
			fputs("\\(aq", out);
		else if (*text == '^')
			fputs("\\(ha", out);
		else if (*text == '~')
			fputs("\\(ti", out);
		else
			fputc(*text, out);
	}
}

static void write_roff_line(FILE *out, const char *before, const char *text)
{
	fputs(before, out);
	write_roff_text(out, text);
	fputc('\n', out);
}

static void write_page_option(FILE *out, const struct option_entry *e)
{
	const struct option_spec *spec = &e->spec;
	char what[2048];
	struct retis_text text = { .data = what, .capacity = sizeof(what) - 1 };

	fputs(".TP\n\\fB", out);
	if (spec->letter)
		fprintf(out, "\\-%c%s", spec->letter, spec->name ? "\\fR, \\fB" : "");
	if (spec->name)
		write_roff_text(out, "--");
	write_roff_text(out, spec->name ? spec->name : "");
	fputs("\\fR", out);
	if (option_has_value(spec)) {
		fputs(spec->implied ? " [\\fI" : " \\fI", out);
		write_roff_text(out, spec->value ? spec->value : "VALUE");
		fputs(spec->implied ? "\\fR]" : "\\fR", out);
	}
	fputc('\n', out);
	option_describe(e, &text);
	what[text.length] = '\0';
	write_roff_line(out, "", what);
}

static void write_options(FILE *out, const struct options *o)
{
	const struct option_entry *last = NULL;

	fputs(".SH OPTIONS\n", out);
	for (size_t i = 0; i < o->n_entries; i++) {
		const struct option_entry *e = &o->entries[i];

		if (e->plugin && (!last || last->plugin != e->plugin))
			fprintf(out, ".SS Options of the %s collector\n", e->plugin);
		else if (!e->plugin &&
			 (!last || !last->heading || strcmp(last->heading, e->heading)))
			write_roff_line(out, ".SS ", e->heading);
		write_page_option(out, e);
		last = e;
	}
}

static void write_synopsis(FILE *out, const struct options *o)
{
	fputs(".SH SYNOPSIS\n\\fB", out);
	write_roff_text(out, o->command);
	fputs("\\fR [\\fIOPTIONS\\fR]", out);
	if (o->subcommands)
		fputs(" \\fISUBCOMMAND\\fR", out);
	if (o->operand) {
		fputs(o->operand->min ? " \\fI" : " [\\fI", out);
		write_roff_text(out, o->operand->value);
		fputs(o->operand->min ? "\\fR" : "\\fR]", out);
	}
	fputc('\n', out);
}

static void write_commands(FILE *out, const struct options *o, const char *name)
{
	fputs(".SH COMMANDS\n", out);
	for (const struct command *c = o->subcommands; c->name; c++) {
		fputs(".TP\n\\fB", out);
		write_roff_text(out, name);
		write_roff_text(out, "-");
		write_roff_text(out, c->name);
		fputs("\\fR(1)\n", out);
		write_roff_line(out, "", c->about);
	}
}

/* The first sentence, as a phrase. */
static void write_phrase(FILE *out, const char *about)
{
	char summary[160];

	complete_summary(about, summary, sizeof(summary));
	if (summary[0] >= 'A' && summary[0] <= 'Z')
		summary[0] |= 0x20;
	write_roff_line(out, "", summary);
}

/* Builds that are to be the same every time say which day it is. */
static void write_date(FILE *out)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	time_t when = epoch ? (time_t)strtoll(epoch, NULL, 10) : time(NULL);
	char text[32] = "";
	struct tm day;

	if (gmtime_r(&when, &day))
		strftime(text, sizeof(text), "%Y-%m-%d", &day);
	fprintf(out, " 1 \"%s\"", text);
}

static void write_page(FILE *out, const struct options *o, const char *name)
{
	fputs(".\\\" Made by retis man-pages.\n.TH ", out);
	for (const char *c = name; *c; c++)
		fputc(*c >= 'a' && *c <= 'z' ? *c & ~0x20 : *c, out);
	write_date(out);
	fprintf(out, " \"retis %s\" \"User Commands\"\n.SH NAME\n", retis_version());
	write_roff_text(out, name);
	fputs(" \\- ", out);
	write_phrase(out, o->about);
	write_synopsis(out, o);
	write_roff_line(out, ".SH DESCRIPTION\n", o->about);
	if (o->operand) {
		write_roff_line(out, ".SH ARGUMENTS\n.TP\n\\fI", o->operand->value);
		write_roff_line(out, "\\fR", o->operand->help);
	}
	if (o->subcommands)
		write_commands(out, o, name);
	write_options(out, o);
	fputs(".SH SEE ALSO\n.BR retis (1),\n.BR retis\\-probes (7),\n.BR retis\\-filters (7),\n"
	      ".BR retis\\-profiles (7),\n.BR retis\\-plugins (7)\n",
	      out);
}

struct pages {
	const char *dir;
	int err;
};

static void write_command_page(void *arg, const struct options *o)
{
	struct pages *pages = arg;
	char name[128], path[4096];
	FILE *out;

	if (pages->err)
		return;
	complete_path(o->command, '-', name, sizeof(name));
	snprintf(path, sizeof(path), "%.3900s/%s.1", pages->dir, name);
	out = fopen(path, "we");
	if (out)
		write_page(out, o, name);
	if (!out || fclose(out))
		pages->err = -errno;
}

int cmd_man_pages(int argc, char **argv, struct globals *globals)
{
	struct option_list operands = {};
	const struct option_operand operand = { "DIR", "Where they go; it must be there.", 1, 1,
						&operands };
	struct options o = { .command = "retis man-pages",
			     .about = "Writes a manual page for each command, options of the "
				      "installed plugins among them.",
			     .operand = &operand };
	struct pages pages = {};
	struct walk walk = { .globals = globals, .visit = write_command_page, .arg = &pages };
	char safe[1024];
	int err = globals_add(&o, globals);

	if (!err)
		err = options_parse(&o, argc, argv);
	if (!err) {
		pages.dir = operands.items[0];
		err = walk_commands(&walk);
		if (!err && pages.err) {
			log_fatal("%s: %s", escape_text(safe, sizeof(safe), pages.dir),
				  strerror(-pages.err));
			err = pages.err;
		}
	}
	options_fini(&o);
	option_list_fini(&operands);
	return options_exit_code(&o, err);
}
