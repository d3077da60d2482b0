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
#include <unistd.h>

#include <retis/bpf/ctx.h>

#include "bpf/slot.h"
#include "core/probe/capture.h"
#include "core/probe/funcinfo.h"
#include "core/probe/templates.h"
#include "core/probe/verifier.h"

struct engine {
	struct engine_options options;
	struct capture *raw_tp;
	struct btf *funcinfo;
	int *rings;
	int losses_fd;
	int state_fd;
	int cpus_fd;
	int n_cpus;
};

static int fail(char *why, int err, const char *format, ...)
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
		return fail(why, -ENOMEM, "out of memory");
	memset(e->rings, -1, e->options.rings * sizeof(*e->rings));
	for (uint32_t i = 0; i < e->options.rings; i++) {
		e->rings[i] = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "retis_events", 0, 0,
					     e->options.ring_size, NULL);
		if (e->rings[i] < 0)
			return fail(why, -errno, "could not make an event buffer of %u bytes: %s",
				    e->options.ring_size, strerror(errno));
	}
	return 0;
}

static int set_entries(struct bpf_object *object, const char *map, uint32_t n)
{
	struct bpf_map *m = bpf_object__find_map_by_name(object, map);

	return m ? bpf_map__set_max_entries(m, n) : -ENOENT;
}

static int prepare_template(struct engine *e)
{
	struct bpf_object *object = capture_object(e->raw_tp);
	uint64_t wakeup = e->options.ring_size / 8;
	int err;

	err = set_entries(object, "scratch", e->options.levels);
	if (!err)
		err = set_entries(object, "losses",
				  e->options.probes ? (uint32_t)e->options.probes : 1);
	if (!err)
		err = set_entries(object, "rings", e->options.rings);
	if (!err)
		err = capture_set_constant(e->raw_tp, "ring_count", &e->options.rings,
					   sizeof(e->options.rings));
	if (!err)
		err = capture_set_constant(e->raw_tp, "wakeup_bytes", &wakeup, sizeof(wakeup));
	return err;
}

static int connect_maps(struct engine *e)
{
	struct bpf_object *object = capture_object(e->raw_tp);
	int fd = bpf_object__find_map_fd_by_name(object, "rings");

	e->losses_fd = bpf_object__find_map_fd_by_name(object, "losses");
	e->state_fd = bpf_object__find_map_fd_by_name(object, "state");
	e->cpus_fd = bpf_object__find_map_fd_by_name(object, "cpus");
	if (fd < 0 || e->losses_fd < 0 || e->state_fd < 0 || e->cpus_fd < 0)
		return -ENOENT;
	for (uint32_t i = 0; i < e->options.rings; i++)
		if (bpf_map_update_elem(fd, &i, &e->rings[i], BPF_ANY))
			return -errno;
	return 0;
}

static int load_template(struct engine *e, char *why)
{
	int err = capture_open(template_raw_tp(e->options.direct), "retis", &e->raw_tp);

	if (!err)
		err = prepare_template(e);
	if (!err)
		err = capture_load(e->raw_tp);
	if (!err)
		err = connect_maps(e);
	if (err)
		return fail(why, err, "could not load the probe template: %s%s%s", strerror(-err),
			    e->raw_tp && *capture_error(e->raw_tp) ? ": " : "",
			    e->raw_tp ? capture_error(e->raw_tp) : "");
	return 0;
}

int engine_open(const struct engine_options *options, struct engine **out, char *why)
{
	struct engine *e = calloc(1, sizeof(*e));
	int err;

	if (!e)
		return fail(why, -ENOMEM, "out of memory");
	e->options = *options;
	e->n_cpus = libbpf_num_possible_cpus();
	err = e->n_cpus < 0 ? fail(why, e->n_cpus, "can't tell the number of processors")
			    : make_rings(e, why);
	if (!err)
		err = load_template(e, why);
	if (!err) {
		err = funcinfo_btf(&e->funcinfo);
		if (err)
			fail(why, err, "could not load BTF for programs: %s", strerror(-err));
	}
	if (err) {
		engine_free(e);
		return err;
	}
	*out = e;
	return 0;
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	for (uint32_t i = 0; e->rings && i < e->options.rings; i++)
		if (e->rings[i] >= 0)
			close(e->rings[i]);
	free(e->rings);
	capture_free(e->raw_tp);
	btf__free(e->funcinfo);
	free(e);
}

/* --- programs ------------------------------------------------------------- */

static void chain_hooks(struct chain_hook *chain, const struct engine_hook *hooks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		chain[i].program = (uint32_t)i;
		for (int a = 0; a < CHAIN_ARGS; a++) {
			int arg = hooks[i].args[a];

			chain[i].args[a] =
				(int16_t)(arg < 0 ? CHAIN_NO_ARG
						  : (int)offsetof(struct retis_ctx, args[arg]));
		}
	}
}

static uint64_t configuration(const struct probe *probe, const struct engine_hook *hooks, size_t n)
{
	int skb = prototype_find(&probe->proto, "struct sk_buff *");
	uint32_t wanted = skb < 0 ? 0 : 1u << skb;

	for (size_t i = 0; i < n; i++)
		for (int a = 0; a < CHAIN_ARGS; a++)
			if (hooks[i].args[a] >= 0)
				wanted |= 1u << hooks[i].args[a];
	return CONFIG_MAKE(probe->number, wanted, skb < 0 ? CONFIG_NO_SKB : skb);
}

static int splice_probe(const struct splice_code *template, const struct probe *probe,
			const struct engine_hook *hooks, size_t n, struct splice_result *result)
{
	struct splice_fill fills[2] = { { .slot = RETIS_SLOT_CONFIG },
					{ .slot = RETIS_SLOT_CHAIN } };
	struct chain_hook *chain = calloc(n ? n : 1, sizeof(*chain));
	struct splice_code *programs = calloc(n ? n : 1, sizeof(*programs));
	struct splice_error error;
	int err = -ENOMEM;

	if (!chain || !programs)
		goto out;
	chain_hooks(chain, hooks, n);
	for (size_t i = 0; i < n; i++)
		programs[i] = *hooks[i].code;
	err = chain_constant(configuration(probe, hooks, n), &fills[0].code);
	if (!err)
		err = chain_build(chain, n, &fills[1].code);
	if (!err)
		err = splice_link(&(struct splice_input){ *template, fills, 2, programs, n },
				  result, &error);
out:
	splice_code_fini(&fills[0].code);
	splice_code_fini(&fills[1].code);
	free(chain);
	free(programs);
	return err;
}

static int load(struct engine *e, const struct splice_result *result, char *why)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_btf_fd = (uint32_t)btf__fd(e->funcinfo),
		    .func_info_cnt = (uint32_t)result->n_parts,
		    .func_info_rec_size = sizeof(struct bpf_func_info));
	struct bpf_func_info *records;
	int fd, err = funcinfo_records(result, &records);

	if (err)
		return fail(why, err, "out of memory");
	opts.func_info = records;
	fd = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "retis", "GPL", result->code.insns,
			   result->code.count, &opts);
	if (fd < 0) {
		fd = -errno;
		verifier_explain(&result->code, &opts, fd, why, ENGINE_WHY_SIZE);
	}
	free(records);
	return fd;
}

int engine_load(struct engine *e, struct probe *probe, const struct engine_hook *hooks, size_t n,
		char *why)
{
	const struct splice_code *template = capture_find(e->raw_tp, "probe");
	struct splice_result result = {};
	int fd, err;

	if (!template)
		return fail(why, -ENOENT, "the probe template has no program");
	err = splice_probe(template, probe, hooks, n, &result);
	if (err)
		return fail(why, err, "can't be spliced: %s", strerror(-err));
	fd = load(e, &result, why);
	splice_result_fini(&result);
	if (fd < 0)
		return fd;
	probe->prog_fd = fd;
	return 0;
}

int engine_attach(struct probe *probe, char *why)
{
	int fd = bpf_raw_tracepoint_open(probe_spec_name(&probe->spec), probe->prog_fd);

	if (fd < 0)
		return fail(why, -errno, "can't be attached: %s", strerror(errno));
	probe->link_fd = fd;
	return 0;
}

void engine_detach(struct probe *probe)
{
	if (probe->link_fd >= 0)
		close(probe->link_fd);
	probe->link_fd = -1;
}

void engine_unload(struct probe *probe)
{
	engine_detach(probe);
	if (probe->prog_fd >= 0)
		close(probe->prog_fd);
	probe->prog_fd = -1;
}

int engine_enable(struct engine *e, bool on)
{
	struct collect_state state = { .enabled = on };
	uint32_t zero = 0;

	return bpf_map_update_elem(e->state_fd, &zero, &state, BPF_ANY) ? -errno : 0;
}

const int *engine_rings(const struct engine *e)
{
	return e->rings;
}

/* --- losses --------------------------------------------------------------- */

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
		sum->ring_full += each[i].ring_full;
		sum->ring_bytes += each[i].ring_bytes;
		sum->nesting += each[i].nesting;
		sum->space += each[i].space;
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

static int program_info(const struct probe *probe, struct bpf_prog_info *info)
{
	uint32_t size = sizeof(*info);

	memset(info, 0, sizeof(*info));
	return bpf_obj_get_info_by_fd(probe->prog_fd, info, &size) ? -errno : 0;
}

int engine_skipped(const struct probe *probe, uint64_t *runs)
{
	struct bpf_prog_info info;
	int err = program_info(probe, &info);

	if (!err)
		*runs = info.recursion_misses;
	return err;
}

int engine_run_time(const struct probe *probe, uint64_t *runs, uint64_t *ns)
{
	struct bpf_prog_info info;
	int err = program_info(probe, &info);

	if (err)
		return err;
	*runs = info.run_cnt;
	*ns = info.run_time_ns;
	return 0;
}
