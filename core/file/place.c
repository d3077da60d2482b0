/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/file/place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file/way.h"

/* Who only looks whether somebody writes has the lock for a moment. */
#define LOCK_TRIES 20
#define LOCK_WAIT_MS 5

int place_init(struct place *p, const char *path)
{
	struct way way;
	int err;

	*p = (struct place){ .folder = -1, .strict = geteuid() == 0 };
	if (!strcmp(path, "-"))
		return 0;
	err = way_go(&way, path, p->strict);
	if (err)
		return err;
	p->folder = way.folder;
	p->magic = way.magic;
	p->name = strdup(way.name);
	if (p->name)
		return 0;
	place_fini(p);
	return -ENOMEM;
}

void place_fini(struct place *p)
{
	if (p->folder >= 0)
		close(p->folder);
	free(p->name);
	*p = (struct place){ .folder = -1 };
}

/* May ST be written to or replaced? */
static int check_owner(const struct place *p, const struct stat *st)
{
	bool device = S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode);

	if (!p->strict || device || p->magic)
		return 0;
	if (S_ISLNK(st->st_mode))
		return PLACE_LINK;
	if (st->st_uid != geteuid())
		return PLACE_FOREIGN;
	/* Another name of a file of ours, which somebody may have put here. */
	if (S_ISREG(st->st_mode) && st->st_nlink > 1 && way_is_open(p->folder))
		return PLACE_FOREIGN;
	return 0;
}

static int look_flags(const struct place *p)
{
	return p->magic ? 0 : AT_SYMLINK_NOFOLLOW;
}

static int open_existing(const struct place *p)
{
	int flags = O_WRONLY | O_CLOEXEC | O_NOCTTY | (p->magic ? 0 : O_NOFOLLOW);
	struct stat st;
	int fd, err;

	/* Opening alone may wait, or wake up somebody. */
	if (fstatat(p->folder, p->name, &st, look_flags(p)))
		return -errno;
	err = check_owner(p, &st);
	if (err)
		return err;
	fd = openat(p->folder, p->name, flags);
	if (fd < 0)
		return errno == ELOOP ? PLACE_LINK : -errno;
	err = fstat(fd, &st) ? -errno : check_owner(p, &st);
	if (err)
		close(fd);
	return err ? err : fd;
}

static int lock_file(int fd)
{
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (!flock(fd, LOCK_EX | LOCK_NB) || errno != EWOULDBLOCK)
			return 0;
		poll(NULL, 0, LOCK_WAIT_MS);
	}
	return -EBUSY;
}

static int open_named_place(const struct place *p, bool *created)
{
	int fd = openat(p->folder, p->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY,
			0666);

	*created = fd >= 0;
	if (fd < 0 && errno == EEXIST)
		return open_existing(p);
	return fd < 0 ? -errno : fd;
}

int place_open(const struct place *p, bool *created)
{
	int fd, err;

	*created = false;
	if (p->folder < 0) {
		fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		return fd < 0 ? -errno : fd;
	}
	fd = open_named_place(p, created);
	if (fd < 0)
		return fd;
	err = lock_file(fd);
	if (!err)
		return fd;
	close(fd);
	return err;
}

void place_sync(const struct place *p)
{
	int fd = p->folder < 0 ? -1 : openat(p->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
}

static int number_name(const struct place *p, uint32_t id, char *name)
{
	int length = snprintf(name, NAME_MAX + 1, "%s.%u", p->name, id);

	return length < 0 || length > NAME_MAX ? -ENAMETOOLONG : 0;
}

/* Nothing that is not ours is called NAME. */
static int check_target(const struct place *p, const char *name)
{
	struct stat st;

	if (fstatat(p->folder, name, &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? 0 : -errno;
	return check_owner(p, &st);
}

int place_rotate(const struct place *p, uint32_t id)
{
	char name[NAME_MAX + 1];
	int err = number_name(p, id, name);

	if (!err)
		err = check_target(p, name);
	if (err)
		return err;
	if (renameat(p->folder, p->name, p->folder, name))
		return -errno;
	place_sync(p);
	return 0;
}

void place_remove(const struct place *p, uint32_t id)
{
	char name[NAME_MAX + 1];

	if (!number_name(p, id, name) && !check_target(p, name))
		unlinkat(p->folder, name, 0);
}

void place_drop(const struct place *p, int fd)
{
	if (p->folder >= 0 && place_same(p, fd))
		unlinkat(p->folder, p->name, 0);
}

bool place_same(const struct place *p, int fd)
{
	struct stat there, here;

	if (p->folder < 0)
		return true;
	/* Who may not look any more has not seen it go. */
	if (fstatat(p->folder, p->name, &there, look_flags(p)))
		return errno == EACCES;
	return !fstat(fd, &here) && there.st_dev == here.st_dev && there.st_ino == here.st_ino;
}

bool place_waits(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISFIFO(st.st_mode);
}

const char *place_error(int err)
{
	switch (err) {
	case PLACE_FOREIGN:
		return "another user's file or link is in the way; remove it, or choose another "
		       "name or folder";
	case PLACE_LINK:
		return "a symbolic link in a folder that others can write to is not followed as "
		       "root; name the file itself";
	case -EBUSY:
		return "another collection is writing to it";
	default:
		return strerror(-err);
	}
}
