/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Wire events out of upstream's JSON, and the numbers that stand for sections,
 * probes and symbols in them.
 */
#ifndef INPUT_BUILD_H
#define INPUT_BUILD_H

#include "core/event/json_decode.h"
#include "core/input/fixup.h"
#include "core/input/input.h"
#include "core/util/intern.h"
#include "core/input/memo.h"
#include "core/names/names.h"
#include "core/input/own.h"
#include "core/input/startup.h"
#include "core/json/expect.h"

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
	struct build_opaque *opaque;
	struct printer_stack stack;
	struct names made;
	/* Hosts of events, by number less one, and what the startup tells of them, or NULL. */
	struct intern hosts;
	struct startup_hosts *told_hosts;

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
	/* Of this event, the section of before; REGISTRY_MAX: none. And the one that came
	 * behind it the last time. */
	uint16_t previous;
	uint16_t behind[REGISTRY_MAX + 1];
	/* By section number: how to read it; NULL: it did not come yet. */
	struct decode_table *tables[REGISTRY_MAX];
	struct json_name keys[REGISTRY_MAX];
	struct memo *memos[REGISTRY_MAX];
	struct memo tasks;
	struct memo kernel_probes;
	/* Sections whose missing keys were told about. */
	uint64_t told[REGISTRY_MAX / 64];
};

/* Sections get their types from PLUGINS (borrowed). -ENOMEM. */
int build_init(struct build *b, const struct plugins *plugins);
void build_fini(struct build *b);

/* Of the event at hand, which is gone over whatever comes of it: an enum build_result.
 * -EILSEQ: it is no JSON; -EBADMSG: no event, see `reason`; -ENOTSUP; -ENOMEM. */
int build_event(struct build *b, struct json_cursor *c);

/* --- parts ------------------------------------------------------------------ */

/* A `kernel` or `userspace` member; what is not there is empty. */
struct build_probe {
	struct json probe_type, symbol, backend, path, ip, pid, tid, stack_trace;
};

/* Of the value at hand. */
void build_probe_read(struct build_probe *probe, struct json_cursor *c);
/* Its number. -ENOSPC, -ENOMEM. */
int build_probe(struct build *b, const struct build_probe *probe, bool userspace);
/* Appends the value at hand, which the event has under KEY. */
int build_section(struct build *b, struct json key, struct json_cursor *c);
/* Goes on to the section that came here in the last event and appends it. False: it does
 * not come now. */
bool build_same_section(struct build *b, struct json_cursor *c);
void build_opaque_free(struct build *b);
/* The number of the host that events are from by that name; 0: no number is left. -ENOMEM. */
int build_host(struct build *b, const char *name);
/* The file's own, and those that a `startup` member tells of: 0 or -ENOMEM. */
int build_told_hosts(struct build *b, struct json startup);
/* Appends stack traces as upstream spells them. */
int build_stack(struct build *b, struct json trace);
/* The payload of a section of SIZE bytes at the end of the event; it is there
 * once build_section_end() was called. NULL: no room. */
uint8_t *build_section_room(struct build *b, uint32_t *room);
void build_section_end(struct build *b, uint16_t type, uint32_t size, uint32_t present);
__attribute__((format(printf, 2, 3))) void build_note(struct build *b, const char *format, ...);

#endif
