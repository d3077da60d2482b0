/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Who could change what is loaded? A file is only as safe as the folders above it:
 * who can write to one of them can put another tree in its place. A sticky bit, as
 * /tmp has it, prevents just that.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "core/plugin/private.h"

bool trust_needed(void)
{
	return !geteuid() || getauxval(AT_SECURE);
}

int check_trust(const struct self *self, const struct stat *st, const char *what,
		struct reason *reason)
{
	if (!trust_needed())
		return 0;
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return refuse_plugin(
			reason, "others than its owner can write to this %s: use chmod go-w", what);
	if (st->st_uid && st->st_uid != self->owner)
		return refuse_plugin(
			reason,
			"this %s belongs to user %u, neither root nor the owner of retis: "
			"use chown root",
			what, (unsigned int)st->st_uid);
	return 0;
}

/* The folder FD, which is above the one in question. */
static int check_above(const struct self *self, int fd, const struct stat *st,
		       struct reason *reason)
{
	char link[32], path[256];
	ssize_t n;

	if ((!(st->st_mode & (S_IWGRP | S_IWOTH)) || st->st_mode & S_ISVTX) &&
	    (!st->st_uid || st->st_uid == self->owner))
		return 0;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path));
	return refuse_plugin(
		reason,
		"others than root and the owner of retis can write to %.*s, the folder "
		"above: use chmod go-w or chown root",
		n > 0 ? (int)n : 1, n > 0 ? path : "/");
}

int check_folders(const struct self *self, int fd, struct reason *reason)
{
	struct stat st, below;
	int at = fd, up, err = trust_needed() ? 0 : 1;

	if (!err && fstat(fd, &st))
		return refuse_plugin(reason, "can't be read: %s", strerror(errno));
	while (!err) {
		below = st;
		up = openat(at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (at != fd)
			close(at);
		at = up;
		if (up < 0 || fstat(up, &st))
			err = refuse_plugin(reason, "the folders above can't be read: %s",
					    strerror(errno));
		else if (st.st_dev == below.st_dev && st.st_ino == below.st_ino)
			err = 1;
		else
			err = check_above(self, up, &st, reason);
	}
	if (at >= 0 && at != fd)
		close(at);
	return err < 0 ? err : 0;
}
