/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tracepoints and their parameters, from BTF alone: for each tracepoint X the
 * kernel has a typedef btf_trace_X of a pointer to the prototype of its probes
 * (include/trace/bpf_probe.h). Groups are only known to tracefs.
 */
#include "core/kernel/kernel.h"

#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/kernel/private.h"
#include "core/util/nearest.h"

#define TYPEDEF_PREFIX "btf_trace_"

static const struct btf_type *skip_modifiers(const struct btf *btf, const struct btf_type *t)
{
	while (t &&
	       (btf_is_const(t) || btf_is_volatile(t) || btf_is_restrict(t) || btf_is_type_tag(t)))
		t = btf__type_by_id(btf, t->type);
	return t;
}

static const char *keyword(const struct btf_type *t)
{
	if (btf_is_struct(t))
		return "struct ";
	if (btf_is_union(t))
		return "union ";
	if (btf_is_any_enum(t))
		return "enum ";
	if (btf_is_fwd(t))
		return btf_kflag(t) ? "union " : "struct ";
	return "";
}

/* "struct sk_buff **": levels of indirection are part of a type. */
static void name_type(const struct btf *btf, uint32_t id, char *text, size_t size)
{
	const struct btf_type *t = skip_modifiers(btf, btf__type_by_id(btf, id));
	char stars[8] = "";
	unsigned int depth = 0;
	const char *name;

	text[0] = '\0';
	while (t && btf_is_ptr(t)) {
		if (depth == sizeof(stars) - 1)
			return;
		stars[depth++] = '*';
		if (!t->type) {
			snprintf(text, size, "void %s", stars);
			return;
		}
		t = skip_modifiers(btf, btf__type_by_id(btf, t->type));
	}
	name = t ? btf__name_by_offset(btf, t->name_off) : NULL;
	if (!name || !*name || btf_is_func_proto(t))
		return;
	snprintf(text, size, "%s%s%s%s", keyword(t), name, depth ? " " : "", stars);
}

static int read_prototype(const struct btf *btf, const struct btf_type *func,
			  struct prototype *proto)
{
	const struct btf_param *p = btf_params(func);
	unsigned int n = btf_vlen(func);

	/* The first one is the data pointer of the tracepoint's probe. */
	if (n < 1 || n - 1 > PROTOTYPE_MAX_ARGS)
		return -EINVAL;
	proto->n_args = n - 1;
	for (unsigned int i = 0; i < proto->n_args; i++)
		name_type(btf, p[i + 1].type, proto->args[i].type, sizeof(proto->args[i].type));
	return 0;
}

int kernel_tracepoint(struct kernel *k, const char *name, struct prototype *proto)
{
	struct btf *btf = kernel_btf(k);
	const struct btf_type *t;
	char type[128];
	int id;

	if (!btf)
		return -errno;
	if (snprintf(type, sizeof(type), TYPEDEF_PREFIX "%s", name) >= (int)sizeof(type))
		return -ENOENT;
	id = btf__find_by_name_kind(btf, type, BTF_KIND_TYPEDEF);
	if (id <= 0)
		return -ENOENT;
	t = btf__type_by_id(btf, (uint32_t)id);
	t = btf__type_by_id(btf, t->type);
	if (!t || !btf_is_ptr(t))
		return -EINVAL;
	t = btf__type_by_id(btf, t->type);
	if (!t || !btf_is_func_proto(t))
		return -EINVAL;
	return read_prototype(btf, t, proto);
}

int kernel_has_tracepoint(struct kernel *k, const char *name)
{
	const char *colon = strchr(name, ':');
	struct prototype proto;
	int err = kernel_tracepoint(k, colon ? colon + 1 : name, &proto);

	return err == -ENOENT ? 0 : err < 0 ? err : 1;
}

static bool type_listed(const char *types, const char *type)
{
	size_t n = strlen(type);

	while (n && *types) {
		size_t len = strcspn(types, "|");

		if (len == n && !memcmp(types, type, n))
			return true;
		types += len + (types[len] == '|');
	}
	return false;
}

int prototype_find(const struct prototype *proto, const char *types)
{
	for (unsigned int i = 0; i < proto->n_args; i++)
		if (type_listed(types, proto->args[i].type))
			return (int)i;
	return -1;
}

void kernel_tracepoint_nearest(struct kernel *k, const char *name, char *text, size_t size)
{
	struct nearest nearest = { .wanted = name };
	struct btf *btf = kernel_btf(k);
	uint32_t n = btf ? btf__type_cnt(btf) : 0;

	for (uint32_t id = 1; id < n; id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);
		const char *type = btf__name_by_offset(btf, t->name_off);

		if (btf_is_typedef(t) && type &&
		    !strncmp(type, TYPEDEF_PREFIX, strlen(TYPEDEF_PREFIX)))
			nearest_consider(&nearest, type + strlen(TYPEDEF_PREFIX));
	}
	nearest_text(&nearest, text, size);
}

int kernel_event_in_group(const char *group, const char *name)
{
	static const char *const mounts[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	char path[512];

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		snprintf(path, sizeof(path), "%s/events", mounts[i]);
		if (access(path, R_OK | X_OK))
			continue;
		snprintf(path, sizeof(path), "%s/events/%s/%s", mounts[i], group, name);
		return access(path, F_OK) == 0;
	}
	return -ENOENT;
}
