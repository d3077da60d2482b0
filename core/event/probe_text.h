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

#include <retis/text.h>

struct probe_name {
	/* "tcp_v4_rcv", "net:netif_rx"; "PROVIDER:NAME" in user space. */
	const char *symbol;
	/* In JSON: "kprobe", "kretprobe", "raw_tracepoint", "usdt": functions are kprobes in
	 * whatever way they were attached. */
	const char *type;
	/* That way: "fentry", "kprobe.multi" ... NULL: not known, or as the type says. */
	const char *backend;
	/* In text: "k", "kr", "tp", "f", "fr". */
	const char *tag;
	/* A probe in user space: the program's path, and where in it. */
	const char *path;
	uint64_t ip;
};

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

/* The tag of what was attached like that, or NULL. BACKEND may be NULL. */
const char *probe_tag(const char *type, const char *backend);
/* Older files of ours have the backend in place of the type. */
void probe_name_renew(struct probe_name *name);

/* Copies what it needs. -ENOMEM. */
int probe_texts_init(struct probe_texts *texts, const struct probe_name *names, size_t n);
void probe_texts_fini(struct probe_texts *texts);

static inline const struct probe_text *probe_text_get(const struct probe_texts *t, uint32_t probe)
{
	return probe < t->n ? &t->probes[probe] : NULL;
}

#endif
