/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/kernel/types.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/kernel/private.h"
#include "core/util/hash.h"
#include "core/util/list.h"

#define MODULES_PATH "/sys/kernel/btf"
/* From this many on, an index is cheaper. */
#define MANY_SEARCHES 8

static bool is_indexed(const struct btf_type *t, const char *name, uint32_t kind)
{
	return btf_kind(t) == kind && (kind == BTF_KIND_FUNC ||
				       !strncmp(name, TYPES_TRACEPOINT, strlen(TYPES_TRACEPOINT)));
}

static int index_types(struct types *types)
{
	uint32_t n = btf__type_cnt(types->btf);
	int err = 0;

	types->indexed = true;
	for (uint32_t id = types->first; id < n && !err; id++) {
		const struct btf_type *t = btf__type_by_id(types->btf, id);
		const char *name = btf__name_by_offset(types->btf, t->name_off);

		if (name &&
		    (is_indexed(t, name, BTF_KIND_FUNC) || is_indexed(t, name, BTF_KIND_TYPEDEF)))
			err = slots_add(&types->names, hash_words(name, strlen(name)), id);
	}
	return err;
}

static bool is_type(const struct types *types, uint32_t id, const char *name, uint32_t kind)
{
	const struct btf_type *t = btf__type_by_id(types->btf, id);
	const char *type =
		btf_kind(t) == kind ? btf__name_by_offset(types->btf, t->name_off) : NULL;

	return type && !strcmp(type, name);
}

static int search_types(const struct types *types, const char *name, uint32_t kind)
{
	uint32_t n = btf__type_cnt(types->btf);

	for (uint32_t id = types->first; id < n; id++)
		if (is_type(types, id, name, kind))
			return (int)id;
	return -ENOENT;
}

int types_find(struct types *types, const char *name, uint32_t kind)
{
	struct slot *slot = NULL;

	if (!types->indexed && ++types->searches < MANY_SEARCHES)
		return search_types(types, name, kind);
	if (!types->indexed) {
		int err = index_types(types);

		if (err)
			return err;
	}
	while ((slot = slots_next(&types->names, hash_words(name, strlen(name)), slot)))
		if (is_type(types, slot->number, name, kind))
			return (int)slot->number;
	return -ENOENT;
}

static struct types_module *find_module(struct kernel *k, const char *module)
{
	for (size_t i = 0; i < k->n_modules; i++)
		if (!strcmp(k->modules[i].name, module))
			return &k->modules[i];
	return NULL;
}

static struct types_module *add_module(struct kernel *k, const char *module)
{
	struct types_module *m = find_module(k, module);

	if (m)
		return m;
	if (strlen(module) >= sizeof(m->name) || strchr(module, '/')) {
		errno = ENOENT;
		return NULL;
	}
	if (list_grow((void **)&k->modules, k->n_modules, &k->room_modules, sizeof(*m))) {
		errno = ENOMEM;
		return NULL;
	}
	m = &k->modules[k->n_modules++];
	*m = (struct types_module){};
	snprintf(m->name, sizeof(m->name), "%s", module);
	return m;
}

static void load_module(struct kernel *k, struct types_module *m)
{
	char path[sizeof(MODULES_PATH) + KERNEL_MODULE_SIZE + 1];

	m->loaded = true;
	snprintf(path, sizeof(path), MODULES_PATH "/%s", m->name);
	/* libbpf complains loudly about files that are not there. */
	if (!k->btf || access(path, R_OK))
		return;
	m->types.btf = btf__parse_split(path, k->btf);
	m->types.first = btf__type_cnt(k->btf);
}

struct types *types_of(struct kernel *k, const char *module)
{
	struct types_module *m;
	struct btf *btf = kernel_btf(k);

	if (!btf)
		return NULL;
	if (!*module) {
		k->types.btf = btf;
		k->types.first = 1;
		return &k->types;
	}
	m = add_module(k, module);
	if (!m)
		return NULL;
	if (!m->loaded)
		load_module(k, m);
	if (!m->types.btf)
		errno = ENOENT;
	return m->types.btf ? &m->types : NULL;
}

int types_load_modules(struct kernel *k)
{
	const struct dirent *entry;
	DIR *dir;

	if (k->all_modules)
		return 0;
	k->all_modules = true;
	dir = opendir(MODULES_PATH);
	if (!dir)
		return -errno;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, "vmlinux"))
			types_of(k, entry->d_name);
	closedir(dir);
	return 0;
}

struct btf *kernel_module_btf(struct kernel *k, size_t n)
{
	types_load_modules(k);
	for (size_t i = 0; i < k->n_modules; i++)
		if (k->modules[i].types.btf && !n--)
			return k->modules[i].types.btf;
	return NULL;
}

bool kernel_has_module_btf(struct kernel *k)
{
	return kernel_module_btf(k, 0);
}

static int add_object(struct kernel *k, uint32_t id)
{
	struct types_object object = { .id = id };
	struct bpf_btf_info info = { .name = (uintptr_t)object.name,
				     .name_len = sizeof(object.name) };
	uint32_t size = sizeof(info);
	int fd = bpf_btf_get_fd_by_id(id), err;

	if (fd < 0)
		return 0;
	err = bpf_obj_get_info_by_fd(fd, &info, &size);
	close(fd);
	if (err || !info.kernel_btf)
		return 0;
	err = list_grow((void **)&k->objects, k->n_objects, &k->room_objects, sizeof(object));
	if (!err)
		k->objects[k->n_objects++] = object;
	return err;
}

uint32_t types_object_id(struct kernel *k, const char *module)
{
	uint32_t id = 0;

	if (!k->objects_tried) {
		k->objects_tried = true;
		while (!bpf_btf_get_next_id(id, &id))
			if (add_object(k, id))
				break;
	}
	for (size_t i = 0; i < k->n_objects; i++)
		if (!strcmp(k->objects[i].name, module))
			return k->objects[i].id;
	return 0;
}

void types_fini(struct kernel *k)
{
	for (size_t i = 0; i < k->n_modules; i++) {
		slots_fini(&k->modules[i].types.names);
		btf__free(k->modules[i].types.btf);
	}
	slots_fini(&k->types.names);
	free(k->modules);
	free(k->objects);
}
