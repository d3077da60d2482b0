/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Profiles: arguments of sub-commands, kept in YAML files under a name. A profile
 * has a section per sub-command; of the variants in it the first whose conditions
 * hold on the machine at hand is taken.
 *
 * Files are hostile: what is wrong in one is told with line and column, and
 * reading one costs no more than its size. docs/profiles.md is the format.
 */
#ifndef PROFILE_PROFILE_H
#define PROFILE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Larger files are refused. */
#define PROFILE_FILE_MAX (256u << 10)
#define PROFILE_WHY_SIZE 1024

/* --- versions --------------------------------------------------------------- */

#define RELEASE_PARTS 3

/* What a kernel says of itself: "6.1.0-44-amd64". */
struct release {
	uint64_t parts[RELEASE_PARTS];
	/* How many of them there are. */
	unsigned int n;
	/* The first number behind a dash. */
	uint64_t build;
	bool has_build;
};

enum version_op {
	VERSION_EQ,
	VERSION_NE,
	VERSION_GT,
	VERSION_LT,
	VERSION_GE,
	VERSION_LE,
};

#define VERSION_TERMS 2

/* ">= 5.17, < 6.2": all of them. */
struct version_range {
	struct {
		enum version_op op;
		struct release version;
	} terms[VERSION_TERMS];
	unsigned int n;
};

/* 0 or -EINVAL. */
int release_parse(const char *text, struct release *release);
/* 0, or -EINVAL and *AT is the character that is wrong. */
int version_range_parse(const char *text, struct version_range *range, size_t *at);
bool version_range_holds(const struct version_range *range, const struct release *release);

/* --- what a file says -------------------------------------------------------- */

struct profile_condition {
	/* NULL: the condition is `range`. */
	char *symbol;
	bool exists;
	struct version_range range;
};

struct profile_arg {
	/* As behind the dashes of an option. */
	char *name;
	/* NULL: it takes none. */
	char *value;
	/* "FILE:LINE:COLUMN", for messages. */
	char *origin;
	/* Among the arguments, as the file has them. */
	size_t order;
};

struct profile_variant {
	char *name;
	struct profile_condition *conditions;
	size_t n_conditions;
	/* By name; the values of one in the order of the file. */
	struct profile_arg *args;
	size_t n_args;
};

struct profile_section {
	/* The sub-command. */
	char *command;
	struct profile_variant *variants;
	size_t n_variants;
};

struct profile {
	char *name;
	/* Or NULL. */
	char *about;
	struct profile_section *sections;
	size_t n_sections;
};

/* The documents of one file. */
struct profile_file {
	struct profile *list;
	size_t n;
};

/* How files are read. All borrowed. */
struct profile_reader {
	/* Sub-commands a profile may have a section for; ends with NULL. */
	const char *const *commands;
	/* Gets each message, "FILE:LINE:COLUMN: ...", escaped: why a file is no good if
	 * FATAL, else what is passed over in it. */
	void (*say)(void *arg, bool fatal, const char *text);
	void *arg;
};

/* The documents in TEXT, called NAME in messages. 0, -EINVAL after a message, -ENOMEM. */
int profile_parse(const struct profile_reader *reader, const char *name, const char *text,
		  size_t length, struct profile_file *file);
/* The same from a file; -EINVAL after a message for all that is wrong with it. */
int profile_read(const struct profile_reader *reader, const char *path, struct profile_file *file);
void profile_file_fini(struct profile_file *file);

/* --- use --------------------------------------------------------------------- */

/* The machine at hand. */
struct profile_machine {
	struct release release;
	bool (*has_symbol)(void *arg, const char *name);
	void *arg;
};

/* The section for COMMAND, or NULL. */
const struct profile_section *profile_section(const struct profile *profile, const char *command);
/* The first that fits, or NULL. */
const struct profile_variant *profile_choose(const struct profile_section *section,
					     const struct profile_machine *machine);

/* --- where they are ------------------------------------------------------------ */

#define PROFILE_DIRS_MAX 8

/* In the order they are searched. */
struct profile_dirs {
	char *dirs[PROFILE_DIRS_MAX];
	size_t n;
	/* Where a user's own are written: among `dirs`, or NULL. */
	const char *own;
};

/* EXTRA comes first, or is NULL. Environment and place of the program say the rest. */
int profile_dirs_init(struct profile_dirs *dirs, const char *extra);
void profile_dirs_fini(struct profile_dirs *dirs);

/* Calls VISIT for each file that could hold profiles; what it returns, unless 0, ends it. */
int profile_dir_walk(const char *dir, int (*visit)(void *arg, const char *path), void *arg);

/* WHAT is a path: it has a slash, or ends as the files do. */
bool profile_is_path(const char *what);
/* May be the name of a profile of one's own, and of its file. */
bool profile_name_is_good(const char *name);

/* Finds the profile called, or in the file, WHAT. 0; -EINVAL after a message; -ENOMEM. */
int profile_find(const struct profile_reader *reader, const struct profile_dirs *dirs,
		 const char *what, struct profile *profile);
void profile_fini(struct profile *profile);

/* --- writing ------------------------------------------------------------------ */

/* One variant of arguments as a file that upstream's programs read, too; values of one
 * name must follow each other. 0 or a negative errno. */
int profile_write(FILE *out, const struct profile *profile);

#endif
