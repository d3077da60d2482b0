/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's BTF, and what can be read from it about types and functions. */
#include "core/kernel/kernel.h"

#include <bpf/btf.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/kernel/private.h"

struct kernel *kernel_new(void)
{
	return calloc(1, sizeof(struct kernel));
}

static void close_sources(struct kernel *k)
{
	types_fini(k);
	btf__free(k->btf);
	symbols_fini(&k->symbols);
	tracefs_fini(&k->tracefs);
	word_list_fini(&k->events);
}

void kernel_free(struct kernel *k)
{
	if (!k)
		return;
	close_sources(k);
	free(k->config);
	free(k);
}

void kernel_forget(struct kernel *k)
{
	close_sources(k);
	*k = (struct kernel){ .config = k->config,
			      .config_tried = k->config_tried,
			      .tracefs.spare = k->tracefs.spare };
	malloc_trim(0);
}

struct btf *kernel_btf(struct kernel *k)
{
	if (!k->btf && !k->btf_error) {
		k->btf = btf__load_vmlinux_btf();
		if (!k->btf)
			k->btf_error = errno ? errno : ENOENT;
	}
	if (!k->btf)
		errno = k->btf_error;
	return k->btf;
}

static int find_type_id(struct kernel *k, const char *name)
{
	static const uint32_t kinds[] = { BTF_KIND_STRUCT, BTF_KIND_UNION, BTF_KIND_ENUM,
					  BTF_KIND_ENUM64 };
	struct btf *btf = kernel_btf(k);

	if (!btf)
		return -errno;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		int id = btf__find_by_name_kind(btf, name, kinds[i]);

		if (id > 0)
			return id;
	}
	return -ENOENT;
}

int kernel_has_type(struct kernel *k, const char *name)
{
	int id = find_type_id(k, name);

	return id > 0 ? 1 : id == -ENOENT ? 0 : id;
}

int kernel_has_c_type(struct kernel *k, const char *type)
{
	static const char *const keywords[] = { "struct ", "union ", "enum " };
	static const uint32_t kinds[] = { BTF_KIND_TYPEDEF, BTF_KIND_INT, BTF_KIND_FLOAT };
	size_t n = strcspn(type, "*");
	char name[128];

	while (n && type[n - 1] == ' ')
		n--;
	snprintf(name, sizeof(name), "%.*s", (int)n, type);
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (!strncmp(name, keywords[i], strlen(keywords[i])))
			return kernel_has_type(k, name + strlen(keywords[i]));
	if (!strcmp(name, "void"))
		return 1;
	if (!kernel_btf(k))
		return -errno;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (btf__find_by_name_kind(k->btf, name, kinds[i]) > 0)
			return 1;
	return 0;
}

int kernel_type_size(struct kernel *k, const char *name)
{
	int id = find_type_id(k, name);

	return id > 0 ? (int)btf__resolve_size(k->btf, (uint32_t)id) : id;
}

static bool has_member(const struct btf *btf, const struct btf_type *type, const char *name,
		       unsigned int depth)
{
	const struct btf_member *m = btf_members(type);

	for (unsigned int i = 0; i < btf_vlen(type); i++, m++) {
		const char *member = btf__name_by_offset(btf, m->name_off);
		const struct btf_type *t = btf__type_by_id(btf, m->type);

		if (member && !strcmp(member, name))
			return true;
		if (member && !*member && t && btf_is_composite(t) && depth < 8 &&
		    has_member(btf, t, name, depth + 1))
			return true;
	}
	return false;
}

int kernel_has_field(struct kernel *k, const char *type_member)
{
	const char *dot = strchr(type_member, '.');
	const struct btf_type *type;
	char name[128];
	int id;

	if (!dot || (size_t)(dot - type_member) >= sizeof(name))
		return -EINVAL;
	memcpy(name, type_member, (size_t)(dot - type_member));
	name[dot - type_member] = '\0';
	id = find_type_id(k, name);
	if (id < 0)
		return id == -ENOENT ? 0 : id;
	type = btf__type_by_id(k->btf, (uint32_t)id);
	return btf_is_composite(type) && has_member(k->btf, type, dot + 1, 0);
}

void kernel_spare_tracefs(struct kernel *k, bool spare)
{
	k->tracefs.spare = spare;
}

void kernel_read_ahead(struct kernel *k)
{
	symbols_read_ahead(&k->symbols);
}

bool kernel_reads_direct(struct kernel *k)
{
	struct btf *btf = kernel_btf(k);

	return btf && btf__find_by_name_kind(btf, "bpf_rdonly_cast", BTF_KIND_FUNC) > 0;
}
