/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of core/kernel only. */
#ifndef KERNEL_PRIVATE_H
#define KERNEL_PRIVATE_H

#include "core/kernel/kernel.h"

/* The text of /proc/kallsyms. */
struct symbols {
	char *text;
	bool loaded;
	int error;
};

struct kernel {
	struct btf *btf;
	int btf_error;
	struct symbols symbols;
	/* Text of the kernel's configuration, NULL if not read or not there. */
	char *config;
	bool config_tried;
};

void symbols_fini(struct symbols *symbols);

/* The whole of a file of unknown size, terminated; NULL with errno set. */
char *read_file(const char *path, size_t *size);

#endif
