/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libbpf hands a program's finished instructions to the handler of its section
 * just before it loads them. The handler keeps a copy and has libbpf load a
 * stand-in of two instructions, as the hook alone would never verify.
 */
#include "core/probe/capture.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/probe/poison.h"

struct captured {
	const char *name; /* of the bpf_program */
	struct splice_code code;
};

struct capture {
	struct bpf_object *object;
	char error[256];
	struct poison_list poisons;
	struct captured *programs;
	size_t n;
};

/* Whose programs libbpf is loading in this thread: its callback has no other
 * way to know. */
static _Thread_local struct capture *loading;

static int keep_copy(struct capture *c, const struct bpf_program *prog)
{
	size_t count = bpf_program__insn_cnt(prog);
	struct captured *program = &c->programs[c->n];

	program->code.insns = calloc(count, sizeof(*program->code.insns));
	if (!program->code.insns)
		return -ENOMEM;
	memcpy(program->code.insns, bpf_program__insns(prog), count * sizeof(*program->code.insns));
	program->code.count = count;
	program->name = bpf_program__name(prog);
	c->n++;
	return 0;
}

static int prepare_stand_in(struct bpf_program *prog, struct bpf_prog_load_opts *opts, long cookie)
{
	struct bpf_insn stand_in[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int err = loading ? keep_copy(loading, prog) : -EINVAL;

	(void)cookie;
	if (err)
		return err;
	/* Debug information of the original: the kernel would compare. */
	opts->prog_btf_fd = 0;
	opts->func_info_cnt = 0;
	opts->line_info_cnt = 0;
	return bpf_program__set_insns(prog, stand_in, 2);
}

static int register_sections(void)
{
	static const char *const sections[] = { "hook/", "template/" };
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .prog_prepare_load_fn = prepare_stand_in);
	static bool done;

	for (size_t i = 0; i < 2 && !done; i++) {
		int err = libbpf_register_prog_handler(sections[i], BPF_PROG_TYPE_RAW_TRACEPOINT, 0,
						       &opts);

		if (err < 0)
			return err;
	}
	done = true;
	return 0;
}

/*
 * libbpf looks for types that the kernel itself doesn't have in the modules' BTF,
 * and fails if that is not permitted (it takes CAP_SYS_ADMIN). It does not look
 * there if it is told where to find the kernel's.
 */
static const char *btf_path(void)
{
	uint32_t id;

	return bpf_btf_get_next_id(0, &id) && errno == EPERM ? "/sys/kernel/btf/vmlinux" : NULL;
}

int capture_open(const struct retis_object *file, const char *name, struct capture **out)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = name, .btf_custom_path = btf_path());
	size_t size = (size_t)((const char *)file->end - (const char *)file->data);
	struct bpf_program *prog;
	struct capture *c;
	size_t n = 0;
	int err;

	err = register_sections();
	if (err)
		return err;
	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->object = bpf_object__open_mem(file->data, size, &opts);
	if (!c->object) {
		err = -errno;
		capture_free(c);
		return err;
	}
	bpf_object__for_each_program(prog, c->object) n++;
	c->programs = calloc(n ? n : 1, sizeof(*c->programs));
	if (!c->programs) {
		capture_free(c);
		return -ENOMEM;
	}
	*out = c;
	return 0;
}

void capture_free(struct capture *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++)
		splice_code_fini(&c->programs[i].code);
	free(c->programs);
	poison_fini(&c->poisons);
	bpf_object__close(c->object);
	free(c);
}

struct bpf_object *capture_object(const struct capture *c)
{
	return c->object;
}

/* Offset and size of a variable of .rodata, from the object's own BTF. */
static int find_constant(const struct btf *btf, const char *name, uint32_t *offset, uint32_t *size)
{
	int id = btf ? btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC) : -ENOENT;
	const struct btf_type *section;
	const struct btf_var_secinfo *var;

	if (id < 0)
		return -ENOENT;
	section = btf__type_by_id(btf, (uint32_t)id);
	var = btf_var_secinfos(section);
	for (unsigned int i = 0; i < btf_vlen(section); i++, var++) {
		const struct btf_type *t = btf__type_by_id(btf, var->type);
		const char *found = btf__name_by_offset(btf, t->name_off);

		if (found && !strcmp(found, name)) {
			*offset = var->offset;
			*size = var->size;
			return 0;
		}
	}
	return -ENOENT;
}

static struct bpf_map *find_rodata(struct bpf_object *object)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		const char *suffix = strstr(bpf_map__name(map), ".rodata");

		if (suffix && !strcmp(suffix, ".rodata"))
			return map;
	}
	return NULL;
}

int capture_set_constant(struct capture *c, const char *name, const void *value, size_t size)
{
	uint32_t at, room;
	size_t total = 0;
	struct bpf_map *map = find_rodata(c->object);
	const void *old = map ? bpf_map__initial_value(map, &total) : NULL;
	int err = find_constant(bpf_object__btf(c->object), name, &at, &room);
	char *data;

	if (err)
		return err;
	if (!old || size != room || at > total || room > total - at)
		return -EINVAL;
	data = malloc(total);
	if (!data)
		return -ENOMEM;
	memcpy(data, old, total);
	memcpy(data + at, value, size);
	err = bpf_map__set_initial_value(map, data, total);
	free(data);
	return err;
}

int capture_size_map(struct capture *c, const char *name, uint32_t n)
{
	struct bpf_map *map = bpf_object__find_map_by_name(c->object, name);

	return map ? bpf_map__set_max_entries(map, n) : -ENOENT;
}

int capture_map_fd(const struct capture *c, const char *name)
{
	struct bpf_map *map = bpf_object__find_map_by_name(c->object, name);

	return map ? bpf_map__fd(map) : -ENOENT;
}

uint32_t capture_hook_abi(const struct capture *c)
{
	struct bpf_map *map = find_rodata(c->object);
	uint32_t at, size, abi;
	size_t total = 0;
	const char *data = map ? bpf_map__initial_value(map, &total) : NULL;

	if (!data || find_constant(bpf_object__btf(c->object), "retis_bpf_abi", &at, &size) ||
	    size != sizeof(abi) || at > total || size > total - at)
		return 0;
	memcpy(&abi, data + at, sizeof(abi));
	return abi;
}

/* What is spliced together runs under one licence, and the helpers for tracing
 * want it to be compatible with the GPL. */
static int check_object_license(struct capture *c)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, c->object)
	{
		struct bpf_prog_info info = {};
		uint32_t size = sizeof(info);
		int err = bpf_obj_get_info_by_fd(bpf_program__fd(prog), &info, &size);

		if (err)
			return err;
		if (!info.gpl_compatible) {
			snprintf(c->error, sizeof(c->error),
				 "the license of its BPF object is not compatible with the GPL");
			return -EPERM;
		}
	}
	return 0;
}

int capture_load(struct capture *c)
{
	int err;

	loading = c;
	libbpf_log_last();
	libbpf_log_poisons(&c->poisons);
	err = bpf_object__load(c->object);
	libbpf_log_poisons(NULL);
	loading = NULL;
	if (!err)
		return check_object_license(c);
	snprintf(c->error, sizeof(c->error), "%s", libbpf_log_last());
	return err;
}

bool capture_reads_in_vain(const struct capture *c, const char *name, char *text, size_t size)
{
	return poison_name(&c->poisons, name, text, size);
}

const char *capture_error(const struct capture *c)
{
	return c->error;
}

const struct splice_code *capture_find(const struct capture *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->programs[i].name, name))
			return &c->programs[i].code;
	return NULL;
}
