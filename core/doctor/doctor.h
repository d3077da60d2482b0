/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Would a collection work? Says what is missing and what to do. */
#ifndef CORE_DOCTOR_DOCTOR_H
#define CORE_DOCTOR_DOCTOR_H

#include <stdbool.h>
#include <stdio.h>

#include "core/load/loaded.h"

/* Prints a report on stdout, or OUT. 0, or a negative errno: it would not work. */
int doctor_report(const struct collect_options *options, struct plugins *plugins, FILE *out);
int doctor_print(const struct collect_options *options, struct plugins *plugins);

/* --- within core/doctor --------------------------------------------------- */

struct doctor {
	struct plan plan;
	struct loaded loaded;
	FILE *out;
	/* Things that keep the collection from working. */
	unsigned int problems;
	bool privileged;
	/* What is missing has to be given from outside. */
	bool contained;
};

enum finding {
	FINDING_OK,
	/* Not fine, but not needed here. */
	FINDING_NOTE,
	FINDING_PROBLEM,
};

void doctor_heading(struct doctor *d, const char *heading);
/* "  ok    SUBJECT: ...". */
void doctor_say(struct doctor *d, enum finding finding, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* What is logged from here on, until doctor_tell(). */
struct doctor_log {
	FILE *file;
	char *text;
	size_t size;
};

/* 0, or -ENOMEM: there is nothing to be told. */
int doctor_listen(struct doctor_log *log);
/* Each line that was logged becomes a finding: all of them if TALKATIVE, else only if what was
 * done failed with ERR, which the last line is then about. ERR, or -ENOMEM. */
int doctor_tell(struct doctor *d, struct doctor_log *log, int err, bool talkative);

/* What is set up on this machine, apart from this process. */
void doctor_settings(struct doctor *d);
/* Says what a container lacks; false: this is none. */
bool doctor_container(struct doctor *d);
/* Loads and, if they are few, attaches the probes. */
void doctor_probes(struct doctor *d);

#endif
