/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wire events out of upstream's JSON, and the numbers that stand for sections,
 * probes and symbols in them.
 */
#ifndef INPUT_BUILD_H
#define INPUT_BUILD_H

#include "core/input/fixup.h"
#include "core/input/input.h"
#include "core/input/intern.h"
#include "core/names/tables.h"
#include "core/input/own.h"
#include "core/input/startup.h"

enum build_result {
	BUILD_EVENT,
	BUILD_START,
	BUILD_LOSS,
};

/* A section that no plugin has. */
struct build_opaque;

struct build {
	struct input_names names;
	struct registry registry;
	struct input_section sections[REGISTRY_MAX];
	struct build_opaque *opaque;
	struct printer_stack stack;
	struct name_tables made;

	struct intern probe_keys;
	struct probe_name *probes;
	size_t room_probes;
	struct intern symbols;

	enum fixup_level level;
	/* Text that was fixed up. */
	struct retis_text fixed;

	/* Results. */
	struct startup startup;
	struct retis_loss loss;
	_Alignas(RETIS_ALIGN) uint8_t event[RETIS_EVENT_MAX];
	/* What of the event had to be left out, and why, or why all of it was;
	 * escaped. Empty: nothing. */
	char reason[256];
	/* Sections whose missing keys were told about. */
	uint64_t told[REGISTRY_MAX / 64];
};

/* Sections get their types from PLUGINS (borrowed). -ENOMEM. */
int build_init(struct build *b, const struct plugins *plugins);
void build_fini(struct build *b);

/* An enum build_result. -EBADMSG: no event, see `reason`; -ENOMEM. */
int build_event(struct build *b, struct json object);

/* --- parts ------------------------------------------------------------------ */

/* The number of the probe in the `kernel` or `userspace` member PROBE. -ENOSPC,
 * -ENOMEM. */
int build_probe(struct build *b, struct json probe, bool userspace);
/* Appends what the event's object has under KEY. */
int build_section(struct build *b, struct json key, struct json value, uint32_t *rank);
void build_opaque_free(struct build *b);
/* Appends stack traces as upstream spells them. */
int build_stack(struct build *b, struct json trace);
/* struct input_names.symbol; ARG is the struct build. */
const char *build_symbol(const void *arg, uint64_t address, uint64_t *offset);
/* The payload of a section of SIZE bytes at the end of the event; it is there
 * once build_section_end() was called. NULL: no room. */
uint8_t *build_section_room(struct build *b, uint32_t *room);
void build_section_end(struct build *b, uint16_t type, uint32_t size, uint32_t present);
__attribute__((format(printf, 2, 3))) void build_note(struct build *b, const char *format, ...);

#endif
