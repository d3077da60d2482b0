/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/plan/counters.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "core/probe/capture.h"
#include "core/util/log.h"

#define COUNTERS_MAP "retis_counters"

const char *counters_check(const struct collector *c)
{
	int fd = capture_map_fd(c->object, COUNTERS_MAP);
	struct bpf_map_info info = {};
	uint32_t size = sizeof(info), n = c->plugin->desc.n_counters;

	if (fd < 0)
		return n ? "it has no RETIS_COUNTERS()" : NULL;
	if (bpf_obj_get_info_by_fd(fd, &info, &size) || info.type != BPF_MAP_TYPE_PERCPU_ARRAY ||
	    info.value_size != sizeof(uint64_t) || info.max_entries != n)
		return "RETIS_COUNTERS() and its list of counters differ";
	return NULL;
}

/* Over all processors. */
static int read_counter(int fd, uint32_t index, uint64_t *each, int n_cpus, uint64_t *sum)
{
	*sum = 0;
	if (bpf_map_lookup_elem(fd, &index, each))
		return -errno;
	for (int i = 0; i < n_cpus; i++)
		*sum += each[i];
	return 0;
}

static int look_at_counters(struct collector *c, uint64_t *each, int n_cpus, uint64_t *more)
{
	int err = 0, fd = capture_map_fd(c->object, COUNTERS_MAP);

	for (uint32_t i = 0; i < c->plugin->desc.n_counters && !err; i++) {
		uint64_t now;

		err = read_counter(fd, i, each, n_cpus, &now);
		if (err || now == c->counted[i])
			continue;
		*more += now - c->counted[i];
		c->counted[i] = now;
	}
	return err;
}

int64_t counters_look(const struct plan *plan)
{
	int err = 0, n_cpus = libbpf_num_possible_cpus();
	uint64_t *each = n_cpus < 0 ? NULL : calloc((size_t)n_cpus, sizeof(*each));
	uint64_t more = 0;

	if (!each)
		return -ENOMEM;
	for (size_t i = 0; i < plan->n_collectors && !err; i++) {
		struct collector *c = &plan->collectors[i];
		uint64_t dropped = c->dropped;

		more += dropped - c->told;
		c->told = dropped;
		if (!c->broken && c->counted)
			err = look_at_counters(c, each, n_cpus, &more);
	}
	free(each);
	return err ? err : (int64_t)more;
}

static void say_each(const struct plan *plan, const char *which)
{
	for (size_t i = 0; i < plan->n_collectors; i++) {
		const struct collector *c = &plan->collectors[i];

		if (c->told)
			log_warn("%s: lost %" PRIu64
				 " event(s) of its thread: too many at a time%s",
				 c->plugin->desc.name, c->told, which);
		for (uint32_t n = 0; c->counted && n < c->plugin->desc.n_counters; n++)
			if (c->counted[n])
				log_warn("%s: %" PRIu64 " %s%s", c->plugin->desc.name,
					 c->counted[n], c->plugin->desc.counters[n].name, which);
	}
}

void counters_warn(const struct plan *plan)
{
	say_each(plan, " so far");
}

void counters_report(const struct plan *plan)
{
	say_each(plan, "");
}
