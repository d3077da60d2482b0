/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of core/kernel only. */
#ifndef KERNEL_PRIVATE_H
#define KERNEL_PRIVATE_H

#include "core/kernel/kernel.h"
#include "core/kernel/symbols.h"

struct kernel {
	struct btf *btf;
	int btf_error;
	struct symbols symbols;
	/* Text of the kernel's configuration, NULL if not read or not there. */
	char *config;
	bool config_tried;
};

/* The whole of a file of unknown size, terminated; NULL with errno set. */
char *read_file(const char *path, size_t *size);

#endif
