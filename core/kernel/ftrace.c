/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/kernel/ftrace.h"

#include <fcntl.h>
#include <unistd.h>

bool ftrace_is_off(void)
{
	int fd = open("/proc/sys/kernel/ftrace_enabled", O_RDONLY | O_CLOEXEC);
	char on = '1';

	if (fd < 0)
		return false;
	if (read(fd, &on, 1) != 1)
		on = '1';
	close(fd);
	return on == '0';
}
