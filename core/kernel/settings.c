/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/kernel/settings.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

bool setting_read(const char *path, char *line, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, line, size - 1);
	close(fd);
	if (n < 0)
		return false;
	line[n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return true;
}

bool ftrace_is_off(void)
{
	char on[16];

	return setting_read("/proc/sys/kernel/ftrace_enabled", on, sizeof(on)) && *on == '0';
}

bool perf_is_paranoid(void)
{
	char level[16];

	return setting_read("/proc/sys/kernel/perf_event_paranoid", level, sizeof(level)) &&
	       strtol(level, NULL, 10) > 2;
}

const char *lockdown_hides_memory(void)
{
	char levels[64];

	if (!setting_read("/sys/kernel/security/lockdown", levels, sizeof(levels)) ||
	    !strstr(levels, "[confidentiality]"))
		return NULL;
	return "kernel lockdown is 'confidentiality': BPF programs may not read kernel memory; "
	       "boot with lockdown=integrity or without it";
}
