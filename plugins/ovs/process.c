/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int ovs_read_line(const char *path, char *to, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t n = fd < 0 ? -1 : read(fd, to, size - 1);
	int err = n < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	if (err)
		return err;
	to[n] = '\0';
	to[strcspn(to, "\n")] = '\0';
	return 0;
}

bool ovs_is_pid_text(const char *text)
{
	size_t n = strspn(text, "0123456789");

	return n && n < 10 && !text[n];
}

static bool has_daemon_name(const char *pid)
{
	char path[64], name[32];

	snprintf(path, sizeof(path), "/proc/%.10s/comm", pid);
	return !ovs_read_line(path, name, sizeof(name)) && !strcmp(name, OVS_PROGRAM);
}

int ovs_each_process(int (*use)(void *arg, pid_t pid), void *arg)
{
	DIR *dir = opendir("/proc");
	const struct dirent *entry;
	int err = -ENOENT;

	while (dir && err == -ENOENT && (entry = readdir(dir)))
		if (ovs_is_pid_text(entry->d_name) && has_daemon_name(entry->d_name))
			err = use(arg, (pid_t)strtol(entry->d_name, NULL, 10));
	if (dir)
		closedir(dir);
	return err;
}
