/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The probes of a collection, by the number events carry, and what each adds to
 * an event's text and JSON, put together once.
 */
#ifndef EVENT_PROBE_TEXT_H
#define EVENT_PROBE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <retis/reader.h>
#include <retis/text.h>

/* Offsets into probe_texts.text. */
struct probe_text {
	/* " [TAG] SYMBOL" */
	size_t plain;
	size_t plain_length;
	/* ,"kernel":{"symbol":...,"probe_type":... and no closing brace */
	size_t json;
	size_t json_length;
	bool userspace;
};

/* All zero: no probes. */
struct probe_texts {
	struct retis_text text;
	struct probe_text *probes;
	size_t n;
};

/* The tag of what was attached like that; "": not known. BACKEND may be NULL. */
const char *probe_tag(const char *type, const char *backend);
/* Older files of ours have the backend in place of the type. */
void probe_name_renew(struct retis_file_probe *name);

/* Copies what it needs. -ENOMEM. */
int probe_texts_init(struct probe_texts *texts, const struct retis_file_probe *const *probes,
		     size_t n);
void probe_texts_fini(struct probe_texts *texts);

static inline const struct probe_text *probe_text_get(const struct probe_texts *t, uint32_t probe)
{
	return probe < t->n ? &t->probes[probe] : NULL;
}

#endif
