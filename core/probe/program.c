/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Splicing and loading programs, one for each probe or for many that look alike. */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpf/slot.h"
#include "core/probe/capture.h"
#include "core/probe/engine_private.h"
#include "core/probe/funcinfo.h"
#include "core/probe/read_args.h"
#include "core/probe/verifier.h"
#include "core/usdt/usdt.h"
#include "core/util/insn.h"

/* What is to be built. */
struct order {
	const struct backend_ops *ops;
	/* Of the template. */
	const char *program;
	const struct probe *probe;
	const struct engine_hook *hooks;
	size_t n;
	struct layout layout;
	struct chain_hook *chain;
	const struct engine_filters *filters;
};

static uint64_t filter_bits(const struct engine_filters *f)
{
	return !f ? 0
		  : (f->l2.count ? CONFIG_WITH_PACKET_FILTER : 0) |
			       (f->inner_l2.count ? CONFIG_WITH_INNER_FILTER : 0) |
			       (f->meta.count ? CONFIG_WITH_META_FILTER : 0);
}

static int order_make(const struct engine *e, struct order *o, char *why)
{
	struct layout_input input = {
		.probe = o->probe,
		.hooks = o->hooks,
		.n = o->n,
		.shared = o->ops->shared,
		.returns = backend_returns(o->ops),
		.track = e->options.track_size && !backend_is_user(o->ops),
		.windows = e->options.windows && !backend_is_user(o->ops),
		.stack = e->options.stacks && !backend_is_user(o->ops),
		.filters = backend_is_user(o->ops) ? 0 : filter_bits(o->filters),
		.bare = o->probe->asked && (backend_is_user(o->ops) || backend_returns(o->ops)),
		.registers = o->ops->registers ? BACKEND_ARG_REGISTERS : PROTOTYPE_MAX_ARGS,
	};
	const char *reason = "its hooks want too many arguments";
	int err;

	o->chain = calloc(o->n + 1, sizeof(*o->chain));
	if (!o->chain)
		return engine_fail(why, -ENOMEM, "out of memory");
	err = layout_make(&input, &o->layout, o->chain, &reason);
	return err ? engine_fail(why, err, "%s", reason) : 0;
}

/* The hook's instructions, which get the places of its arguments. */
static int copy_hook(const struct engine_hook *hook, const struct chain_hook *chain,
		     struct splice_code *copy)
{
	size_t size = hook->code->count * sizeof(*copy->insns);

	*copy = (struct splice_code){ .insns = malloc(size), .count = hook->code->count };
	if (!copy->insns)
		return -ENOMEM;
	memcpy(copy->insns, hook->code->insns, size);
	return chain_place_args(chain, copy);
}

static int link_parts(const struct order *o, const struct splice_code *template,
		      const struct splice_fill *fills, size_t n_fills, struct splice_result *result)
{
	struct splice_code *programs = calloc(o->n + 1, sizeof(*programs));
	struct splice_input input = { *template, fills, n_fills, programs, o->n };
	struct splice_error error;
	int err = programs ? 0 : -ENOMEM;

	for (size_t i = 0; i < o->n && !err; i++)
		err = copy_hook(&o->hooks[i], &o->chain[i], &programs[i]);
	if (!err)
		err = splice_link(&input, result, &error);
	for (size_t i = 0; programs && i < o->n; i++)
		splice_code_fini(&programs[i]);
	free(programs);
	return err;
}

/* Slots for what every packet passes. */
#define FILTER_FILLS 5

/* Without filters all do. */
static void fill_filters(const struct engine_filters *f, struct splice_fill fills[FILTER_FILLS])
{
	static struct bpf_insn all[] = { INSN_MOV(BPF_REG_0, 1), INSN_EXIT() };
	static const struct engine_filters none;
	const struct splice_code pass = { all, 2 };

	f = f ? f : &none;
	fills[0] = (struct splice_fill){ RETIS_SLOT_L2, f->l2 };
	fills[1] = (struct splice_fill){ RETIS_SLOT_L3, f->l3 };
	fills[2] = (struct splice_fill){ RETIS_SLOT_INNER_L2, f->inner_l2 };
	fills[3] = (struct splice_fill){ RETIS_SLOT_INNER_L3, f->inner_l3 };
	fills[4] = (struct splice_fill){ RETIS_SLOT_META, f->meta };
	for (size_t i = 0; i < FILTER_FILLS; i++)
		if (!fills[i].code.count)
			fills[i].code = pass;
}

/* Slots whose code is this order's own, behind those whose code is shared. */
#define OWN_FILLS 8

/* Where arguments are: known to the template, but for their widths, or code of its own. */
static int fill_args(const struct order *o, struct splice_fill *fill)
{
	if (!backend_is_user(o->ops)) {
		fill->slot = RETIS_SLOT_WIDTHS;
		return chain_constant(o->layout.widths, &fill->code);
	}
	fill->slot = RETIS_SLOT_USER_ARGS;
	return read_args_build(o->probe->site->args, CONFIG_ARGS(o->layout.config), &fill->code);
}

static int fill_own(const struct order *o, struct splice_fill fills[OWN_FILLS])
{
	static const struct {
		uint16_t slot;
		enum retis_stage stage;
	} chains[] = {
		{ RETIS_SLOT_CHAIN, RETIS_STAGE_COLLECT },
		{ RETIS_SLOT_BEFORE, RETIS_STAGE_BEFORE },
		{ RETIS_SLOT_AFTER, RETIS_STAGE_AFTER },
		{ RETIS_SLOT_CALL_FILTER, ENGINE_STAGE_FILTER },
		{ RETIS_SLOT_PACKET, RETIS_STAGE_PACKET },
		{ RETIS_SLOT_STANDIN, RETIS_STAGE_STANDIN },
	};
	int err;

	fills[0].slot = RETIS_SLOT_CONFIG;
	err = chain_constant(o->layout.config, &fills[0].code);
	if (!err)
		err = fill_args(o, &fills[1]);
	for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]) && !err; i++) {
		fills[2 + i].slot = chains[i].slot;
		err = chain_build(o->chain, o->n, chains[i].stage, &fills[2 + i].code);
	}
	return err;
}

static int splice_order(const struct order *o, const struct splice_code *template,
			struct splice_result *result)
{
	struct splice_fill fills[FILTER_FILLS + OWN_FILLS] = {};
	int err = fill_own(o, fills + FILTER_FILLS);
	/* Where functions return it is too late to say which packet it is. */
	size_t unused = backend_returns(o->ops) ? 2 : 0;

	fill_filters(o->filters, fills);
	if (!err)
		err = link_parts(o, template, fills, FILTER_FILLS + OWN_FILLS - unused, result);
	for (size_t i = 0; i < OWN_FILLS; i++)
		splice_code_fini(&fills[FILTER_FILLS + i].code);
	return err;
}

/* The module's BTF, whose types the program is bound to. */
static int open_module_btf(const struct probe *probe)
{
	int fd = probe->btf_object ? bpf_btf_get_fd_by_id(probe->btf_object) : 0;

	return fd < 0 ? -errno : fd;
}

static int load_bound(struct engine *e, const struct backend_ops *ops, int btf,
		      const struct probe *probe, const struct splice_result *result, char *why)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_btf_fd = (uint32_t)btf__fd(e->funcinfo),
		    .func_info_cnt = (uint32_t)result->n_parts,
		    .func_info_rec_size = sizeof(struct bpf_func_info),
		    .expected_attach_type = (enum bpf_attach_type)ops->attach_type);
	struct bpf_func_info *records;
	int fd, err = funcinfo_records(result, &records);

	if (err)
		return engine_fail(why, err, "out of memory");
	opts.func_info = records;
	if (ops->typed) {
		opts.attach_btf_id = probe->btf_id;
		opts.attach_btf_obj_fd = (uint32_t)btf;
	}
	fd = bpf_prog_load(ops->type, "retis", "GPL", result->code.insns, result->code.count,
			   &opts);
	if (fd < 0) {
		fd = -errno;
		verifier_explain(ops->type, &result->code, &opts, fd, why, ENGINE_WHY_SIZE);
	}
	free(records);
	return fd;
}

static int load_spliced(struct engine *e, const struct backend_ops *ops, const struct probe *probe,
			const struct splice_result *result, char *why)
{
	int fd, btf = ops->typed ? open_module_btf(probe) : 0;

	if (btf < 0)
		return engine_fail(why, btf, "no BTF of module %s: %s", probe->module,
				   strerror(-btf));
	fd = load_bound(e, ops, btf, probe, result, why);
	if (btf > 0)
		close(btf);
	return fd;
}

static int find_code(struct engine *e, const struct backend_ops *ops, const char *name,
		     const struct splice_code **code, char *why)
{
	struct capture *template;
	int err = engine_template(e, (enum template)ops->template, &template, why);

	if (err)
		return err;
	*code = capture_find(template, name);
	return *code ? 0 : engine_fail(why, -ENOENT, "the probe template has no program");
}

/* The program's fd. */
static int build_program(struct engine *e, const struct order *o, char *why)
{
	struct splice_result result = {};
	const struct splice_code *code;
	int fd, err = find_code(e, o->ops, o->program, &code, why);

	if (err)
		return err;
	err = splice_order(o, code, &result);
	if (err)
		return engine_fail(why, err, "can't be spliced: %s", strerror(-err));
	fd = load_spliced(e, o->ops, o->probe, &result, why);
	splice_result_fini(&result);
	return fd;
}

static bool is_same(const struct program *p, const struct order *o, enum backend backend)
{
	if (p->backend != backend || p->layout.config != o->layout.config ||
	    p->layout.widths != o->layout.widths || p->n_hooks != o->n)
		return false;
	for (size_t i = 0; i < o->n; i++)
		if (p->code[i] != o->hooks[i].code ||
		    memcmp(&p->chain[i], &o->chain[i], sizeof(o->chain[i])))
			return false;
	return true;
}

static struct program *find_program(const struct engine *e, const struct order *o,
				    enum backend backend)
{
	for (struct program *p = o->ops->shared ? e->programs : NULL; p; p = p->next)
		if (is_same(p, o, backend))
			return p;
	return NULL;
}

void program_free(struct program *p)
{
	if (!p)
		return;
	if (p->fd >= 0)
		close(p->fd);
	if (p->entry > 0)
		close(p->entry);
	free(p->code);
	free(p->chain);
	free(p);
}

/* Takes the order's chain. */
static int add_program(struct engine *e, struct order *o, enum backend backend,
		       struct program **out, char *why)
{
	struct program *p = calloc(1, sizeof(*p));

	if (p)
		p->code = calloc(o->n + 1, sizeof(*p->code));
	if (!p || !p->code) {
		free(p);
		return engine_fail(why, -ENOMEM, "out of memory");
	}
	p->fd = build_program(e, o, why);
	if (p->fd < 0) {
		int err = p->fd;

		program_free(p);
		return err;
	}
	p->backend = backend;
	p->layout = o->layout;
	p->n_hooks = o->n;
	for (size_t i = 0; i < o->n; i++)
		p->code[i] = o->hooks[i].code;
	p->chain = o->chain;
	o->chain = NULL;
	p->next = e->programs;
	e->programs = p;
	*out = p;
	return 0;
}

int program_get(struct engine *e, struct probe *probe, enum backend backend, char *why)
{
	struct placement *place = engine_place(e, probe);
	struct order o = { .ops = backend_get(backend),
			   .program = backend_get(backend)->program,
			   .probe = probe,
			   .hooks = place->hooks,
			   .n = place->n_hooks,
			   .filters = e->options.filters };
	struct program *program = NULL;
	int err = order_make(e, &o, why);

	if (!err) {
		program = find_program(e, &o, backend);
		err = program ? 0 : add_program(e, &o, backend, &program, why);
	}
	free(o.chain);
	if (err)
		return err;
	if (!program->users++)
		program->first = probe;
	place->program = program;
	place->cookie = o.layout.cookie;
	probe->backend = backend;
	probe->prog_fd = program->fd;
	return 0;
}

static void drop_program(struct engine *e, struct program *program)
{
	struct program **at = &e->programs;

	while (*at != program)
		at = &(*at)->next;
	*at = program->next;
	program_free(program);
}

/* The next one speaks for it, if any is left. */
static void hand_over(struct engine *e, struct program *program, const struct probe *first)
{
	if (program->first != first)
		return;
	program->first = NULL;
	for (size_t i = 0; i < e->options.probes; i++)
		if (e->places[i].program == program)
			program->first = first - first->number + i;
}

void program_put(struct engine *e, struct probe *probe)
{
	struct placement *place = engine_place(e, probe);
	struct program *program = place->program;

	probe->prog_fd = -1;
	probe->backend = BACKEND_NONE;
	place->program = NULL;
	if (!program)
		return;
	if (--program->users)
		hand_over(e, program, probe);
	else
		drop_program(e, program);
}

static int splice_entry(const struct engine *e, const struct splice_code *template, uint64_t config,
			struct splice_result *result)
{
	struct splice_fill fills[1 + FILTER_FILLS] = { { .slot = RETIS_SLOT_CONFIG } };
	struct splice_input input = { .template = *template,
				      .fills = fills,
				      .n_fills = 1 + FILTER_FILLS };
	int err = chain_constant(config, &fills[0].code);

	fill_filters(e->options.filters, fills + 1);
	if (!err)
		err = splice_link(&input, result, &(struct splice_error){});
	splice_code_fini(&fills[0].code);
	return err;
}

/* The program called at the entry of functions that OPS is for; its fd. */
static int make_entry(struct engine *e, const struct backend_ops *ops, const struct probe *probe,
		      uint64_t config, char *why)
{
	struct splice_result result = {};
	const struct splice_code *code;
	int fd, err = find_code(e, ops, ops->entry, &code, why);

	if (err)
		return err;
	err = splice_entry(e, code, config, &result);
	if (err)
		return engine_fail(why, err, "can't be spliced: %s", strerror(-err));
	fd = load_spliced(e, ops->typed ? backend_get(BACKEND_FENTRY) : ops, probe, &result, why);
	splice_result_fini(&result);
	return fd;
}

/* Whatever function they are at, cookies tell. */
static uint64_t entry_config(const struct engine *e, const struct program *program)
{
	uint64_t config = program->layout.config;

	return CONFIG_MAKE(0, 0, CONFIG_NO_SKB) | CONFIG_WITH_EVENTS |
	       (e->options.filters && e->options.filters->call ? CONFIG_WITH_NO_BEGIN : 0) |
	       filter_bits(e->options.filters) | (e->options.track_size ? CONFIG_WITH_TRACK : 0) |
	       (CONFIG_WINDOWS(config) ? CONFIG_WITH_WINDOWS | CONFIG_WITH_ROLE(CONFIG_ROLE(config))
				       : 0);
}

int program_entry(struct engine *e, struct program *program, char *why)
{
	const struct backend_ops *ops = backend_get(program->backend);
	bool own = ops->typed || CONFIG_WINDOWS(program->layout.config);
	uint64_t config = ops->typed ? program->layout.config : entry_config(e, program);
	int *fd = own ? &program->entry : &e->entries[program->backend];

	/* Arguments are still there when a typed program is called. */
	if (!ops->entry || (ops->typed && !CONFIG_CALL(config)))
		return 0;
	if (*fd <= 0)
		*fd = make_entry(e, ops, program->first, config, why);
	return *fd;
}

int engine_try_hook(struct engine *e, const struct probe *probe, enum backend backend, size_t index,
		    char *why)
{
	const struct placement *place = engine_place(e, probe);
	struct order o = { .ops = backend_get(backend),
			   .program = backend_get(backend)->program,
			   .probe = probe,
			   .hooks = &place->hooks[index],
			   .n = 1 };
	int fd = order_make(e, &o, why);

	if (!fd)
		fd = build_program(e, &o, why);
	free(o.chain);
	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}
