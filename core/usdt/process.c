/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a process runs, and opening it. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/usdt/usdt.h"

/* Without effects: opening a device or a FIFO may do something. */
static int open_if_regular(const char *path, struct stat *st)
{
	char name[64];
	int fd, place = open(path, O_PATH | O_CLOEXEC);

	if (place < 0)
		return -errno;
	snprintf(name, sizeof(name), "/proc/self/fd/%d", place);
	if (fstat(place, st))
		fd = -errno;
	else if (!S_ISREG(st->st_mode))
		fd = -EINVAL;
	else if ((fd = open(name, O_RDONLY | O_CLOEXEC)) < 0)
		fd = -errno;
	close(place);
	return fd;
}

int process_open_file(const char *path)
{
	struct stat st;

	return open_if_regular(path, &st);
}

bool mapping_parse(char *line, struct mapping *m)
{
	unsigned int major, minor;
	uint64_t inode;
	char flags[5];
	int path = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %x:%x %" SCNu64 " %n", &m->start,
		   &m->end, flags, &m->offset, &major, &minor, &inode, &path) < 7 ||
	    !path)
		return false;
	m->device = makedev(major, minor);
	m->inode = inode;
	m->path = line + path;
	return strchr(flags, 'x') && inode && *m->path == '/';
}

int process_each_mapping(pid_t pid, int (*use)(void *arg, const struct mapping *m), void *arg)
{
	char path[64], *line = NULL;
	size_t size = 0;
	ssize_t n;
	int err = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	errno = 0;
	while (!err && (n = getline(&line, &size, f)) > 0) {
		struct mapping m;

		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		if (mapping_parse(line, &m))
			err = use(arg, &m);
	}
	if (!err && ferror(f))
		err = errno ? -errno : -EIO;
	free(line);
	fclose(f);
	return err;
}

/* The kernel's own way to the file, whatever its name is by now; not for everybody. Else by
 * its name in the process' root, if it is the same file. */
int process_open_mapping(pid_t pid, const struct mapping *m)
{
	char path[PATH_MAX + 64];
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, pid, m->start,
		 m->end);
	fd = open_if_regular(path, &st);
	if (fd >= 0 || fd == -EINVAL)
		return fd;
	snprintf(path, sizeof(path), "/proc/%d/root%s", pid, m->path);
	fd = open_if_regular(path, &st);
	if (fd < 0 || (st.st_dev == m->device && st.st_ino == m->inode))
		return fd;
	close(fd);
	return -ESTALE;
}

int process_name(pid_t pid, char *name, size_t size)
{
	char path[64];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	n = fread(name, 1, size - 1, f);
	name[n] = '\0';
	name[strcspn(name, "\n")] = '\0';
	fclose(f);
	return 0;
}
