/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies what comes out of an input into one event file of ours: numbers of
 * sections and probes are the new file's own, and whatever events refer to comes
 * along.
 */
#ifndef CONVERT_COPY_H
#define CONVERT_COPY_H

#include "core/event/role.h"
#include "core/file/writer.h"
#include "core/input/input.h"
#include "core/names/names.h"
#include "core/util/intern.h"

#define COPY_TIMES_MAX 32

/* One of the inputs of a copy, all zero: nothing came yet. */
struct copy_source {
	/* What the input calls it, and the number here plus one; 0: not seen. */
	uint32_t generation;
	uint16_t section_map[REGISTRY_MAX];
	uint16_t *probe_map;
	size_t n_probe_map;
	/* Names made at run time that were handed over. */
	size_t n_names;
	/* It is one of several: by the number of a host there, the number here. */
	bool merged;
	uint8_t hosts[RETIS_HOSTS_MAX + 1];
	uint32_t n_hosts;
	/* Added to all times. */
	int64_t shift;
	/* Which fields are such. */
	struct copy_time {
		uint16_t section;
		uint32_t offset;
	} times[COPY_TIMES_MAX];
	size_t n_times;
};

struct copy {
	/* Borrowed. */
	struct writer *writer;
	bool started;
	/* Records for the dictionary, not yet handed over. */
	struct retis_text records;
	/* Of copy_item(). */
	struct copy_source source;
	/* Names of sections, and what tells one description from another, by number here. */
	struct intern sections;
	uint64_t layouts[REGISTRY_MAX];
	uint16_t n_sections;
	/* What the dictionary has. */
	struct names names;
	/* Symbols that are in the dictionary, by where they start. */
	struct intern symbols;
	/* Sections that were left out. */
	uint64_t dropped;
	_Alignas(RETIS_ALIGN) uint8_t event[RETIS_EVENT_MAX];
};

/* -ENOMEM. */
int copy_init(struct copy *c, struct writer *writer);
void copy_fini(struct copy *c);

/* An item that refers to NAMES. 0 or a negative errno. An event without a start before it begins
 * the file. */
int copy_named_item(struct copy *c, const struct input_names *names, const struct input_item *item);
/* One of SOURCE. */
int copy_source_item(struct copy *c, struct copy_source *source, const struct input_names *names,
		     const struct input_item *item);
void copy_source_fini(struct copy_source *source);
/* Begins the file. */
int copy_start(struct copy *c, const struct retis_start *start);
/* By the source's shift; never before 0. */
uint64_t copy_shift_time(const struct copy_source *source, uint64_t time);
/* One that has just come from IN. */
int copy_item(struct copy *c, const struct input *in, const struct input_item *item);

#endif
