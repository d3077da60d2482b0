/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel could follow links by itself, but does not say whose they are. */
#include "core/file/way.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "core/file/place.h"

/* As many as the kernel follows. */
#define LINKS_MAX 40

bool way_is_open(int folder)
{
	struct stat st;

	if (fstat(folder, &st) || (st.st_uid && st.st_uid != geteuid()))
		return true;
	return st.st_mode & S_IWOTH || (st.st_mode & S_IWGRP && st.st_gid);
}

static bool is_proc(int folder)
{
	struct statfs fs;

	return !fstatfs(folder, &fs) && fs.f_type == PROC_SUPER_MAGIC;
}

static int enter_folder(struct way *w, int at, const char *name, int flags)
{
	int fd = openat(at, name, O_PATH | O_DIRECTORY | O_CLOEXEC | flags);

	if (fd < 0)
		return -errno;
	if (w->folder >= 0)
		close(w->folder);
	w->folder = fd;
	return 0;
}

static int begin_way(struct way *w)
{
	return enter_folder(w, AT_FDCWD, *w->rest == '/' ? "/" : ".", 0);
}

/* Moves the next part of `rest` to `name`; *LAST: nothing is behind it. */
static int take_part(struct way *w, bool *last)
{
	const char *start = w->rest + strspn(w->rest, "/");
	size_t n = strcspn(start, "/");

	if (n > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(w->name, start, n);
	w->name[n] = '\0';
	*last = !start[n];
	memmove(w->rest, start + n, strlen(start + n) + 1);
	if (*last && (!n || !strcmp(w->name, ".") || !strcmp(w->name, "..")))
		return -EISDIR;
	return 0;
}

/* 1: `name` is a symbolic link; 0: it is none, or nothing. */
static int is_link(const struct way *w)
{
	struct stat st;

	if (fstatat(w->folder, w->name, &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? 0 : -errno;
	return S_ISLNK(st.st_mode);
}

/* What the link says comes before the rest. */
static int follow_link(struct way *w)
{
	char target[PATH_MAX], rest[PATH_MAX];
	ssize_t n = readlinkat(w->folder, w->name, target, sizeof(target) - 1);
	int length;

	if (n < 0)
		return -errno;
	if (!n || ++w->links > LINKS_MAX)
		return n ? -ELOOP : -ENOENT;
	target[n] = '\0';
	memcpy(rest, w->rest, sizeof(rest));
	length = snprintf(w->rest, sizeof(w->rest), "%s%s", target, rest);
	if (length < 0 || (size_t)length >= sizeof(w->rest))
		return -ENAMETOOLONG;
	return *w->rest == '/' ? begin_way(w) : 0;
}

/* 1: the end is reached. */
static int way_step(struct way *w, bool strict)
{
	bool last;
	int link, err = take_part(w, &last);

	if (err)
		return err;
	link = is_link(w);
	if (link < 0)
		return link;
	if (link && strict && way_is_open(w->folder))
		return PLACE_LINK;
	/* Those can lead to what has no path. */
	w->magic = link && is_proc(w->folder);
	if (link && !w->magic)
		return follow_link(w);
	if (last)
		return 1;
	return enter_folder(w, w->folder, *w->name ? w->name : ".", w->magic ? 0 : O_NOFOLLOW);
}

int way_go(struct way *w, const char *path, bool strict)
{
	int err, length;

	*w = (struct way){ .folder = -1 };
	length = snprintf(w->rest, sizeof(w->rest), "%s", path);
	if (length <= 0 || (size_t)length >= sizeof(w->rest))
		return length ? -ENAMETOOLONG : -ENOENT;
	err = begin_way(w);
	while (!err)
		err = way_step(w, strict);
	if (err == 1)
		return 0;
	if (w->folder >= 0)
		close(w->folder);
	w->folder = -1;
	return err;
}
