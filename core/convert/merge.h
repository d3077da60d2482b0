/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several inputs become one event file, in the order of time by their clocks. Each of them,
 * and each host of one that was merged already, gets a number, which its events carry: what
 * they refer to is kept apart by it.
 */
#ifndef CONVERT_MERGE_H
#define CONVERT_MERGE_H

#include "core/convert/copy.h"
#include "core/input/startup.h"

struct merge_source {
	/* All borrowed. For messages, the file's name, escaped. */
	struct input *in;
	const char *file;
	/* What the host is called where the file does not say it. */
	const char *host_name;
	/* That stands even if the file says something else. */
	bool named;
	struct copy_source copy;
	struct input_item item;
	/* Of the item, in the time of the new file. */
	uint64_t time;
	bool ended;
	/* How it began. */
	struct startup start;
};

struct merge {
	/* By the caller. */
	struct copy *copy;
	struct merge_source *sources;
	size_t n;
	const char *version;
	const char *command_line;
	bool (*stopped)(void *arg);
	void *arg;
	/* Results. */
	uint32_t n_hosts;
	/* Of those, with a clock that nobody knows the error of. */
	uint32_t n_unsure;
	uint64_t events;
	uint64_t lost;
};

/* 0, or a negative errno after logging why; what the writer has to say comes when it is closed. */
int merge_run(struct merge *m);
void merge_fini(struct merge *m);

#endif
