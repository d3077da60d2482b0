/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completion scripts, one function per command and shell. */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include "core/cli/options.h"

/* What an option's value is completed with. */
enum complete_kind {
	COMPLETE_NOTHING,
	COMPLETE_CHOICES,
	COMPLETE_FILES,
	COMPLETE_DIRS,
	/* Asked of the program when they are needed. */
	COMPLETE_COLLECTORS,
	COMPLETE_PROFILES,
};

enum complete_kind complete_kind(const struct option_spec *spec);
/* Several, separated by commas. */
bool complete_several(const struct option_spec *spec);
/* What prints the names, a line each. */
#define COMPLETE_COLLECTORS_COMMAND "retis plugin list 2>/dev/null | awk \"NR > 1 { print \\$1 }\""
#define COMPLETE_PROFILES_COMMAND "retis profile list 2>/dev/null | awk \"/^  / { print \\$1 }\""
/* The first sentence of a help text, without what shells' own syntax needs. */
void complete_summary(const char *help, char *text, size_t size);
/* "retis profile list" with SEPARATOR for spaces. */
void complete_path(const char *command, char separator, char *text, size_t size);

/* A language: what is written before, for each command, and behind. */
struct completion {
	const char *shell;
	/* The file's name in the directory of the shell's own. */
	const char *file;
	const char *head, *foot;
	void (*write)(FILE *out, const struct options *o);
};

extern const struct completion complete_bash, complete_zsh, complete_fish;

#endif
