/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions and tracepoints in the BTF of the kernel and of its modules. As with
 * symbols, the first few look-ups search, then there is an index.
 */
#ifndef KERNEL_TYPES_H
#define KERNEL_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/kernel/kernel.h"
#include "core/util/slots.h"

/* Names in one BTF object, without those of the object it extends. */
struct types {
	/* Borrowed if it is the kernel's, else owned; NULL: there is none. */
	struct btf *btf;
	uint32_t first;
	unsigned int searches;
	/* Of functions and of the typedefs that tell about tracepoints. */
	struct slots names;
	bool indexed;
};

struct types_module {
	char name[KERNEL_MODULE_SIZE];
	struct types types;
	bool loaded;
};

/* BTF objects in the kernel that belong to modules. */
struct types_object {
	char name[KERNEL_MODULE_SIZE];
	uint32_t id;
};

/* The typedef btf_trace_X names the prototype of tracepoint X. */
#define TYPES_TRACEPOINT "btf_trace_"

/* MODULE is empty for the kernel itself. NULL with errno set if it has no BTF. */
struct types *types_of(struct kernel *k, const char *module);

/* In all modules' BTF: they are found in /sys/kernel/btf. */
int types_load_modules(struct kernel *k);

/* The id of a BTF_KIND_FUNC or of a BTF_KIND_TYPEDEF for a tracepoint; or
 * -ENOENT. */
int types_find(struct types *types, const char *name, uint32_t kind);

/* The id of a module's BTF object in the kernel; 0: not known. */
uint32_t types_object_id(struct kernel *k, const char *module);

void types_fini(struct kernel *k);

#endif
