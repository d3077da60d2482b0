/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shared maps, and splicing, loading and attaching programs. */
#include "core/probe/engine.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bpf/window_stack.h"
#include "core/probe/attach.h"
#include "core/probe/capture.h"
#include "core/probe/engine_private.h"
#include "core/probe/funcinfo.h"

int engine_fail(char *why, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, ENGINE_WHY_SIZE, format, args);
	va_end(args);
	return err;
}

static int make_rings(struct engine *e, char *why)
{
	e->rings = malloc(e->options.rings * sizeof(*e->rings));
	if (!e->rings)
		return engine_fail(why, -ENOMEM, "out of memory");
	memset(e->rings, -1, e->options.rings * sizeof(*e->rings));
	for (uint32_t i = 0; i < e->options.rings; i++) {
		e->rings[i] = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "retis_events", 0, 0,
					     e->options.ring_size, NULL);
		if (e->rings[i] < 0)
			return engine_fail(why, -errno,
					   "could not make an event buffer of %u bytes: %s",
					   e->options.ring_size, strerror(errno));
	}
	return 0;
}

static int set_entries(struct bpf_object *object, const char *map, uint32_t n)
{
	struct bpf_map *m = bpf_object__find_map_by_name(object, map);

	return m ? bpf_map__set_max_entries(m, n) : -ENOENT;
}

/* The first template makes the maps, the others take its. */
static int share_maps(struct engine *e, struct bpf_object *object)
{
	struct bpf_object *first = capture_object(e->templates[TEMPLATE_RAW_TP]);
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		int fd = bpf_object__find_map_fd_by_name(first, bpf_map__name(map));
		int err = strchr(bpf_map__name(map), '.') ? 0 : fd < 0 ? fd : 0;

		if (!err && !strchr(bpf_map__name(map), '.'))
			err = bpf_map__reuse_fd(map, fd);
		if (err)
			return err;
	}
	return 0;
}

/* Twice as many slots as packets. */
static uint32_t track_buckets(const struct engine *e)
{
	uint32_t n = 1;

	while (n * TRACK_SLOTS < 2 * (uint64_t)e->options.track_size)
		n *= 2;
	return n;
}

static int size_maps(struct engine *e, struct bpf_object *object)
{
	int err = set_entries(object, "scratch", e->options.levels);

	if (!err)
		err = set_entries(object, "losses",
				  e->options.probes ? (uint32_t)e->options.probes : 1);
	if (!err)
		err = set_entries(object, "rings", e->options.rings);
	if (!err)
		err = set_entries(object, "calls", e->options.returns ? CALLS_MAX : 1);
	if (!err)
		err = set_entries(object, "tracked", track_buckets(e));
	if (!err)
		err = set_entries(object, "windows", e->options.windows ? WINDOWS_MAX : 1);
	return err;
}

static int set_constants(struct engine *e, struct capture *template)
{
	const struct engine_options *o = &e->options;
	uint64_t wakeup = o->ring_size / 8;
	uint64_t age = o->track_loosely ? TRACK_LOOSE_NS : 0;
	uint32_t mask = track_buckets(e) - 1;
	int err = capture_set_constant(template, "ring_count", &o->rings, sizeof(o->rings));

	if (!err)
		err = capture_set_constant(template, "wakeup_bytes", &wakeup, sizeof(wakeup));
	if (!err)
		err = capture_set_constant(template, "track_max_age", &age, sizeof(age));
	if (!err)
		err = capture_set_constant(template, "track_mask", &mask, sizeof(mask));
	if (!err)
		err = capture_set_constant(template, "filter_tags", &o->filter_tags,
					   sizeof(o->filter_tags));
	if (!err)
		err = capture_set_constant(template, "inner_tags", &o->inner_tags,
					   sizeof(o->inner_tags));
	if (!err)
		err = capture_set_constant(template, "sample_of", &o->sample_of,
					   sizeof(o->sample_of));
	if (!err)
		err = capture_set_constant(template, "rate_limit", &o->rate_limit,
					   sizeof(o->rate_limit));
	if (!err)
		err = capture_set_constant(template, "retis_section_base", &o->stack_section,
					   sizeof(o->stack_section));
	return err;
}

static int connect_maps(struct engine *e, struct bpf_object *object)
{
	int fd = bpf_object__find_map_fd_by_name(object, "rings");
	int state = bpf_object__find_map_fd_by_name(object, "state");
	int tracked = bpf_object__find_map_fd_by_name(object, "tracked");

	e->losses_fd = bpf_object__find_map_fd_by_name(object, "losses");
	e->cpus_fd = bpf_object__find_map_fd_by_name(object, "cpus");
	if (fd < 0 || e->losses_fd < 0 || state < 0 || tracked < 0 || e->cpus_fd < 0)
		return -ENOENT;
	e->state = mmap(NULL, sizeof(*e->state), PROT_READ | PROT_WRITE, MAP_SHARED, state, 0);
	if (e->state == MAP_FAILED) {
		e->state = NULL;
		return -errno;
	}
	e->tracked_size = (size_t)track_buckets(e) * sizeof(*e->tracked);
	e->tracked = mmap(NULL, e->tracked_size, PROT_READ, MAP_SHARED, tracked, 0);
	if (e->tracked == MAP_FAILED) {
		e->tracked = NULL;
		return -errno;
	}
	for (uint32_t i = 0; i < e->options.rings; i++)
		if (bpf_map_update_elem(fd, &i, &e->rings[i], BPF_ANY))
			return -errno;
	return 0;
}

static int load_template(struct engine *e, enum template number, char *why)
{
	struct capture **template = &e->templates[number];
	bool first = number == TEMPLATE_RAW_TP;
	int err = capture_open(template_get(number, e->options.direct), "retis", template);

	if (!err)
		err = first ? size_maps(e, capture_object(*template))
			    : share_maps(e, capture_object(*template));
	if (!err)
		err = set_constants(e, *template);
	if (!err)
		err = capture_load(*template);
	if (!err && first)
		err = connect_maps(e, capture_object(*template));
	if (err)
		return engine_fail(why, err, "could not load the probe template: %s%s%s",
				   strerror(-err),
				   *template && *capture_error(*template) ? ": " : "",
				   *template ? capture_error(*template) : "");
	return 0;
}

int engine_template(struct engine *e, enum template number, struct capture **out, char *why)
{
	int err = e->template_errors[number];

	if (err)
		return engine_fail(why, err, "its template does not load on this kernel");
	if (!e->templates[number]) {
		err = load_template(e, number, why);
		e->template_errors[number] = err;
	}
	if (!err)
		*out = e->templates[number];
	return err;
}

static int make_places(struct engine *e, char *why)
{
	e->places = calloc(e->options.probes + 1, sizeof(*e->places));
	if (!e->places)
		return engine_fail(why, -ENOMEM, "out of memory");
	for (size_t i = 0; i < e->options.probes; i++)
		e->places[i].links[0] = e->places[i].links[1] = -1;
	return 0;
}

int engine_open(const struct engine_options *options, struct engine **out, char *why)
{
	struct engine *e = calloc(1, sizeof(*e));
	struct capture *template;
	int err;

	if (!e)
		return engine_fail(why, -ENOMEM, "out of memory");
	e->options = *options;
	e->n_cpus = libbpf_num_possible_cpus();
	err = e->n_cpus < 0 ? engine_fail(why, e->n_cpus, "can't tell the number of processors")
			    : make_rings(e, why);
	if (!err)
		err = make_places(e, why);
	if (!err)
		err = engine_template(e, TEMPLATE_RAW_TP, &template, why);
	if (!err) {
		err = funcinfo_btf(&e->funcinfo);
		if (err)
			engine_fail(why, err, "could not load BTF for programs: %s",
				    strerror(-err));
	}
	if (err) {
		engine_free(e);
		return err;
	}
	*out = e;
	return 0;
}

static void free_programs(struct engine *e)
{
	struct program *next;

	for (struct program *p = e->programs; p; p = next) {
		next = p->next;
		program_free(p);
	}
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	engine_detach(e);
	free_programs(e);
	for (int i = 0; i < BACKEND_COUNT; i++)
		if (e->entries[i] > 0)
			close(e->entries[i]);
	for (size_t i = 0; e->places && i < e->options.probes; i++)
		free(e->places[i].hooks);
	free(e->places);
	free(e->links);
	for (uint32_t i = 0; e->rings && i < e->options.rings; i++)
		if (e->rings[i] >= 0)
			close(e->rings[i]);
	free(e->rings);
	if (e->state)
		munmap(e->state, sizeof(*e->state));
	if (e->tracked)
		munmap((void *)(uintptr_t)e->tracked, e->tracked_size);
	/* The first one's maps are the others'. */
	for (int i = TEMPLATE_COUNT; i-- > 0;)
		capture_free(e->templates[i]);
	btf__free(e->funcinfo);
	free(e);
}

int engine_plan(struct engine *e, const struct probe *probe, const struct engine_hook *hooks,
		size_t n)
{
	struct placement *place = engine_place(e, probe);

	free(place->hooks);
	place->n_hooks = 0;
	place->hooks = calloc(n ? n : 1, sizeof(*place->hooks));
	if (!place->hooks)
		return -ENOMEM;
	memcpy(place->hooks, hooks, n * sizeof(*hooks));
	place->n_hooks = n;
	place->planned = true;
	return 0;
}

bool engine_planned(const struct engine *e, const struct probe *probe)
{
	return engine_place(e, probe)->planned;
}

const struct splice_code *engine_hook_code(const struct engine *e, const struct probe *probe,
					   size_t index)
{
	const struct placement *place = engine_place(e, probe);

	return index < place->n_hooks ? place->hooks[index].code : NULL;
}

void engine_phase(struct engine *e, uint32_t phase)
{
	__atomic_store_n(&e->state->enabled, phase, __ATOMIC_SEQ_CST);
}

uint32_t *engine_asleep(struct engine *e)
{
	return &e->state->asleep;
}

const int *engine_rings(const struct engine *e)
{
	return e->rings;
}
