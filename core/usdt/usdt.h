/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usdt probes: places in programs and libraries that their authors made for tracers. They are
 * found in files that are named, or that a process has mapped; a process may live in a
 * container, so its files are opened as it sees them, and only if they are what it has mapped.
 */
#ifndef CORE_USDT_USDT_H
#define CORE_USDT_USDT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/usdt/operand.h"

struct usdt_file {
	/* It stays the same file, whatever becomes of its name. -1: it has no probes. */
	int fd;
	/* As the process, or who asked for it, calls it. */
	char *path;
	dev_t device;
	ino_t inode;
	/* The process that is meant; 0: all that run this file. */
	pid_t pid;
	/* What addresses in it have more than those in the file's code, as it is mapped at
	 * OFFSET to START; all 0 without a process. */
	uint64_t start, end, offset;
	struct usdt_site **sites;
	size_t n_sites, room_sites;
	/* It was looked into; what came of it. */
	int error;
};

/* A place that a program passes; one probe may have several. */
struct usdt_site {
	const struct usdt_file *file;
	/* "PROVIDER:NAME", and the arguments' description. */
	char *name;
	char *format;
	/* In the file; semaphore 0: there is none. */
	uint64_t offset, semaphore;
	/* In the process, or as linked where none is meant. */
	uint64_t ip;
	unsigned int n_args;
	struct usdt_arg args[USDT_MAX_ARGS];
};

/* What was found so far. All zero: nothing. */
struct usdt {
	struct usdt_file **files;
	size_t n_files, room_files;
	/* Processes whose files are all among them. */
	pid_t *processes;
	size_t n_processes, room_processes;
};

void usdt_fini(struct usdt *u);

/* Where to look for what. */
struct usdt_query {
	/* "PROVIDER:NAME", may hold '*'. */
	const char *name;
	/* One of both, or both. */
	const char *path;
	pid_t pid;
};

#define USDT_WHY_SIZE 512

/*
 * Calls USE for each site until it returns something else than 0, which is returned. What it
 * gets is valid as long as U. 0 if there are none; or an errno with the reason in WHY
 * (USDT_WHY_SIZE bytes).
 */
int usdt_find(struct usdt *u, const struct usdt_query *query,
	      int (*use)(void *arg, const struct usdt_site *site), void *arg, char *why);

/* SITE is one that QUERY asks for. */
bool usdt_is_meant(const struct usdt_site *site, const struct usdt_query *query);

/* --- processes, in process.c --------------------------------------------------- */

/* A file that a process executes code of. */
struct mapping {
	uint64_t start, end, offset;
	dev_t device;
	ino_t inode;
	const char *path;
};

/* Takes apart a LINE, not terminated by '\n', of /proc/PID/maps; false if it is not code of
 * a file. */
bool mapping_parse(char *line, struct mapping *m);

/* Calls USE for each mapping of code of a file, until it does not return 0. */
int process_each_mapping(pid_t pid, int (*use)(void *arg, const struct mapping *m), void *arg);

/* The file behind M, or a negative errno; -ESTALE: the file of that name is another one. */
int process_open_mapping(pid_t pid, const struct mapping *m);

/* A file to be read, or a negative errno; -EINVAL: it is no regular file. */
int process_open_file(const char *path);

/* The process' name to NAME, which is terminated; or a negative errno. */
int process_name(pid_t pid, char *name, size_t size);

#endif
