/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a collection will do: which collectors take part, what each of their hooks needs, where
 * the probes are, which packets are wanted. Nothing is in the kernel yet but the collectors'
 * maps.
 */
#ifndef CORE_PLAN_PLAN_H
#define CORE_PLAN_PLAN_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <retis/reader.h>

#include "core/event/printer.h"
#include "core/event/registry.h"
#include "core/filter/meta_argument.h"
#include "core/kernel/kernel.h"
#include "core/plan/options.h"
#include "core/plugin/host.h"
#include "core/plugin/plugin.h"
#include "core/probe/engine.h"
#include "core/probe/probe.h"
#include "core/usdt/usdt.h"

/* Probes there may be in all with --probe-stack. */
#define PROBE_STACK_MAX 4096

struct mailbox;

/* A plugin whose collector takes part. */
struct collector {
	/* Borrowed. */
	struct plugin *plugin;
	struct host host;
	struct capture *object;
	/* Those of the description, and what its setup() added. */
	struct retis_hook *hooks;
	size_t n_hooks;
	size_t room_hooks;
	/* What its setup() added. */
	char **probes;
	size_t n_probes, room_probes;
	/* Asked for by name: the run fails if it can't. */
	bool asked;
	/* It does without, for a reason that was said. */
	bool broken;
	/* What its hooks have counted up to the last look; NULL: they don't. */
	uint64_t *counted;
	/* Its setup() returned 0. */
	bool set_up;
	/* Its start() returned 0. */
	bool started;
	/* Where its events go while it runs; borrowed. */
	struct mailbox *mailbox;
	/* Its thread, if WORKS. */
	pthread_t worker;
	bool works;
	/* No event of it is taken any more. */
	atomic_bool silenced;
	/* Events of it that found no room, and how many of them were told. */
	atomic_uint_fast64_t dropped;
	uint64_t told;
};

struct plan {
	const struct collect_options *options;
	/* Borrowed. */
	struct plugins *plugins;
	/* Takes names that collectors find out, in any thread; NULL: nobody does. */
	int (*take_name)(void *arg, const struct retis_file_name *name);
	void *take_arg;

	struct kernel *kernel;
	/* Kernel memory is read directly, not with helpers. */
	bool direct;
	struct registry registry;
	/* The type of sections that hold stack traces. */
	uint16_t stack_section;
	uint32_t n_rings;
	uint32_t ring_size;

	struct collector *collectors;
	size_t n_collectors;
	/* The one whose setup() is called. */
	struct collector *setting_up;

	struct probe *probes;
	size_t n_probes;
	size_t room_probes;
	/* As many as may come while collecting are included. */
	size_t max_probes;
	/* Where probes in user space are. */
	struct usdt usdt;

	struct engine_filters filters;
	/* What --filter-meta says of calls: what it wants of a probe, and a hook that looks at it.
	 */
	struct meta_arguments call_args;
	struct splice_code call_filter;
	/* NULL: none; and the hook that reads them. */
	struct fields *fields;
	struct splice_code fields_code;

	/* See struct engine_options. */
	uint32_t track_size;
	bool track_loosely;
	/* Some functions are windows for what they call. */
	bool windows;
};

/* The first four members are the caller's. 0, or a negative errno after logging why. */
int plan_make(struct plan *plan);
/* Undoes it, however far it came. */
void plan_fini(struct plan *plan);

/* --- the steps, one file each; they return the same ------------------------------ */

int plan_check_options(struct plan *plan);
int plan_check_privileges(void);
/* Of linux/capability.h. */
bool plan_may(unsigned int capability);
/* PATH may be NULL: the kernel's configuration is where kernels have it. */
int plan_use_config(struct kernel *kernel, const char *path);
int plan_prepare(struct plan *plan);
int plan_choose_collectors(struct plan *plan);
int plan_setup_collectors(struct plan *plan);
int plan_probes(struct plan *plan);
int plan_expect_windows(struct plan *plan);
void plan_windows(struct plan *plan);

/* --- which hooks go where: hooks.c ------------------------------------------------- */

/* The hook is called at this probe; the probe's arguments it gets, in CODE. */
bool hook_fits(const struct plan *plan, const struct retis_hook *hook, const struct probe *probe,
	       struct engine_hook *code);
/* Types that hooks ask for and no argument can have are said. */
void plan_check_args(const struct plan *plan);
/* Whose CODE is, and its name there. */
struct collector *plan_hook_owner(const struct plan *plan, const struct splice_code *code,
				  const char **program);
/* NULL, or why nothing would come of it: no hook of any collector is called there, or a
 * filter has no packet to look at. */
const char *plan_probe_useless(const struct plan *plan, const struct probe *probe);
/* One is among its arguments, or a hook says which one it is. */
bool plan_has_packet(const struct plan *plan, const struct probe *probe);
/* Some hook is called there and gets an argument it can use. */
bool plan_probe_feeds(const struct plan *plan, const struct probe *probe);

/* --- where probes are: probes.c ---------------------------------------------------- */

/* Those of hooks, and where the user names none the defaults. */
int plan_add_own_probes(struct plan *plan);
/* Who wants a probe: the user; a collector, for all that are there or for itself. */
enum probe_wish {
	WISH_ASKED,
	WISH_PLUGIN,
	WISH_ALONE,
};
int plan_add_probe(struct plan *plan, const char *text, enum probe_wish wish);
/* An internal one, or its role to one that is there. Or an errno with the reason in WHY
 * (PROBE_WHY_SIZE bytes). */
int plan_add_tracker(struct plan *plan, struct probe *probe, char *why);
size_t plan_count_attached(const struct plan *plan);

#endif
