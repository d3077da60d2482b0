/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The loader's steps, each in a file of its own; not for others. */
#ifndef PLUGIN_PRIVATE_H
#define PLUGIN_PRIVATE_H

#include <elf.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "core/event/registry.h"
#include "core/plugin/loader.h"

/* Why something was refused: a clause that follows "FILE: ". Not escaped. */
struct reason {
	char text[400];
};

/* Writes the reason; returns -EINVAL. */
int refuse_plugin(struct reason *reason, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* What a plugin's file is compared with: the running program. */
struct self {
	char *path;
	uid_t owner;
	Elf64_Half machine;
	unsigned char ident[EI_NIDENT];
};

int self_init(struct self *self);
void self_fini(struct self *self);

/* What is loaded must be out of the reach of others: the user is root, or the program's
 * file gave it rights. The checks below are passed by anything otherwise. */
bool trust_needed(void);
/* May nobody else write to it? WHAT: "file", "directory". */
int check_trust(const struct self *self, const struct stat *st, const char *what,
		struct reason *reason);
/* Could nobody else put another directory into the place of FD's? */
int check_folders(const struct self *self, int fd, struct reason *reason);
/* The libraries that a plugin brings along, and where they would be looked for. */
int check_libraries(const struct self *self, int fd, struct reason *reason);
/* Would dlopen() find a shared object of this machine, complete? */
int check_elf(const struct self *self, int fd, uint64_t file_size, struct reason *reason);

/* Copies a plugin's description of any size to DESC; see retis/plugin.h.
 * SYMBOL_SIZE are the bytes there are at FROM. -EINVAL or -ENOMEM. */
int desc_copy(struct retis_plugin *desc, const void *from, size_t symbol_size,
	      struct reason *reason);
/* A hook of SIZE bytes likewise; and it is checked. */
int desc_copy_hook(struct retis_hook *hook, const void *from, size_t size, struct reason *reason);
void desc_free(struct retis_plugin *desc);

/* Is what a description says sane, on its own? */
int desc_check(const struct retis_plugin *desc, struct reason *reason);
int desc_check_hook(const struct retis_hook *hook, struct reason *reason);
int desc_check_options(const struct retis_plugin *desc, struct reason *reason);
/* One line of at most MAX characters, at least one, and no control characters. */
bool is_line(const char *s, size_t max);
/* A name of a-z, 0-9 and '-' that starts with a letter. */
bool is_name(const char *s);

/* The licence allows to load it into this program (GPL-2.0-or-later). */
int check_license(const char *license, struct reason *reason);

#endif
