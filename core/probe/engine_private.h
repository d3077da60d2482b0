/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files that make up the engine: engine.c, program.c, attach.c,
 * engine_losses.c. */
#ifndef CORE_PROBE_ENGINE_PRIVATE_H
#define CORE_PROBE_ENGINE_PRIVATE_H

#include "core/probe/engine.h"
#include "core/probe/layout.h"
#include "core/probe/templates.h"

struct btf;
struct capture;

/* A program in the kernel. */
struct program {
	struct program *next;
	enum backend backend;
	int fd;
	/* Called at the entry, if it is its own; 0: not made yet. */
	int entry;
	/* Probes that use it, and one of them. */
	size_t users;
	const struct probe *first;
	/* What makes another probe's the same. */
	struct layout layout;
	size_t n_hooks;
	const struct splice_code **code;
	struct chain_hook *chain;
};

/* Of a probe: what it calls, and where it is attached. */
struct placement {
	struct engine_hook *hooks;
	size_t n_hooks;
	bool planned;
	struct program *program;
	/* Of the program at its place. */
	uint64_t cookie;
	/* Its own, or -1: of its program, and of that called at the entry. */
	int links[2];
};

/* A link that several probes share. */
struct shared_link {
	int fd;
	const struct program *program;
};

struct engine {
	struct engine_options options;
	struct capture *templates[TEMPLATE_COUNT];
	/* Why one could not be loaded, once that was tried. */
	int template_errors[TEMPLATE_COUNT];
	struct btf *funcinfo;
	int *rings;
	int losses_fd;
	/* The same memory as programs see. */
	struct collect_state *state;
	/* Likewise. */
	const struct track_bucket *tracked;
	size_t tracked_size;
	int cpus_fd;
	int n_cpus;
	struct program *programs;
	/* Programs called at entries, by backend; 0: not loaded yet. */
	int entries[BACKEND_COUNT];
	/* By a probe's number. */
	struct placement *places;
	struct shared_link *links;
	size_t n_links;
	size_t room_links;
};

static inline struct placement *engine_place(const struct engine *e, const struct probe *probe)
{
	return &e->places[probe->number];
}

/* Formats WHY (ENGINE_WHY_SIZE bytes). Returns ERR. */
int engine_fail(char *why, int err, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The template's object, loaded the first time. */
int engine_template(struct engine *e, enum template template, struct capture **out, char *why);

/* Finds or makes the program for PROBE under BACKEND; into its placement. */
int program_get(struct engine *e, struct probe *probe, enum backend backend, char *why);
/* The program to be called at the entry of functions that PROGRAM is at the return of;
 * 0: there is none; or a negative errno. */
int program_entry(struct engine *e, struct program *program, char *why);
/* PROBE does without its program. */
void program_put(struct engine *e, struct probe *probe);
void program_free(struct program *p);

#endif
