/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run of `retis collect`. The session owns everything the run makes, and
 * session_fini() undoes all of it, whatever state it is in.
 */
#ifndef CORE_SESSION_SESSION_H
#define CORE_SESSION_SESSION_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <sys/types.h>

#include <retis/reader.h>

#include "core/event/printer.h"
#include "core/event/registry.h"
#include "core/filter/meta_argument.h"
#include "core/kernel/kernel.h"
#include "core/names/tables.h"
#include "core/plugin/host.h"
#include "core/plugin/plugin.h"
#include "core/probe/engine.h"
#include "core/probe/probe.h"
#include "core/session/command.h"
#include "core/session/file_symbols.h"
#include "core/session/options.h"
#include "core/session/symbol_names.h"
#include "core/usdt/usdt.h"

/* A plugin whose collector takes part. */
struct collector {
	/* Borrowed. */
	struct plugin *plugin;
	struct host host;
	struct capture *object;
	/* Those of the description, and what its setup() added; borrowed. */
	const struct retis_hook **hooks;
	size_t n_hooks;
	size_t room_hooks;
	/* Asked for by name: the run fails if it can't. */
	bool asked;
	/* The kernel does not take one of its hooks. */
	bool broken;
	/* What its hooks have counted up to the last look; NULL: they don't. */
	uint64_t *counted;
	/* Its start() returned 0. */
	bool started;
	/* Its thread, if WORKS. */
	pthread_t worker;
	bool works;
	/* No event of it is taken any more. */
	atomic_bool silenced;
	/* Events of it that found no room, and how many of them were told. */
	atomic_uint_fast64_t dropped;
	uint64_t told;
};

struct session {
	const struct session_options *options;
	/* Borrowed. */
	struct plugins *plugins;
	struct kernel *kernel;
	/* Kernel memory is read directly, not with helpers. */
	bool direct;
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
	struct registry registry;
	/* What collectors say while they run. */
	struct name_tables names;
	struct engine_filters filters;
	/* NULL: none; and the hook that reads them. */
	struct fields *fields;
	struct splice_code fields_code;
	/* What --filter-meta says of calls: what it wants of a probe, and a hook that looks at it.
	 */
	struct meta_arguments call_args;
	struct splice_code call_filter;
	/* See struct engine_options. */
	uint32_t track_size;
	bool track_loosely;
	/* Some functions are windows for what they call. */
	bool windows;
	struct engine *engine;
	/* The type of sections that hold stack traces. */
	uint16_t stack_section;
	/* Symbols as they were once probes were attached, for the threads that order and
	 * print; NULL without stack traces and other addresses of code. */
	struct kernel *stack_names;
	/* The process that detaches the probes, and when it began, in ms. */
	pid_t detacher;
	int64_t detach_began;
	/* NULL: events are not stored. */
	struct writer *writer;
	/* Borrowed; NULL: events are printed as they come. */
	struct stories *stories;
	/* Its folder is not ours: see session_needs_override(). */
	bool override;
	/* What the command gets. */
	struct command_limits limits;
	/* Addresses whose symbols the file has. */
	struct address_set file_symbols;
	struct symbol_names symbol_names;
	uint32_t n_rings;
	uint32_t ring_size;
	/* Events that collectors add. */
	struct mailbox *mailbox;
};

/*
 * Runs the collection until it is stopped. 0, or a negative errno after the
 * reason was logged; everything is undone in either case.
 */
int session_run(const struct session_options *options, struct plugins *plugins);

/* --- the steps, one file each --------------------------------------------- */

/* Each returns 0, or a negative errno after logging why. */
int session_check_options(struct session *s);
/* PATH may be NULL: the kernel's configuration is where kernels have it. */
int session_use_config(struct kernel *kernel, const char *path);
int session_prepare(struct session *s);
int session_open_file(struct session *s);
int session_choose_collectors(struct session *s);
int session_setup_collectors(struct session *s);
/* The hook is called at this probe; the probe's arguments it gets, in CODE. */
bool hook_fits(const struct session *s, const struct retis_hook *hook, const struct probe *probe,
	       struct engine_hook *code);
/* Types that hooks ask for and no argument can have are said. */
void session_check_args(const struct session *s);
/* Whose CODE is, and its name there. */
struct collector *session_hook_owner(const struct session *s, const struct splice_code *code,
				     const char **program);
/* NULL, or why nothing would come of it: no hook of any collector is called there, or a
 * filter has no packet to look at. */
const char *session_probe_useless(const struct session *s, const struct probe *probe);
/* One is among its arguments, or a hook says which one it is. */
bool session_has_packet(const struct session *s, const struct probe *probe);
/* Some hook is called there and gets an argument it can use. */
bool session_probe_feeds(const struct session *s, const struct probe *probe);
int session_plan_probes(struct session *s);
int session_expect_windows(struct session *s);
void session_plan_windows(struct session *s);
/* For events in text and JSON. */
int session_name_probes(const struct session *s, struct printer *printer);
/* By number, s->n_probes of them, on the heap; NULL: no memory. */
struct probe_name *session_probe_names(const struct session *s);
/* Those of hooks, and where the user names none the defaults. */
int session_add_own_probes(struct session *s);
/* Who wants a probe: the user; a collector, for all that are there or for itself. */
enum probe_wish {
	WISH_ASKED,
	WISH_PLUGIN,
	WISH_ALONE,
};
int session_add_probe(struct session *s, const char *text, enum probe_wish wish);
/* An internal one, or its role to one that is there. Or an errno with the reason in WHY
 * (PROBE_WHY_SIZE bytes). */
int session_add_tracker(struct session *s, struct probe *probe, char *why);
int session_load(struct session *s);
/* Of one that is useful and came later: the hooks it calls. */
int session_plan_late(struct session *s, struct probe *probe);
/* -ECANCELED: a signal came meanwhile. */
int session_attach(struct session *s);
size_t session_count_attached(const struct session *s);
/* Lets go of the probes, which another process then detaches; waits for it as
 * long as nobody minds. */
void session_detach(struct session *s);
void session_detach_wait(struct session *s);
/* The signals that end a collection. */
void session_stop_signals(sigset_t *set);
/* Dictionaries to the file, and the way there. */
struct sink;
int session_start_file(struct session *s, struct sink *sink);
/* A name that a collector has found out; in any thread. */
int session_add_name(struct session *s, const struct retis_file_name *name);
/* What the file has to know of the probes from number FIRST on. */
int session_file_probes(struct session *s, size_t first);
/* Ends the file, and says what is in it. */
int session_close_file(struct session *s);
int session_collect(struct session *s);
/* Undoes all of it, in any state. */
void session_fini(struct session *s);

#endif
