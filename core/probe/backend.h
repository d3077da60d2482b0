/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ways to get a program called at a probe. Each is a row of data plus the
 * one or two system calls that differ; what they have in common is in
 * core/probe/attach.c.
 */
#ifndef CORE_PROBE_BACKEND_H
#define CORE_PROBE_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/bpf.h>

/* Numbers of rows. Of those that serve the same in the same way, later ones are better. */
enum backend {
	BACKEND_NONE,
	BACKEND_RAW_TP,
	BACKEND_FENTRY,
	BACKEND_FEXIT,
	BACKEND_KPROBE,
	BACKEND_KRETPROBE,
	BACKEND_KPROBE_MULTI,
	BACKEND_KRETPROBE_MULTI,
	BACKEND_KPROBE_SESSION,
	BACKEND_UPROBE,
	BACKEND_COUNT,
};

enum probe_type {
	PROBE_RAW_TP,
	/* A function's entry. */
	PROBE_FUNCTION,
	/* Its return, with the arguments it was called with. */
	PROBE_FUNCTION_RETURN,
	/* A place in a program, see core/usdt/usdt.h. */
	PROBE_USDT,
};

struct usdt_site;

/* Where a program is to be called. */
struct backend_target {
	/* Of the tracepoint or function; borrowed. */
	const char *name;
	/* Of the function, or 0: then it goes by its name. */
	uint64_t address;
	uint64_t cookie;
	/* In user space, or NULL; borrowed. */
	const struct usdt_site *site;
};

struct backend_ops {
	/* For people: "kprobe.multi"; what kernels are said to have, if that is called something
	 * else, and what for; and what kernels must be built with, NULL: nothing that some do
	 * without. */
	const char *name;
	const char *feature;
	const char *purpose;
	const char *config;
	/* What its probes are called: where they are typed, in events, and in their text. */
	const char *prefix;
	const char *type_name;
	const char *tag;
	enum probe_type serves;
	/* The template's file and the program in it, and for returns the one
	 * called at the entry, or NULL. */
	unsigned int template;
	const char *program;
	const char *entry;
	enum bpf_prog_type type;
	/* A number of the kernel's, maybe younger than our headers. */
	unsigned int attach_type;
	/* One program serves all probes that look the same to it. */
	bool shared;
	/* Bound to one function when it is loaded. */
	bool typed;
	/* The first arguments, those in registers, are all it gets. */
	bool registers;
	/* A link for PROG at TARGET, its fd or a negative errno. One of these
	 * two. The second takes N targets at once, all or none. */
	int (*attach)(const struct backend_ops *ops, int prog, const struct backend_target *target,
		      bool entry);
	int (*attach_many)(const struct backend_ops *ops, int prog,
			   const struct backend_target *targets, size_t n, bool entry);
	/* Times that the kernel had to skip LINK; NULL: it doesn't count. */
	uint64_t (*missed)(int link);
};

/* Not for BACKEND_NONE. */
const struct backend_ops *backend_get(enum backend backend);

/* At the function's return. */
static inline bool backend_returns(const struct backend_ops *ops)
{
	return ops->serves == PROBE_FUNCTION_RETURN;
}

/* In user space: no packet, and arguments anywhere. */
static inline bool backend_is_user(const struct backend_ops *ops)
{
	return ops->serves == PROBE_USDT;
}

struct probe;
struct probe_spec;

/* What stands for a probe that has none yet: what was typed. */
const struct backend_ops *backend_typed(const struct probe_spec *spec);

/*
 * What may serve PROBE, best first, to LIST; returns how many. FUNCTIONS is the
 * number of function probes of this collection: few are cheapest one by one,
 * many take long to attach and longer to detach like that.
 */
size_t backend_candidates(const struct probe *probe, size_t functions,
			  enum backend list[BACKEND_COUNT]);

/* Registers this processor passes arguments in. */
#if defined(__x86_64__)
#define BACKEND_ARG_REGISTERS 6
#else
#define BACKEND_ARG_REGISTERS 8
#endif

/* --- the rows, one file each ----------------------------------------------- */

/* A number in the sysfs file PATH, as FORMAT for scanf says. */
int backend_read_number(const char *path, const char *format, unsigned int *number);
/* A link of PROG to the perf event EVENT, which is closed. */
int backend_link_event(int prog, int event, uint64_t cookie);

/* A raw tracepoint, or what a typed program was loaded for. */
int backend_attach_raw(const struct backend_ops *ops, int prog, const struct backend_target *target,
		       bool entry);
int backend_attach_kprobe(const struct backend_ops *ops, int prog,
			  const struct backend_target *target, bool entry);
int backend_attach_multi(const struct backend_ops *ops, int prog,
			 const struct backend_target *targets, size_t n, bool entry);
int backend_attach_uprobe(const struct backend_ops *ops, int prog,
			  const struct backend_target *target, bool entry);
uint64_t backend_missed_kprobe(int link);
uint64_t backend_missed_multi(int link);

#endif
