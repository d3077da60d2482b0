/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What got lost, as the maps, programs and links tell. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/probe/engine_private.h"

/* All of it are numbers. */
static void add_counters(struct loss_counters *sum, const struct loss_counters *more)
{
	for (size_t i = 0; i < sizeof(*sum) / sizeof(uint64_t); i++)
		((uint64_t *)sum)[i] += ((const uint64_t *)more)[i];
}

int engine_losses(const struct engine *e, uint32_t number, struct loss_counters *sum)
{
	struct loss_counters *each = calloc((size_t)e->n_cpus, sizeof(*each));
	int err = 0;

	if (!each)
		return -ENOMEM;
	*sum = (struct loss_counters){};
	if (bpf_map_lookup_elem(e->losses_fd, &number, each))
		err = -errno;
	for (int i = 0; !err && i < e->n_cpus; i++) {
		uint64_t spoiler = each[i].spoiler ? each[i].spoiler : sum->spoiler;

		add_counters(sum, &each[i]);
		sum->spoiler = spoiler;
	}
	free(each);
	return err;
}

int engine_pending(const struct engine *e, uint64_t *lost)
{
	/* Values of per-CPU maps are padded to 8 bytes. */
	uint64_t *each = calloc((size_t)e->n_cpus, sizeof(*each));
	uint32_t zero = 0;
	int err = 0;

	if (!each)
		return -ENOMEM;
	if (bpf_map_lookup_elem(e->cpus_fd, &zero, each))
		err = -errno;
	*lost = 0;
	for (int i = 0; !err && i < e->n_cpus; i++)
		*lost += ((struct cpu_state *)&each[i])->lost;
	free(each);
	return err;
}

size_t engine_tracked(const struct engine *e)
{
	size_t n = 0;

	for (size_t i = 0; i < e->tracked_size / sizeof(*e->tracked); i++)
		for (int slot = 0; slot < TRACK_SLOTS; slot++)
			n += e->tracked[i].heads[slot] != 0;
	return n;
}

static int see_bucket(const struct track_bucket *b,
		      int (*see)(void *arg, const struct retis_packet *packet), void *arg)
{
	int err = 0;

	for (int slot = 0; slot < TRACK_SLOTS && !err; slot++) {
		uint64_t head = __atomic_load_n(&b->heads[slot], __ATOMIC_ACQUIRE);
		struct retis_packet packet;

		if (!head || head == SLOT_BUSY)
			continue;
		packet = b->packets[slot];
		err = see(arg, &packet);
	}
	return err;
}

int engine_each_tracked(const struct engine *e,
			int (*see)(void *arg, const struct retis_packet *packet), void *arg)
{
	int err = 0;

	for (size_t i = 0; i < e->tracked_size / sizeof(*e->tracked) && !err; i++)
		err = see_bucket(&e->tracked[i], see, arg);
	return err;
}

size_t engine_speaks_for(const struct engine *e, const struct probe *probe)
{
	const struct program *program = engine_place(e, probe)->program;

	return program && program->first == probe ? program->users : 0;
}

static int program_info(const struct program *program, struct bpf_prog_info *info)
{
	uint32_t size = sizeof(*info);

	memset(info, 0, sizeof(*info));
	return bpf_obj_get_info_by_fd(program->fd, info, &size) ? -errno : 0;
}

/* What the kernel counts at the links instead. */
static uint64_t missed_at_links(const struct engine *e, const struct probe *probe,
				const struct program *program)
{
	const struct backend_ops *ops = backend_get(program->backend);
	const struct placement *place = engine_place(e, probe);
	uint64_t missed = 0;

	if (!ops->missed)
		return 0;
	for (int i = 0; i < 2; i++)
		if (place->links[i] >= 0)
			missed += ops->missed(place->links[i]);
	if (program->first != probe)
		return missed;
	for (size_t i = 0; i < e->n_links; i++)
		if (e->links[i].program == program)
			missed += ops->missed(e->links[i].fd);
	return missed;
}

int engine_skipped(const struct engine *e, const struct probe *probe, uint64_t *runs)
{
	const struct program *program = engine_place(e, probe)->program;
	struct bpf_prog_info info;
	int err;

	*runs = 0;
	if (!program)
		return 0;
	*runs = missed_at_links(e, probe, program);
	if (program->first != probe)
		return 0;
	err = program_info(program, &info);
	if (!err)
		*runs += info.recursion_misses;
	return err;
}

int engine_run_time(const struct engine *e, const struct probe *probe, uint64_t *runs, uint64_t *ns)
{
	const struct program *program = engine_place(e, probe)->program;
	struct bpf_prog_info info;
	int err = program ? program_info(program, &info) : -ENOENT;

	if (err)
		return err;
	*runs = info.run_cnt;
	*ns = info.run_time_ns;
	return 0;
}
