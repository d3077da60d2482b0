/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The help of a command, made of its tables. Options must still hold their
 * defaults: options_parse() looks for --help before it stores anything.
 */
#include "core/cli/options_private.h"

#define WIDTH 80
/* Where the explanations start. */
#define COLUMN 30

/* Prints TEXT word by word, the cursor being at *AT; new lines start at INDENT. */
static void print_wrapped(FILE *out, const char *text, size_t *at, size_t indent)
{
	bool first = true;

	while (*text) {
		size_t length = strcspn(text, " \n");

		if (*at + !first + length > WIDTH && *at > indent) {
			fprintf(out, "\n%*s", (int)indent, "");
			*at = indent;
			first = true;
		}
		if (length) {
			fprintf(out, "%s%.*s", first ? "" : " ", (int)length, text);
			*at += length + !first;
			first = false;
		}
		text += length;
		text += *text != '\0';
	}
	fputc('\n', out);
}

void options_help_row(FILE *out, const char *left, const char *text)
{
	size_t at = 2 + strlen(left);

	fprintf(out, "  %s", left);
	if (at + 2 > COLUMN)
		fprintf(out, "\n%*s", COLUMN, "");
	else
		fprintf(out, "%*s", (int)(COLUMN - at), "");
	at = COLUMN;
	print_wrapped(out, text, &at, COLUMN);
}

static void describe_choices(const struct option_entry *e, struct retis_text *text)
{
	const char *between = " Values: ";

	for (const struct retis_choice *c = e->spec.choices; c->name; c++) {
		if (e->spec.type == OPTION_CHOICES && !c->bits)
			continue;
		retis_text_str(text, between);
		retis_text_str(text, c->name);
		between = ", ";
	}
	retis_text_char(text, '.');
}

/* A name that stands for several bits is no part of a default. */
static bool is_default(const struct option_entry *e, const struct retis_choice *c)
{
	const void *where = (char *)e->base + e->spec.offset;
	unsigned int chosen;
	uint64_t bits;

	if (e->spec.type == OPTION_CHOICE) {
		memcpy(&chosen, where, sizeof(chosen));
		return c->bits == chosen;
	}
	memcpy(&bits, where, sizeof(bits));
	return c->bits && !(c->bits & (c->bits - 1)) && (bits & c->bits);
}

static void describe_default_choices(const struct option_entry *e, struct retis_text *text)
{
	const char *between = " Default: ";

	for (const struct retis_choice *c = e->spec.choices; c->name; c++) {
		if (!is_default(e, c))
			continue;
		retis_text_str(text, between);
		retis_text_str(text, c->name);
		between = ", ";
	}
	if (between[0] == ',')
		retis_text_char(text, '.');
}

static void describe_default_number(const struct option_entry *e, struct retis_text *text)
{
	static const char suffixes[] = "KMG";
	unsigned int power = 0;
	uint64_t value;

	memcpy(&value, (char *)e->base + e->spec.offset, sizeof(value));
	if (!value)
		return;
	while (e->spec.type == OPTION_SIZE && power < 3 && !(value % 1024)) {
		value /= 1024;
		power++;
	}
	retis_text_str(text, " Default: ");
	retis_text_dec(text, value);
	if (power)
		retis_text_char(text, suffixes[power - 1]);
	retis_text_char(text, '.');
}

static void describe_default_string(const struct option_entry *e, struct retis_text *text)
{
	const char *value;

	memcpy(&value, (char *)e->base + e->spec.offset, sizeof(value));
	if (!value)
		return;
	retis_text_str(text, " Default: ");
	retis_text_escaped(text, value, strlen(value));
	retis_text_char(text, '.');
}

void option_describe(const struct option_entry *e, struct retis_text *text)
{
	retis_text_str(text, e->spec.help ? e->spec.help : "");
	switch (e->spec.type) {
	case OPTION_UINT:
	case OPTION_SIZE:
		describe_default_number(e, text);
		break;
	case OPTION_STRING:
		describe_default_string(e, text);
		break;
	case OPTION_CHOICE:
	case OPTION_CHOICES:
		describe_choices(e, text);
		describe_default_choices(e, text);
		break;
	case OPTION_FLAG:
	case OPTION_STRINGS:
	case OPTION_HELP:
		break;
	}
}

static void option_help(FILE *out, const struct option_entry *e)
{
	const struct option_spec *spec = &e->spec;
	const char *value = !option_has_value(spec) ? "" : spec->value ? spec->value : "VALUE";
	char left[128], letter[5] = "    ", what[2048];
	struct retis_text text = { .data = what, .capacity = sizeof(what) - 1 };
	bool optional = spec->implied;

	if (spec->letter)
		snprintf(letter, sizeof(letter), "-%c%s", spec->letter, spec->name ? ", " : "");
	snprintf(left, sizeof(left), "%s%s%s%s%s%s%s", letter, spec->name ? "--" : "",
		 spec->name ? spec->name : "", *value ? " " : "", optional ? "[" : "", value,
		 optional ? "]" : "");
	option_describe(e, &text);
	what[text.length] = '\0';
	options_help_row(out, left, what);
}

static bool same_heading(const struct option_entry *a, const struct option_entry *b)
{
	if (a->plugin || b->plugin)
		return a->plugin == b->plugin;
	return !strcmp(a->heading, b->heading);
}

static void heading_help(FILE *out, const struct options *o, size_t first)
{
	const struct option_entry *e = &o->entries[first];

	for (size_t i = 0; i < first; i++)
		if (same_heading(&o->entries[i], e))
			return;
	if (e->plugin)
		fprintf(out, "\nOptions of the %s collector:\n", e->plugin);
	else
		fprintf(out, "\n%s:\n", e->heading);
	for (size_t i = first; i < o->n_entries; i++)
		if (same_heading(&o->entries[i], e))
			option_help(out, &o->entries[i]);
}

static void usage_line(FILE *out, const struct options *o)
{
	const struct option_operand *p = o->operand;

	fprintf(out, "Usage: %s [OPTIONS]%s", o->command, o->subcommand ? " SUBCOMMAND" : "");
	if (p)
		fprintf(out, p->min ? " %s" : " [%s]", p->value);
	fprintf(out, "%s\n", p && p->max > 1 ? "..." : "");
}

void options_help(const struct options *o, FILE *out)
{
	size_t at = 0;

	usage_line(out, o);
	fputc('\n', out);
	print_wrapped(out, o->about, &at, 0);
	if (o->operand) {
		fprintf(out, "\nArguments:\n");
		options_help_row(out, o->operand->value, o->operand->help);
	}
	for (size_t i = 0; i < o->n_entries; i++)
		heading_help(out, o, i);
}
