/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command-line options as data: tables say which options there are and where in
 * the caller's structs their values go; parsing, messages and help follow from
 * them. Nothing is kept between calls; strings stored point into argv.
 *
 *   struct options o = { .command = "retis collect", .about = "..." };
 *   err = options_add(&o, "Options", table, n, &args);
 *   err = err ?: options_parse(&o, argc, argv);
 *   if (err)
 *           status = options_exit_code(&o, err);
 *   options_fini(&o);
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <retis/plugin.h>

enum option_type {
	/* No value. Stores a uint8_t 1. */
	OPTION_FLAG = 1,
	/* A decimal number within min and max. Stores a uint64_t. */
	OPTION_UINT,
	/* As OPTION_UINT, may end with K, M or G (powers of 1024). */
	OPTION_SIZE,
	/* Stores a const char *, borrowed from argv. */
	OPTION_STRING,
	/* May be repeated. Appends to a struct option_list. */
	OPTION_STRINGS,
	/* One of `choices`. Stores its `bits` as an unsigned int: an enum. */
	OPTION_CHOICE,
	/* Some of `choices`, separated by commas, may be repeated. Stores
	 * their bits, or-ed, as a uint64_t; the first replaces the default. */
	OPTION_CHOICES,
	/* -h, --help: every command has it. */
	OPTION_HELP,
};

struct option_spec {
	/* Without the dashes; NULL: it has only a letter. */
	const char *name;
	/* 0: it has only a name. */
	char letter;
	enum option_type type;
	/* OPTION_STRINGS: values are separated by commas. */
	bool split;
	/* Stands for the value in the help: "FILE". */
	const char *value;
	/* One or two sentences. Values and defaults are added by the help. */
	const char *help;
	/* Where the value goes, from the base given to options_add(). */
	uint32_t offset;
	/* OPTION_UINT, OPTION_SIZE: bounds, inclusive; a max of 0 means none. */
	uint64_t min;
	uint64_t max;
	/* OPTION_CHOICE, OPTION_CHOICES; ends with a NULL name. */
	const struct retis_choice *choices;
	/* OPTION_STRING: the value if none follows; NULL: one must follow. */
	const char *implied;
	/* Only on the command line: no preset. */
	bool typed;
};

struct option_list {
	char **items;
	size_t n;
};

/* Appends a copy of the first LENGTH bytes of TEXT. 0 or -ENOMEM. */
int option_list_add(struct option_list *list, const char *text, size_t length);
void option_list_fini(struct option_list *list);

/* The words that are no options. */
struct option_operand {
	/* Stands for them in the usage line: "FILE". */
	const char *value;
	const char *help;
	size_t min;
	size_t max;
	struct option_list *list;
};

/* An option given by a profile: the command line goes before it. All borrowed. */
struct option_preset {
	const char *name;
	/* NULL: none. */
	const char *value;
	/* Where it was written, for messages. */
	const char *origin;
};

struct options;
struct command;

/* Looks at the options of a command instead of having them parsed. */
struct options_observer {
	void (*see)(struct options_observer *observer, struct options *o);
};

struct option_entry {
	struct option_spec spec;
	void *base;
	/* Heading in the help; PLUGIN is the name of the plugin, or NULL. */
	const char *heading;
	const char *plugin;
	bool given;
	/* A preset says what it is; of a list, the first so many items are from presets. */
	bool preset;
	size_t n_preset;
};

/* An option of other programs, and what to do instead. */
struct option_habit {
	const char *word;
	const char *instead;
};

/* All strings and what the tables point to are borrowed. */
struct options {
	/* The words before the options: "retis collect". */
	const char *command;
	/* What it does, for the help. */
	const char *about;
	/* NULL: there are none. */
	const struct option_operand *operand;
	/* Parsing stops at the first word that is no option, a sub-command. */
	bool subcommand;
	/* Ends with a NULL word; NULL: there are none. */
	const struct option_habit *habits;
	/* What a word that is no option was probably meant as, or NULL. */
	const char *stray;
	/* Of these; for observers. */
	const struct command *subcommands;
	/* Where usage errors go; NULL: stderr. */
	FILE *errors;

	const struct option_preset *presets;
	size_t n_presets;
	/* Presets may name options that no plugin here has: they are left out. */
	bool lenient;
	/* Where the value being stored was written; NULL: on the command line. */
	const char *origin;
	/* NULL: nobody looks, options are parsed. */
	struct options_observer *observer;

	struct option_entry *entries;
	size_t n_entries;
	/* Index in argv of the sub-command, after options_parse(). */
	int rest;
};

/* Adds N options below HEADING; values go to BASE. 0 or -ENOMEM. */
int options_add(struct options *o, const char *heading, const struct option_spec *specs, size_t n,
		void *base);
/* Adds a plugin's options; values go to its private STATE. 0 or -ENOMEM. */
int options_add_plugin(struct options *o, const struct retis_plugin *plugin, void *state);
void options_fini(struct options *o);

/* options_parse(): help was asked for. */
#define OPTIONS_HELP 1
/* It was only looked at. */
#define OPTIONS_SEEN 2

/*
 * Takes the presets, then parses argv[1] to argv[argc - 1]. 0; OPTIONS_HELP, whatever
 * else is there; OPTIONS_SEEN;
 * -EINVAL after a usage error, which it has printed; -ENOMEM.
 */
int options_parse(struct options *o, int argc, char **argv);

/*
 * Collects the values of the option NAME into LIST and ignores everything else,
 * unknown options too: for what must be known before the tables are complete.
 */
int options_peek(const struct options *o, const char *name, struct option_list *list, int argc,
		 char **argv);

/* The option was on the command line, or a preset. */
bool options_given(const struct options *o, const char *name);
/* How many items of a list, the first ones, are from presets. */
size_t options_preset_items(const struct options *o, const char *name);

/* Prints "error: ..." and where to find help; returns -EINVAL. */
int options_usage_error(const struct options *o, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Prints the help if that is what ERR says; the program's exit code for ERR.
 * Of errors only -ENOMEM gets a message: others had theirs. */
int options_exit_code(const struct options *o, int err);

void options_help(const struct options *o, FILE *out);
/* A row of help: LEFT, and TEXT wrapped in a column of its own. */
void options_help_row(FILE *out, const char *left, const char *text);

#endif
