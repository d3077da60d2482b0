/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "seen.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <retis/clock.h>

int ovs_seen_init(struct ovs_seen_flows *flows, int map)
{
	*flows = (struct ovs_seen_flows){
		.map = map,
		.list = calloc(OVS_FLOWS_MAX, sizeof(*flows->list)),
		.keys = calloc(OVS_FLOWS_MAX, sizeof(*flows->keys)),
		.values = calloc(OVS_FLOWS_MAX, sizeof(*flows->values)),
	};
	return flows->list && flows->keys && flows->values ? 0 : -ENOMEM;
}

void ovs_seen_fini(struct ovs_seen_flows *flows)
{
	free(flows->list);
	free(flows->keys);
	free(flows->values);
	*flows = (struct ovs_seen_flows){};
}

static int call_bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr)) ? -errno : 0;
}

/* The whole map in one go: there is room for all it can hold. How many there are, or a
 * negative errno. */
static int read_map(const struct ovs_seen_flows *flows)
{
	uint64_t position;
	union bpf_attr attr = {
		.batch = { .out_batch = (uintptr_t)&position,
			   .keys = (uintptr_t)flows->keys,
			   .values = (uintptr_t)flows->values,
			   .count = OVS_FLOWS_MAX,
			   .map_fd = (uint32_t)flows->map },
	};
	int err = call_bpf(BPF_MAP_LOOKUP_BATCH, &attr);

	return err && err != -ENOENT ? err : (int)attr.batch.count;
}

static void forget_flow(const struct ovs_seen_flows *flows, const struct ovs_flow_id *id)
{
	union bpf_attr attr = { .map_fd = (uint32_t)flows->map, .key = (uintptr_t)id };

	/* It may be gone already: nothing else comes of that. */
	(void)call_bpf(BPF_MAP_DELETE_ELEM, &attr);
}

static int compare_turns(const void *a, const void *b)
{
	const struct ovs_seen *x = &((const struct ovs_seen_flow *)a)->seen;
	const struct ovs_seen *y = &((const struct ovs_seen_flow *)b)->seen;

	if (x->asked != y->asked)
		return x->asked < y->asked ? -1 : 1;
	return x->first == y->first ? 0 : x->first < y->first ? -1 : 1;
}

int ovs_seen_look(struct ovs_seen_flows *flows)
{
	uint64_t now = retis_clock_ns();
	int n = read_map(flows);

	flows->n = 0;
	if (n < 0)
		return n;
	for (int i = 0; i < n; i++) {
		const struct ovs_seen *seen = &flows->values[i];

		if (now > seen->last && now - seen->last > OVS_IDLE_NS)
			forget_flow(flows, &flows->keys[i]);
		else if (!seen->done)
			flows->list[flows->n++] = (struct ovs_seen_flow){ flows->keys[i], *seen };
	}
	qsort(flows->list, flows->n, sizeof(*flows->list), compare_turns);
	return 0;
}

void ovs_seen_note(const struct ovs_seen_flows *flows, const struct ovs_seen_flow *flow, bool done)
{
	/* Should a hook write `last` at the same time, that is lost, and written a second on. */
	struct ovs_seen seen = flow->seen;
	union bpf_attr attr = { .map_fd = (uint32_t)flows->map,
				.key = (uintptr_t)&flow->id,
				.value = (uintptr_t)&seen,
				.flags = BPF_EXIST };

	seen.asked++;
	seen.done = done;
	/* It may have been forgotten. */
	(void)call_bpf(BPF_MAP_UPDATE_ELEM, &attr);
}
