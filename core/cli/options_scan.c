/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words of the command line, one option at a time. getopt_long() does the
 * splitting; two things are different here: long options can't be abbreviated,
 * and an optional value may be a word of its own.
 */
#include <errno.h>

#include "core/cli/options_private.h"

/* getopt's value for the long name of option I; letters are below. */
#define LONG_VALUE 256
/* getopt returns this for operands ("-" in front of the letters). */
#define OPERAND_VALUE 1

bool option_has_value(const struct option_spec *spec)
{
	return spec->type != OPTION_FLAG && spec->type != OPTION_HELP;
}

static int argument_kind(const struct option_spec *spec)
{
	if (!option_has_value(spec))
		return no_argument;
	return spec->implied ? optional_argument : required_argument;
}

static void fill_tables(struct scan *s)
{
	const struct options *o = s->options;
	struct option *l = s->longs;
	char *c = s->shorts;

	*c++ = o->subcommand ? '+' : '-';
	*c++ = ':';
	for (size_t i = 0; i < o->n_entries; i++) {
		const struct option_spec *spec = &o->entries[i].spec;
		int kind = argument_kind(spec);

		if (spec->name)
			*l++ = (struct option){ spec->name, kind, NULL, LONG_VALUE + (int)i };
		if (!spec->letter)
			continue;
		*c++ = spec->letter;
		if (kind != no_argument)
			*c++ = ':';
		if (kind == optional_argument)
			*c++ = ':';
	}
}

int scan_init(struct scan *s, const struct options *o, int argc, char **argv)
{
	*s = (struct scan){ .options = o, .argc = argc, .argv = argv };
	s->longs = calloc(o->n_entries + 1, sizeof(*s->longs));
	s->shorts = calloc(o->n_entries + 1, 3);
	if (!s->longs || !s->shorts) {
		scan_fini(s);
		return -ENOMEM;
	}
	fill_tables(s);
	opterr = 0;
	/* Not 1: that would keep where an earlier walk stopped in a word. */
	optind = 0;
	return 0;
}

void scan_fini(struct scan *s)
{
	free(s->longs);
	free(s->shorts);
	s->longs = NULL;
	s->shorts = NULL;
}

int scan_rest(void)
{
	return optind;
}

/* Index of the option getopt means by V, or n_entries. */
static size_t entry_of(const struct options *o, int v)
{
	size_t i;

	if (v >= LONG_VALUE)
		return (size_t)(v - LONG_VALUE);
	for (i = 0; i < o->n_entries; i++)
		if (o->entries[i].spec.letter && o->entries[i].spec.letter == v)
			break;
	return i;
}

/* The long option in WORD is NAME in full. */
static bool is_full_name(const char *word, const char *name)
{
	size_t length = strlen(name);

	return !strncmp(word, "--", 2) && strcspn(word + 2, "=") == length &&
	       !strncmp(word + 2, name, length);
}

static void found_unknown(struct scan_item *item, const char *word)
{
	item->kind = SCAN_UNKNOWN;
	item->word = word;
}

/* An option that takes an optional value was found without one. */
static const char *value_in_next_word(struct scan *s, const struct option_spec *spec)
{
	const char *next = optind < s->argc ? s->argv[optind] : NULL;

	if (!next || (next[0] == '-' && next[1]))
		return spec->implied;
	optind++;
	return next;
}

static void found_option(struct scan *s, struct scan_item *item, int v, const char *value)
{
	const struct option_spec *spec;
	int at = optind - 1;

	item->entry = entry_of(s->options, v);
	spec = &s->options->entries[item->entry].spec;
	if (value && value == s->argv[at])
		at--;
	else if (v < LONG_VALUE && value && *value == '=')
		/* -o=FILE means what --out=FILE does. */
		value++;
	if (v >= LONG_VALUE && !is_full_name(s->argv[at], spec->name)) {
		found_unknown(item, s->argv[at]);
		return;
	}
	item->value = value;
	if (item->kind == SCAN_OPTION && !value && spec->implied)
		item->value = value_in_next_word(s, spec);
}

static void found_error(struct scan *s, struct scan_item *item, bool missing)
{
	if (!optopt) {
		found_unknown(item, s->argv[optind - 1]);
		return;
	}
	if (optopt < LONG_VALUE && !missing) {
		item->letter[0] = '-';
		item->letter[1] = (char)optopt;
		found_unknown(item, item->letter);
		return;
	}
	item->kind = missing ? SCAN_NO_VALUE : SCAN_EXTRA_VALUE;
	found_option(s, item, optopt, NULL);
}

static void remaining_operand(struct scan *s, struct scan_item *item)
{
	s->only_operands = true;
	if (s->options->subcommand || optind >= s->argc)
		return;
	item->kind = SCAN_OPERAND;
	item->value = s->argv[optind++];
}

void scan_next(struct scan *s, struct scan_item *item)
{
	int v = -1;

	*item = (struct scan_item){ .kind = SCAN_END };
	optarg = NULL;
	if (!s->only_operands)
		v = getopt_long(s->argc, s->argv, s->shorts, s->longs, NULL);
	switch (v) {
	case -1:
		remaining_operand(s, item);
		break;
	case OPERAND_VALUE:
		item->kind = SCAN_OPERAND;
		item->value = optarg;
		break;
	case ':':
	case '?':
		found_error(s, item, v == ':');
		break;
	default:
		item->kind = SCAN_OPTION;
		found_option(s, item, v, optarg);
	}
}
