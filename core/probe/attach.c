/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rounds: each pending probe gets a program of the next backend that may serve
 * it. Those attached one by one are attached at once; then come those that go
 * together, all of a program in one call. Who could not be attached is pending
 * again, for the next round.
 */
#include "core/probe/attach.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/probe/engine_private.h"
#include "core/probe/features.h"
#include "core/util/list.h"
#include "core/util/log.h"

enum progress {
	/* Nothing to do, or no longer. */
	DONE = 0,
	PENDING,
	/* Has a program, waits for the others of it. */
	WAITING,
};

struct attempt {
	enum progress progress;
	enum backend list[BACKEND_COUNT];
	size_t n;
	/* Of list: the one to try now. */
	size_t at;
	struct attach_failure failure;
	/* Of the backend that is being tried, and of all so far. */
	char why[ENGINE_WHY_SIZE];
	char reasons[2 * ENGINE_WHY_SIZE];
};

struct run {
	struct engine *engine;
	struct probe *probes;
	size_t n;
	const struct attach_watch *watch;
	/* In the order of the probes. */
	struct attempt *attempts;
	size_t total;
	size_t done;
	/* Found out not to work at all. */
	bool useless[BACKEND_COUNT];
};

static const char *explain_error(int err)
{
	switch (-err) {
	case ENOENT:
	case ESRCH:
	case EILSEQ:
		return "the kernel can't trace it: not a function that ftrace or kprobes know";
	case EADDRNOTAVAIL:
		return "several functions have this name";
	case EOPNOTSUPP:
	case 524: /* ENOTSUPP, which has no name in user space */
		return "not supported by this kernel for this function";
	case EBUSY:
		return "something else is attached there that does not share it";
	case EACCES:
		return "not permitted: some kernels want CAP_SYS_ADMIN for single kprobes unless "
		       "kernel.perf_event_paranoid is below 3";
	case EMFILE:
		return "too many open files: raise the limit (ulimit -n)";
	default:
		return strerror(-err);
	}
}

/* Kernels before 6.6 can't have typed programs at functions with many arguments. */
static const char *explain_at(const struct backend_ops *ops, const struct probe *probe, int err)
{
	bool refused = err == -EOPNOTSUPP || err == -524;

	if (refused && ops->typed && probe->proto.n_args > BACKEND_ARG_REGISTERS)
		return "this kernel can't do that for functions with arguments on the stack";
	return explain_error(err);
}

static struct attempt *attempt_of(const struct run *r, const struct probe *probe)
{
	return &r->attempts[probe - r->probes];
}

static enum backend current_backend(const struct attempt *a)
{
	return a->list[a->at];
}

/* "a: this; b: that", or "a, b: this" if both say the same. */
static void add_attempt_reason(struct attempt *a)
{
	const char *name = backend_get(current_backend(a))->name;
	size_t used = strlen(a->reasons), n = strlen(name) + 2;
	char *same = *a->why ? strstr(a->reasons, a->why) : NULL;
	char *at = same && same > a->reasons + 2 ? same - 2 : NULL;

	if (!at || strncmp(at, ": ", 2) || (same[strlen(a->why)] && same[strlen(a->why)] != ';') ||
	    used + n >= sizeof(a->reasons)) {
		snprintf(a->reasons + used, sizeof(a->reasons) - used, "%s%s: %s", used ? "; " : "",
			 name, a->why);
		return;
	}
	memmove(at + n, at, strlen(at) + 1);
	memcpy(at, ", ", 2);
	memcpy(at + 2, name, n - 2);
}

/* On to the next backend; why not this one is in `why`. */
static void next_backend(struct attempt *a, int err, bool loading)
{
	add_attempt_reason(a);
	a->failure = (struct attach_failure){ current_backend(a), err, loading, a->reasons };
	a->progress = PENDING;
	a->at++;
}

/* The backend did not work for PROBE. */
static void give_up_backend(struct run *r, struct probe *probe, int err, bool loading)
{
	struct attempt *a = attempt_of(r, probe);
	enum backend backend = current_backend(a);
	char name[192];

	program_put(r->engine, probe);
	probe_text(probe, name, sizeof(name));
	log_debug("%s: not by %s: %s", name, backend_get(backend)->name, a->why);
	next_backend(a, err, loading);
	if (!r->useless[backend] && feature_get(backend)->result <= 0) {
		log_debug("%s: not on this machine: %s", backend_get(backend)->name,
			  feature_get(backend)->why);
		r->useless[backend] = true;
	}
}

static bool watch_progress(struct run *r)
{
	return r->watch->progress(r->watch->arg, r->done, r->total);
}

static void note_attached(struct run *r, struct probe *probe)
{
	char name[192];

	attempt_of(r, probe)->progress = DONE;
	r->done++;
	probe_text(probe, name, sizeof(name));
	log_debug("%s: attached by %s", name, backend_get(probe->backend)->name);
}

/* --- one by one ------------------------------------------------------------- */

static struct backend_target make_target(const struct run *r, const struct probe *probe)
{
	return (struct backend_target){
		.name = probe_spec_name(&probe->spec),
		.address = probe->address,
		.cookie = engine_place(r->engine, probe)->cookie,
		.site = probe->site,
	};
}

static int attach_one(struct run *r, struct probe *probe, char *why)
{
	struct placement *place = engine_place(r->engine, probe);
	const struct backend_ops *ops = backend_get(probe->backend);
	struct backend_target target = make_target(r, probe);
	int fd, entry = program_entry(r->engine, place->program, why);

	if (entry < 0)
		return entry;
	if (entry > 0) {
		fd = ops->attach(ops, entry, &target, true);
		if (fd < 0)
			return engine_fail(why, fd, "%s", explain_error(fd));
		place->links[1] = fd;
	}
	fd = ops->attach(ops, place->program->fd, &target, false);
	if (fd >= 0) {
		place->links[0] = fd;
		return 0;
	}
	if (place->links[1] >= 0)
		close(place->links[1]);
	place->links[1] = -1;
	return engine_fail(why, fd, "%s", explain_at(ops, probe, fd));
}

/* Many at once: worth a look beforehand. */
static bool is_useless(struct run *r, enum backend backend)
{
	if (backend_get(backend)->attach_many)
		r->useless[backend] = feature_get(backend)->result <= 0;
	return r->useless[backend];
}

/* Tries its next backend. */
static void try_one(struct run *r, struct probe *probe)
{
	struct attempt *a = attempt_of(r, probe);
	enum backend backend = current_backend(a);
	int err;

	if (is_useless(r, backend)) {
		snprintf(a->why, sizeof(a->why), "%s", feature_get(backend)->why);
		next_backend(a, -EOPNOTSUPP, false);
		return;
	}
	err = program_get(r->engine, probe, backend, a->why);
	if (err) {
		give_up_backend(r, probe, err, true);
		return;
	}
	if (backend_get(backend)->attach_many) {
		a->progress = WAITING;
		return;
	}
	err = attach_one(r, probe, a->why);
	if (err)
		give_up_backend(r, probe, err, false);
	else
		note_attached(r, probe);
}

static int start_pending(struct run *r, bool *waiting)
{
	for (size_t i = 0; i < r->n; i++) {
		struct attempt *a = &r->attempts[i];

		while (a->progress == PENDING && a->at < a->n) {
			if (!watch_progress(r))
				return -ECANCELED;
			try_one(r, &r->probes[i]);
		}
		*waiting |= a->progress == WAITING;
		if (a->progress == PENDING) {
			int err = r->watch->failed(r->watch->arg, &r->probes[i], &a->failure);

			if (err)
				return err;
			a->progress = DONE;
			r->done++;
		}
	}
	return 0;
}

/* --- together --------------------------------------------------------------- */

/* Probes of one program. */
struct group {
	struct probe **probes;
	struct backend_target *targets;
	size_t n;
};

static int keep_link(struct engine *e, int fd, const struct program *program)
{
	int err = list_grow((void **)&e->links, e->n_links, &e->room_links, sizeof(*e->links));

	if (err) {
		close(fd);
		return err;
	}
	e->links[e->n_links++] = (struct shared_link){ fd, program };
	return 0;
}

static int link_group(struct run *r, const struct backend_target *targets, size_t n,
		      struct program *program, char *why)
{
	const struct backend_ops *ops = backend_get(program->backend);
	int fd, first = -1, entry = program_entry(r->engine, program, why);

	if (entry < 0)
		return entry;
	if (entry > 0) {
		first = ops->attach_many(ops, entry, targets, n, true);
		if (first < 0)
			return engine_fail(why, first, "%s", explain_error(first));
	}
	fd = ops->attach_many(ops, program->fd, targets, n, false);
	if (fd < 0) {
		if (first >= 0)
			close(first);
		return engine_fail(why, fd, "%s", explain_error(fd));
	}
	if (first >= 0)
		keep_link(r->engine, first, program);
	return keep_link(r->engine, fd, program);
}

/* All or, if the kernel doesn't take them all, as many as it does. */
static bool attach_range(struct run *r, const struct group *g, size_t from, size_t n)
{
	struct probe *probe = g->probes[from];
	struct attempt *a = attempt_of(r, probe);
	struct program *program = engine_place(r->engine, probe)->program;
	int err = link_group(r, &g->targets[from], n, program, a->why);

	if (!watch_progress(r))
		return false;
	if (!err) {
		for (size_t i = from; i < from + n; i++)
			note_attached(r, g->probes[i]);
		return true;
	}
	if (n == 1) {
		give_up_backend(r, probe, err, false);
		return true;
	}
	return attach_range(r, g, from, n / 2) && attach_range(r, g, from + n / 2, n - n / 2);
}

static void collect_group(struct run *r, size_t first, struct group *g)
{
	const struct program *program = engine_place(r->engine, &r->probes[first])->program;

	g->n = 0;
	for (size_t i = first; i < r->n; i++) {
		struct probe *probe = &r->probes[i];

		if (r->attempts[i].progress != WAITING ||
		    engine_place(r->engine, probe)->program != program)
			continue;
		g->probes[g->n] = probe;
		g->targets[g->n++] = make_target(r, probe);
	}
}

static int attach_groups(struct run *r)
{
	struct group g = { .probes = calloc(r->n + 1, sizeof(*g.probes)),
			   .targets = calloc(r->n + 1, sizeof(*g.targets)) };
	int err = g.probes && g.targets ? 0 : -ENOMEM;

	for (size_t i = 0; i < r->n && !err; i++) {
		if (r->attempts[i].progress != WAITING)
			continue;
		collect_group(r, i, &g);
		if (!attach_range(r, &g, 0, g.n))
			err = -ECANCELED;
	}
	free(g.probes);
	free(g.targets);
	return err;
}

/* --- all -------------------------------------------------------------------- */

static size_t count_planned_functions(const struct run *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += engine_planned(r->engine, &r->probes[i]) && !r->probes[i].internal &&
		     probe_is_function(&r->probes[i].spec);
	return n;
}

static void prepare_attempts(struct run *r, size_t functions)
{
	for (size_t i = 0; i < r->n; i++) {
		struct attempt *a = &r->attempts[i];

		if (!engine_planned(r->engine, &r->probes[i]))
			continue;
		a->progress = PENDING;
		/* Cheap ones for what each packet meets. */
		a->n = backend_candidates(&r->probes[i], r->probes[i].internal ? 1 : functions,
					  a->list);
		a->failure = (struct attach_failure){ .err = -ENOENT, .why = "it has no BTF" };
		r->total++;
	}
}

/* Two per probe where each has its own program or is attached twice. */
static void raise_file_limit(size_t probes)
{
	rlim_t need = 2 * probes + 256;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= need)
		return;
	limit.rlim_cur = need;
	if (limit.rlim_max < need)
		limit.rlim_max = need;
	if (!setrlimit(RLIMIT_NOFILE, &limit) || getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* As if they were among that many FUNCTIONS. */
static int attach_all(struct run *r, size_t functions)
{
	bool waiting = true;
	int err = 0;

	r->attempts = calloc(r->n + 1, sizeof(*r->attempts));
	if (!r->attempts)
		return -ENOMEM;
	prepare_attempts(r, functions);
	while (waiting && !err) {
		waiting = false;
		err = start_pending(r, &waiting);
		if (!err && waiting)
			err = attach_groups(r);
	}
	free(r->attempts);
	return err;
}

int engine_attach(struct engine *e, struct probe *probes, size_t n,
		  const struct attach_watch *watch)
{
	struct run r = { .engine = e, .probes = probes, .n = n, .watch = watch };

	raise_file_limit(e->options.probes);
	return attach_all(&r, count_planned_functions(&r));
}

int engine_prepare_late(struct engine *e, char *why)
{
	const struct feature *single;
	struct capture *template;

	if (feature_get(BACKEND_KPROBE_MULTI)->result <= 0) {
		single = feature_get(BACKEND_KPROBE);
		if (single->result <= 0)
			return engine_fail(why, -EOPNOTSUPP, "%s: %s", single->name, single->why);
	}
	return engine_template(e, TEMPLATE_KPROBE, &template, why);
}

/* However few they are, in one go: that takes 10 to 60 ms on a busy machine; one by
 * one some 50 ms each. */
int engine_attach_late(struct engine *e, struct probe *probes, size_t n,
		       const struct attach_watch *watch)
{
	struct run r = { .engine = e, .probes = probes, .n = n, .watch = watch };

	return attach_all(&r, SIZE_MAX);
}

void engine_detach(struct engine *e)
{
	for (size_t i = 0; i < e->n_links; i++)
		close(e->links[i].fd);
	e->n_links = 0;
	for (size_t i = 0; e->places && i < e->options.probes; i++)
		for (int l = 0; l < 2; l++) {
			if (e->places[i].links[l] >= 0)
				close(e->places[i].links[l]);
			e->places[i].links[l] = -1;
		}
}

size_t engine_links(const struct engine *e)
{
	size_t n = e->n_links;

	for (size_t i = 0; i < e->options.probes; i++)
		n += (e->places[i].links[0] >= 0) + (e->places[i].links[1] >= 0);
	return n;
}
