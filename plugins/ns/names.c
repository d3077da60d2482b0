/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NETNS_DIR "/run/netns"

static int add_ns_name(const struct retis_host *host, uint32_t inode, const char *name)
{
	int err = host->add_name(host, NS_NAMES, &inode, sizeof(inode), name);

	/* Too long, or too many: numbers must do. */
	return err == -EINVAL || err == -ENOSPC ? 0 : err;
}

/* The inode of a network namespace; false: something else is at PATH. */
static bool find_inode(int dir, const char *path, dev_t nsfs, uint32_t *inode)
{
	struct stat st;

	if (fstatat(dir, path, &st, 0) || st.st_dev != nsfs)
		return false;
	*inode = (uint32_t)st.st_ino;
	return true;
}

static int read_folder_names(const struct retis_host *host, DIR *dir)
{
	struct stat own;
	const struct dirent *entry;
	int err = stat("/proc/self/ns/net", &own) ? -errno : 0;

	while (!err && (entry = readdir(dir))) {
		uint32_t inode;

		if (entry->d_name[0] != '.' &&
		    find_inode(dirfd(dir), entry->d_name, own.st_dev, &inode))
			err = add_ns_name(host, inode, entry->d_name);
	}
	return err == -ENOENT ? 0 : err;
}

int ns_names_read(const struct retis_host *host, struct ns_names *names)
{
	DIR *dir = opendir(NETNS_DIR);
	struct stat st;
	int err = 0;

	if (!dir)
		return errno == ENOMEM ? -ENOMEM : 0;
	if (!fstat(dirfd(dir), &st) &&
	    memcmp(&st.st_mtim, &names->changed, sizeof(names->changed))) {
		names->changed = st.st_mtim;
		err = read_folder_names(host, dir);
	}
	closedir(dir);
	return err;
}

/* --- processes --------------------------------------------------------------- */

/* Inodes that need no name any more. */
struct inodes {
	uint32_t *list;
	size_t n;
};

static bool has_inode(const struct inodes *seen, uint32_t inode)
{
	for (size_t i = 0; i < seen->n; i++)
		if (seen->list[i] == inode)
			return true;
	return false;
}

static int note_inode(struct inodes *seen, uint32_t inode)
{
	uint32_t *list = realloc(seen->list, (seen->n + 1) * sizeof(*list));

	if (!list)
		return -ENOMEM;
	seen->list = list;
	list[seen->n++] = inode;
	return 0;
}

/* That of process 1, our own, and those that people gave names. */
static int note_known(struct inodes *seen)
{
	DIR *dir = opendir(NETNS_DIR);
	const struct dirent *entry;
	struct stat st;
	int err = 0;

	if (!stat("/proc/1/ns/net", &st))
		err = note_inode(seen, (uint32_t)st.st_ino);
	if (!err && !stat("/proc/self/ns/net", &st))
		err = note_inode(seen, (uint32_t)st.st_ino);

	while (dir && !err && (entry = readdir(dir)))
		if (!fstatat(dirfd(dir), entry->d_name, &st, 0))
			err = note_inode(seen, (uint32_t)st.st_ino);
	if (dir)
		closedir(dir);
	return err;
}

/* By number, so that the first one in a namespace is the one that was there first, mostly. */
static int is_process(const struct dirent *entry)
{
	return entry->d_name[strspn(entry->d_name, "0123456789")] == '\0';
}

static int by_number(const struct dirent **a, const struct dirent **b)
{
	long x = atol((*a)->d_name), y = atol((*b)->d_name);

	return (x > y) - (x < y);
}

static int name_by_process(const struct retis_host *host, const char *pid, uint32_t inode)
{
	char path[64], comm[32] = "", name[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fgets(comm, sizeof(comm), f))
		comm[strcspn(comm, "\n")] = '\0';
	fclose(f);
	snprintf(name, sizeof(name), "%s(%.20s)", comm, pid);
	return add_ns_name(host, inode, name);
}

static int look_at_process(const struct retis_host *host, const char *pid, struct inodes *seen)
{
	char path[64];
	struct stat st;
	int err;

	snprintf(path, sizeof(path), "/proc/%.20s/ns/net", pid);
	if (stat(path, &st) || has_inode(seen, (uint32_t)st.st_ino))
		return 0;
	err = note_inode(seen, (uint32_t)st.st_ino);
	return err ? err : name_by_process(host, pid, (uint32_t)st.st_ino);
}

int ns_names_read_processes(const struct retis_host *host)
{
	struct dirent **processes = NULL;
	struct inodes seen = { 0 };
	int err = note_known(&seen),
	    n = err ? 0 : scandir("/proc", &processes, is_process, by_number);

	for (int i = 0; i < n; i++) {
		if (!err)
			err = look_at_process(host, processes[i]->d_name, &seen);
		free(processes[i]);
	}
	free(processes);
	free(seen.list);
	return err;
}
