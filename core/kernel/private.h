/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of core/kernel only. */
#ifndef KERNEL_PRIVATE_H
#define KERNEL_PRIVATE_H

#include "core/kernel/kernel.h"
#include "core/kernel/symbols.h"
#include "core/kernel/tracefs.h"
#include "core/kernel/types.h"

/* Where no probe can be. */
#define FORBIDDEN_SECTIONS 3

struct address_range {
	uint64_t start, end;
};

struct kernel {
	struct btf *btf;
	int btf_error;
	struct symbols symbols;
	struct address_range forbidden[FORBIDDEN_SECTIONS];
	bool forbidden_known;
	struct tracefs tracefs;
	/* Made of BTF, where tracefs can't be read: as its list of events. */
	struct word_list events;
	struct types types;
	struct types_module *modules;
	size_t n_modules;
	size_t room_modules;
	bool all_modules;
	struct types_object *objects;
	size_t n_objects;
	size_t room_objects;
	bool objects_tried;
	/* Text of the kernel's configuration, NULL if not read or not there. */
	char *config;
	bool config_tried;
};

/* The whole of a file of unknown size, terminated; NULL with errno set. */
char *read_file(const char *path, size_t *size);

/* Of a BTF_KIND_FUNC_PROTO without its first SKIP parameters. -E2BIG: it has
 * more than PROTOTYPE_MAX_ARGS. */
int prototype_read(const struct btf *btf, uint32_t id, unsigned int skip, struct prototype *proto);

/* The group of a tracepoint of the network stack; false: it isn't one. */
bool tracepoint_group(const char *name, char *group, size_t size);

#endif
