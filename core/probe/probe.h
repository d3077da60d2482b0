/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A probe: a place in the kernel, from what the user typed to the program that
 * is attached there.
 */
#ifndef CORE_PROBE_PROBE_H
#define CORE_PROBE_PROBE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bpf/shared.h"
#include "core/kernel/kernel.h"
#include "core/probe/backend.h"

/* How a function is to be probed. */
enum probe_family {
	/* No type was typed: the cheapest that works. */
	PROBE_ANY,
	/* kprobe:, kretprobe: kprobes, many in one go or each by itself. */
	PROBE_KPROBE,
	/* kprobe.multi:, kretprobe.multi: only many in one go. */
	PROBE_KPROBE_MULTI,
	/* fentry:, fexit: */
	PROBE_FENTRY,
};

#define PROBE_TARGET_SIZE 160

/* Of files with usdt probes. */
#define PROBE_PATH_SIZE 256

/* What is asked for, parsed: [TYPE:]TARGET[/OPTION...]. */
struct probe_spec {
	enum probe_type type;
	enum probe_family family;
	/* "group:name" for tracepoints, "provider:name" for usdt probes, "name" for functions;
	 * may hold '*'. */
	char target[PROBE_TARGET_SIZE];
	/* The length of the group or provider, 0: there is none. */
	size_t group;
	/* usdt: the file it is in, empty: one of the process; and that, 0: not said. */
	char path[PROBE_PATH_SIZE];
	pid_t pid;
	/* Where the function is looked for; empty: everywhere. */
	char module[KERNEL_MODULE_SIZE];
	/* With a stack trace. */
	bool stack;
	/* What it calls reports for its packet, too. */
	bool window;
	/* The target is a pattern. */
	bool wildcard;
};

/* In target: the name of the function or tracepoint alone. */
static inline const char *probe_spec_name(const struct probe_spec *spec)
{
	return spec->target + (spec->group ? spec->group + 1 : 0);
}

#define PROBE_WHY_SIZE 512

/* -EINVAL with a sentence in WHY (PROBE_WHY_SIZE bytes). */
int probe_parse(const char *text, struct probe_spec *spec, char *why);

/* The names that match a target with wildcards; see core/kernel/kernel.h. */
int probe_list(const struct probe_spec *spec, struct kernel *k, struct name_list *names);
/* Replaces the target by one of them. */
int probe_set_target(struct probe_spec *spec, const char *target);

struct usdt_site;
struct usdt_query;

/* What is looked for in user space; borrows from SPEC. */
struct usdt_query probe_spec_query(const struct probe_spec *spec);

struct probe {
	/* Without wildcards. */
	struct probe_spec spec;
	struct prototype proto;
	/* Its number in events. */
	uint16_t number;
	/* Of a function; 0 if addresses are hidden. */
	uint64_t address;
	/* The function in the BTF of where it is; 0 if that isn't known: no
	 * fentry. */
	uint32_t btf_id;
	/* The id of its module's BTF object; 0: vmlinux. */
	uint32_t btf_object;
	/* The module it is in; empty: the kernel itself. */
	char module[KERNEL_MODULE_SIZE];
	/* Asked for by the user; else by a collector or as a default. */
	bool asked;
	/* Neither the user nor a collector wants it: it tells what becomes of packets. */
	bool internal;
	/* What it tells. */
	enum track_role role;
	/* Its packets are about to go: none is tracked from here on. */
	bool no_begin;
	/* Where it returns its packet is gone, whatever it looks like. */
	bool ends_packet;
	/* Only who named it wants it: generic hooks are not called. */
	bool alone;
	/* By its full name: the run fails if it can't be attached. */
	bool named;
	/* In user space; borrowed. NULL: it is in the kernel. */
	const struct usdt_site *site;
	/* Why a function can't be probed, as found by probe_resolve(). */
	enum function_fault fault;
	/* What it is attached by. */
	enum backend backend;
	int prog_fd;
	int link_fd;
};

/*
 * Finds the target in the kernel and fills in prototype and place. -ENOENT or
 * another errno with the reason in WHY (PROBE_WHY_SIZE bytes): "no such
 * tracepoint in this kernel".
 */
int probe_resolve(struct probe *probe, struct kernel *k, char *why);

/* The probe that SPEC stands for and that is at SITE. -ENAMETOOLONG. */
int probe_place(struct probe *probe, const struct usdt_site *site);

static inline bool probe_is_function(const struct probe_spec *spec)
{
	return spec->type == PROBE_FUNCTION || spec->type == PROBE_FUNCTION_RETURN;
}

/* "tracepoint", for messages. */
const char *probe_kind(const struct probe_spec *spec);

/* Which argument is the packet, or -1; INDIRECT: it is the address of a pointer to it. */
int probe_packet(const struct probe *probe, bool *indirect);

/* "tp:net:netif_receive_skb" to TEXT. */
void probe_text(const struct probe *probe, char *text, size_t size);

/* Names in events: "raw_tracepoint", "kprobe", "kretprobe", "usdt"; what it is attached by if that
 * says more ("fexit"), else NULL; and in their text: "tp", "k", "fr". */
const char *probe_type_name(const struct probe *probe);
const char *probe_backend_name(const struct probe *probe);
const char *probe_type_tag(const struct probe *probe);
/* In user space: the file, NULL in the kernel, and the address. */
const char *probe_path(const struct probe *probe);
uint64_t probe_ip(const struct probe *probe);

#endif
