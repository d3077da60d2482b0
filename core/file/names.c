/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/file/names.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

int names_open(const char *path, bool *created)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0666), err = 0;

	*created = fd >= 0;
	if (fd < 0 && errno == EEXIST)
		fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		err = -EBUSY;
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

void names_sync(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(folder);
}

static int name_of(const char *path, uint32_t id, char *name)
{
	int n = snprintf(name, PATH_MAX, "%s.%u", path, id);

	return n < 0 || n >= PATH_MAX ? -ENAMETOOLONG : 0;
}

int names_rotate(const char *path, uint32_t id)
{
	char name[PATH_MAX];
	int err = name_of(path, id, name);

	if (err)
		return err;
	if (rename(path, name))
		return -errno;
	names_sync(path);
	return 0;
}

void names_remove(const char *path, uint32_t id)
{
	char name[PATH_MAX];

	if (!name_of(path, id, name))
		unlink(name);
}

bool names_same(const char *path, int fd)
{
	struct stat there, here;

	/* Who may not look any more has not seen it go. */
	if (stat(path, &there))
		return errno == EACCES;
	return !fstat(fd, &here) && there.st_dev == here.st_dev && there.st_ino == here.st_ino;
}
