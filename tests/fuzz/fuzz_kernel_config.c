/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a kernel's configuration, plain or compressed: refused with a reason, or asked for
 * options.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/kernel/kernel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask_config(const char *path)
{
	struct kernel *k = kernel_new();
	char why[200] = "";
	int found;

	if (!k)
		return;
	if (kernel_use_config(k, path, why, sizeof(why))) {
		if (!*why)
			abort();
	} else {
		found = kernel_has_config(k, "CONFIG_NET");
		if (found != 0 && found != 1)
			abort();
	}
	kernel_free(k);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("config", MFD_CLOEXEC);
	char path[64];

	if (fd < 0)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write(fd, data, size) == (ssize_t)size)
		ask_config(path);
	close(fd);
	return 0;
}
