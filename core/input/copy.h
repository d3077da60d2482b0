/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies what comes out of an input into one event file of ours: numbers of
 * sections and probes are the new file's own, and whatever events refer to comes
 * along.
 */
#ifndef INPUT_COPY_H
#define INPUT_COPY_H

#include "core/file/writer.h"
#include "core/input/input.h"
#include "core/input/intern.h"

struct copy {
	/* Borrowed. */
	struct writer *writer;
	bool started;
	/* Records for the dictionary, not yet handed over. */
	struct retis_text records;
	/* What the input calls it, and the number here plus one; 0: not seen. */
	uint32_t generation;
	uint16_t section_map[REGISTRY_MAX];
	uint16_t *probe_map;
	size_t n_probe_map;
	/* Names of sections and their versions, by number here. */
	struct intern sections;
	uint32_t versions[REGISTRY_MAX];
	uint16_t n_sections;
	/* What identifies probes, by number here. */
	struct intern probes;
	size_t n_probes;
	/* Symbols that are in the dictionary, by where they start. */
	struct intern symbols;
	/* Names made at run time that were handed over, of the present input. */
	size_t n_names;
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
/* One that has just come from IN. */
int copy_item(struct copy *c, const struct input *in, const struct input_item *item);

#endif
