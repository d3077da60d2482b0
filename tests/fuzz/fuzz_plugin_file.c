/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a plugin's file: what may be given to the dynamic linker has all that its headers
 * promise, the rest is refused with a reason.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/plugin/private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct self self;
	struct reason reason = { "" };
	int fd = memfd_create("plugin", MFD_CLOEXEC), err;

	if (fd < 0 || (!self.path && self_init(&self)))
		return 0;
	if (write(fd, data, size) == (ssize_t)size) {
		err = check_elf(&self, fd, size, &reason);
		if (err && (err != -EINVAL || !*reason.text))
			abort();
		if (!err && size < sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr))
			abort();
		if (!err)
			check_libraries(&self, fd, &reason);
	}
	close(fd);
	return 0;
}
