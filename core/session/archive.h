/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a collection stores: its event file, and names of probes and those made at run time, which
 * are there without a file, too. */
#ifndef CORE_SESSION_ARCHIVE_H
#define CORE_SESSION_ARCHIVE_H

#include "core/names/names.h"
#include "core/plan/plan.h"
#include "core/session/stack.h"
#include "core/util/intern.h"

struct sink;
struct writer;

/* All zero: there is no file. */
struct archive {
	struct writer *writer;
	struct names names;
	/* Of the sections with stack traces, whose symbols the file gets; borrowed. */
	const struct stack_names *stack;
	uint16_t stack_section;
	/* Addresses whose symbols it has. */
	struct intern symbols;
};

/* Those that return an int return 0, or a negative errno after logging why. */
int archive_open(struct archive *archive, const struct collect_options *options);
/* Dictionaries to the file, and the way there. */
int archive_start(struct archive *archive, const struct plan *plan, const struct stack_names *stack,
		  struct sink *sink);
/* A name that a collector has found out; in any thread. ARG is the archive. */
int archive_name(void *arg, const struct retis_file_name *name);
/* Names of the probes from number FIRST on, for those who print, PRINTER among them; not to be
 * called while one is attached. */
int archive_name_probes(struct archive *archive, const struct plan *plan, size_t first,
			struct printer *printer);
/* What the file has to know of them. */
int archive_probes(struct archive *archive, const struct plan *plan, size_t first);
/* Ends the file, and says what is in it. */
int archive_close(struct archive *archive, const struct collect_options *options);
void archive_fini(struct archive *archive);

#endif
