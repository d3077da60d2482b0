/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tracepoints and their parameters, from BTF alone: for each tracepoint X the
 * kernel has a typedef btf_trace_X of a pointer to the prototype of its probes
 * (include/trace/bpf_probe.h), and a function __traceiter_X that calls these and
 * whose parameters have names. Groups are only known to tracefs.
 */
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/kernel/private.h"
#include "core/util/nearest.h"
#include "core/util/pattern.h"

#define CALLER "__traceiter_"
#define PREFIX_LENGTH (sizeof(TYPES_TRACEPOINT) - 1)

/* The typedef's pointer's function. */
static int read_typedef(const struct btf *btf, uint32_t id, struct prototype *proto)
{
	const struct btf_type *t = btf__type_by_id(btf, id);

	t = btf__type_by_id(btf, t->type);
	if (!t || !btf_is_ptr(t))
		return -EINVAL;
	/* The first parameter is the data pointer of the tracepoint's probe. */
	return prototype_read(btf, t->type, 1, proto);
}

/* Where the caller is not there, or is another one's, parameters stay without names. */
static void name_parameters(struct types *types, const char *tracepoint, struct prototype *proto)
{
	char caller[sizeof(CALLER) + 128];
	const struct btf_type *t;
	struct prototype named;
	int id;

	snprintf(caller, sizeof(caller), CALLER "%s", tracepoint);
	id = types_find(types, caller, BTF_KIND_FUNC);
	t = id < 0 ? NULL : btf__type_by_id(types->btf, (uint32_t)id);
	if (!t || prototype_read(types->btf, t->type, 1, &named) || named.n_args != proto->n_args)
		return;
	for (unsigned int i = 0; i < proto->n_args; i++)
		memcpy(proto->args[i].name, named.args[i].name, sizeof(named.args[i].name));
}

/* TYPE is the typedef's name. */
static int find_in(struct types *types, const char *type, struct prototype *proto)
{
	int id = types_find(types, type, BTF_KIND_TYPEDEF);
	int err = id < 0 ? id : read_typedef(types->btf, (uint32_t)id, proto);

	if (!err)
		name_parameters(types, type + PREFIX_LENGTH, proto);
	return err;
}

int kernel_tracepoint(struct kernel *k, const char *name, struct prototype *proto)
{
	struct types *types = types_of(k, "");
	char type[128];
	int err;

	if (!types)
		return -errno;
	if (snprintf(type, sizeof(type), TYPES_TRACEPOINT "%s", name) >= (int)sizeof(type))
		return -ENOENT;
	err = find_in(types, type, proto);
	if (err != -ENOENT)
		return err;
	types_load_modules(k);
	for (size_t i = 0; i < k->n_modules && err == -ENOENT; i++)
		if (k->modules[i].types.btf)
			err = find_in(&k->modules[i].types, type, proto);
	return err;
}

int kernel_has_tracepoint(struct kernel *k, const char *name)
{
	const char *colon = strchr(name, ':');
	struct prototype proto;
	int err = kernel_tracepoint(k, colon ? colon + 1 : name, &proto);

	return err == -ENOENT ? 0 : err < 0 ? err : 1;
}

/* --- all of them ---------------------------------------------------------- */

/* Calls EACH with all names there are in TYPES until it fails. */
static int each_tracepoint(const struct types *types, int (*each)(void *arg, const char *name),
			   void *arg)
{
	uint32_t n = btf__type_cnt(types->btf);
	int err = 0;

	for (uint32_t id = types->first; id < n && !err; id++) {
		const struct btf_type *t = btf__type_by_id(types->btf, id);
		const char *name = btf__name_by_offset(types->btf, t->name_off);

		if (btf_is_typedef(t) && name && !strncmp(name, TYPES_TRACEPOINT, PREFIX_LENGTH))
			err = each(arg, name + PREFIX_LENGTH);
	}
	return err;
}

static int all_tracepoints(struct kernel *k, int (*each)(void *arg, const char *name), void *arg)
{
	struct types *types = types_of(k, "");
	int err;

	if (!types)
		return -errno;
	err = each_tracepoint(types, each, arg);
	types_load_modules(k);
	for (size_t i = 0; i < k->n_modules && !err; i++)
		if (k->modules[i].types.btf)
			err = each_tracepoint(&k->modules[i].types, each, arg);
	return err;
}

static int consider_name(void *arg, const char *name)
{
	nearest_consider(arg, name);
	return 0;
}

void kernel_tracepoint_nearest(struct kernel *k, const char *name, char *text, size_t size)
{
	struct nearest nearest = { .wanted = name };

	all_tracepoints(k, consider_name, &nearest);
	nearest_text(&nearest, text, size);
}

/* A line "group:name" to the end of the text. */
static int print_tracepoint(void *arg, const char *name)
{
	char group[32];

	if (!tracepoint_group(name, group, sizeof(group)))
		return 0;
	return fprintf(arg, "%s:%s\n", group, name) < 0 ? -ENOMEM : 0;
}

static int events_of_types(struct kernel *k)
{
	char *text = NULL;
	size_t size;
	FILE *out;
	int err;

	if (k->events.tried)
		return k->events.error;
	k->events.tried = true;
	out = open_memstream(&text, &size);
	if (!out)
		return k->events.error = -ENOMEM;
	err = all_tracepoints(k, print_tracepoint, out);
	if (fclose(out) && !err)
		err = -ENOMEM;
	if (err)
		free(text);
	return err ? (k->events.error = err) : word_list_take(&k->events, text);
}

static bool tracepoint_matches(const char *pattern, const char *event)
{
	const char *colon = strchr(event, ':');

	return pattern_match(pattern, event) ||
	       (!strchr(pattern, ':') && colon && pattern_match(pattern, colon + 1));
}

int kernel_list_tracepoints(struct kernel *k, const char *pattern, struct name_list *list)
{
	const struct word_list *events = &k->tracefs.events;
	int err = tracefs_events(&k->tracefs);

	if (err) {
		events = &k->events;
		err = events_of_types(k);
	}
	for (size_t i = 0; i < events->n && !err; i++)
		if (tracepoint_matches(pattern, events->words[i]))
			err = name_list_add(list, events->words[i]);
	if (!err)
		name_list_sort(list);
	return err;
}
