/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "names.h"

#include "container.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of ip-netns(8) and engines that follow it, and docker's. */
static const char *const folders[] = { "/run/netns", "/run/docker/netns" };
#define N_FOLDERS (sizeof(folders) / sizeof(folders[0]))

/* Names that engines draw; that of the container says more. */
static bool is_drawn_name(size_t folder, const char *name)
{
	return folder || !strncmp(name, "cni-", 4) || !strncmp(name, "netns-", 6);
}

static bool is_netns_name(const struct dirent *entry)
{
	/* Docker's of the machine's own. */
	return entry->d_name[0] != '.' && strcmp(entry->d_name, "default") != 0;
}

static bool is_contained(const struct ns_names *names, uint32_t inode)
{
	for (size_t i = 0; i < names->n_contained; i++)
		if (names->contained[i] == inode)
			return true;
	return false;
}

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

static int read_folder_names(const struct retis_host *host, const struct ns_names *names,
			     size_t folder, DIR *dir)
{
	struct stat own;
	const struct dirent *entry;
	int err = stat("/proc/self/ns/net", &own) ? -errno : 0;

	while (!err && (entry = readdir(dir))) {
		uint32_t inode;

		if (is_netns_name(entry) &&
		    find_inode(dirfd(dir), entry->d_name, own.st_dev, &inode) &&
		    !(is_drawn_name(folder, entry->d_name) && is_contained(names, inode)))
			err = add_ns_name(host, inode, entry->d_name);
	}
	return err == -ENOENT ? 0 : err;
}

static int read_changed_folder(const struct retis_host *host, struct ns_names *names, size_t folder)
{
	DIR *dir = opendir(folders[folder]);
	struct timespec *changed = &names->changed[folder];
	struct stat st;
	int err = 0;

	if (!dir)
		return errno == ENOMEM ? -ENOMEM : 0;
	if (!fstat(dirfd(dir), &st) && memcmp(&st.st_mtim, changed, sizeof(*changed))) {
		*changed = st.st_mtim;
		err = read_folder_names(host, names, folder, dir);
	}
	closedir(dir);
	return err;
}

int ns_names_read(const struct retis_host *host, struct ns_names *names)
{
	int err = 0;

	_Static_assert(N_FOLDERS == sizeof(names->changed) / sizeof(names->changed[0]),
		       "a time each");
	/* What people say comes last, and stays. */
	for (size_t i = N_FOLDERS; !err && i-- > 0;)
		err = read_changed_folder(host, names, i);
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

/* Those that people gave names, or with DRAWN those that engines did. */
static int note_named(struct inodes *seen, size_t folder, bool drawn)
{
	DIR *dir = opendir(folders[folder]);
	const struct dirent *entry;
	struct stat st;
	int err = 0;

	while (dir && !err && (entry = readdir(dir)))
		if (is_netns_name(entry) && is_drawn_name(folder, entry->d_name) == drawn &&
		    !fstatat(dirfd(dir), entry->d_name, &st, 0))
			err = note_inode(seen, (uint32_t)st.st_ino);
	if (dir)
		closedir(dir);
	return err;
}

/* That of process 1 and our own. */
static int note_own(struct inodes *seen)
{
	struct stat st;
	int err = 0;

	if (!stat("/proc/1/ns/net", &st))
		err = note_inode(seen, (uint32_t)st.st_ino);
	if (!err && !stat("/proc/self/ns/net", &st))
		err = note_inode(seen, (uint32_t)st.st_ino);
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

static int name_by_container(const struct retis_host *host, struct ns_names *names,
			     const char *container, uint32_t inode)
{
	if (names->n_contained < NS_CONTAINED_MAX)
		names->contained[names->n_contained++] = inode;
	return add_ns_name(host, inode, container);
}

static int look_at_process(const struct retis_host *host, struct ns_names *names, const char *pid,
			   struct inodes *seen, const struct inodes *drawn)
{
	char path[64], container[256];
	uint32_t inode;
	struct stat st;
	int err;

	snprintf(path, sizeof(path), "/proc/%.20s/ns/net", pid);
	if (stat(path, &st))
		return 0;
	inode = (uint32_t)st.st_ino;
	if (has_inode(seen, inode))
		return 0;
	err = note_inode(seen, inode);
	if (err)
		return err;
	if (ns_process_container(pid, container, sizeof(container)))
		return name_by_container(host, names, container, inode);
	return has_inode(drawn, inode) ? 0 : name_by_process(host, pid, inode);
}

int ns_names_read_processes(const struct retis_host *host, struct ns_names *names)
{
	struct dirent **processes = NULL;
	struct inodes seen = { 0 }, drawn = { 0 };
	int n, err = note_own(&seen);

	for (size_t i = 0; !err && i < N_FOLDERS; i++) {
		err = note_named(&seen, i, false);
		err = err ? err : note_named(&drawn, i, true);
	}
	n = err ? 0 : scandir("/proc", &processes, is_process, by_number);
	for (int i = 0; i < n; i++) {
		if (!err)
			err = look_at_process(host, names, processes[i]->d_name, &seen, &drawn);
		free(processes[i]);
	}
	free(processes);
	free(seen.list);
	free(drawn.list);
	return err;
}
