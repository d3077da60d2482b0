/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A probe: a place in the kernel, from what the user typed to the program that
 * is attached there.
 */
#ifndef CORE_PROBE_PROBE_H
#define CORE_PROBE_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/kernel/kernel.h"

enum probe_type {
	PROBE_RAW_TP,
};

/* What is asked for, parsed: [TYPE:]TARGET. */
struct probe_spec {
	enum probe_type type;
	/* "group:name" for tracepoints. */
	char target[160];
	/* In target: what the kernel knows it by, and the length of the group. */
	const char *name;
	size_t group;
};

#define PROBE_WHY_SIZE 512

/* -EINVAL with a sentence in WHY (PROBE_WHY_SIZE bytes). */
int probe_parse(const char *text, struct probe_spec *spec, char *why);

struct probe {
	struct probe_spec spec;
	struct prototype proto;
	/* Its number in events. */
	uint16_t number;
	/* Asked for by the user; else by a collector or as a default. */
	bool asked;
	int prog_fd;
	int link_fd;
};

/*
 * Finds the target in the kernel and fills in the prototype. -ENOENT or another
 * errno with a sentence in WHY that names the target and the remedy.
 */
int probe_resolve(struct probe *probe, struct kernel *k, char *why);

/* "tp:net:netif_receive_skb" to TEXT. */
void probe_text(const struct probe *probe, char *text, size_t size);

/* Names of a type in events: "raw_tracepoint", and in their text: "tp". */
const char *probe_type_name(enum probe_type type);
const char *probe_type_tag(enum probe_type type);

#endif
