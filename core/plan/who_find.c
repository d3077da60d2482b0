/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Namespaces and cgroups by the names people have for them. */
#include <errno.h>
#include <fts.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/plan/who.h"

/* Of ids of containers: so many digits are no accident. */
#define CONTAINER_ID_MIN 12

static bool is_all_digits(const char *text)
{
	return *text && !text[strspn(text, "0123456789")];
}

/* Where cgroups of version 2 are, its length; 0: nowhere. */
static size_t find_hierarchy(char *path, size_t size)
{
	FILE *f = fopen("/proc/self/mounts", "re");
	char line[1024], type[64], place[512];
	size_t n = 0;

	while (f && !n && fgets(line, sizeof(line), f))
		if (sscanf(line, "%*s %511s %63s", place, type) == 2 && !strcmp(type, "cgroup2"))
			n = (size_t)snprintf(path, size, "%s", place);
	if (f)
		fclose(f);
	return n < size ? n : 0;
}

static bool is_container_id(const char *name)
{
	size_t n = strspn(name, "0123456789abcdef");

	return n >= CONTAINER_ID_MIN && !name[n];
}

/* The cgroup whose name has the id of the container in it, nearest to the root. */
static bool find_container(char *root, const char *id, char *path, size_t size)
{
	char *roots[] = { root, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
	size_t depth = SIZE_MAX;
	FTSENT *at;

	while (tree && (at = fts_read(tree))) {
		if (at->fts_info != FTS_D || !strstr(at->fts_name, id) ||
		    (size_t)at->fts_level >= depth)
			continue;
		depth = (size_t)at->fts_level;
		snprintf(path, size, "%s", at->fts_path);
	}
	if (tree)
		fts_close(tree);
	return depth != SIZE_MAX;
}

/* How far PATH is below the ROOT, N characters long. */
static unsigned int depth_below(const char *path, size_t n)
{
	unsigned int depth = 0;

	for (const char *at = path + n; *at; at++)
		depth += *at == '/' && at[1] && at[1] != '/';
	return depth;
}

int who_find_cgroup(const char *name, unsigned long *id, unsigned int *level, char *why)
{
	char root[512], path[1024], real[4096];
	size_t n = find_hierarchy(root, sizeof(root));
	struct stat st;

	if (!n) {
		snprintf(why, WHO_WHY_SIZE, "no cgroups of version 2 are mounted here");
		return -EINVAL;
	}
	if (!is_container_id(name) || !find_container(root, name, path, sizeof(path)))
		snprintf(path, sizeof(path), "%s%s%s", strncmp(name, root, n) ? root : "",
			 *name == '/' ? "" : "/", name);
	if (!realpath(path, real) || stat(real, &st) || !S_ISDIR(st.st_mode) ||
	    strncmp(real, root, n)) {
		snprintf(why, WHO_WHY_SIZE, "no cgroup '%.80s' below %.100s", name, root);
		return -EINVAL;
	}
	*id = st.st_ino;
	*level = depth_below(real, n);
	return 0;
}

/* --- network namespaces -------------------------------------------------------- */

/* That of the first process below a cgroup. */
static bool find_process_netns(char *cgroup, unsigned long *inode)
{
	char *roots[] = { cgroup, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
	bool found = false;
	FTSENT *at;

	while (tree && !found && (at = fts_read(tree))) {
		char path[1100];
		struct stat st;
		int pid = 0;
		FILE *f;

		if (at->fts_info != FTS_D)
			continue;
		snprintf(path, sizeof(path), "%s/cgroup.procs", at->fts_path);
		f = fopen(path, "re");
		if (f && fscanf(f, "%d", &pid) == 1) {
			snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
			found = !stat(path, &st);
		}
		if (f)
			fclose(f);
		if (found)
			*inode = st.st_ino;
	}
	if (tree)
		fts_close(tree);
	return found;
}

/* By its id, or as the ns collector calls it: "docker-3f2a1b4c5d6e". */
static bool find_container_netns(const char *name, unsigned long *inode)
{
	const char *dash = strrchr(name, '-');
	char root[512], path[1024];

	if (dash)
		name = dash + 1;
	return is_container_id(name) && find_hierarchy(root, sizeof(root)) &&
	       find_container(root, name, path, sizeof(path)) && find_process_netns(path, inode);
}

/* As engines call it, where ip-netns(8) doesn't look. */
static bool find_docker_netns(const char *name, unsigned long *inode)
{
	char path[512];
	struct stat st;

	snprintf(path, sizeof(path), "/run/docker/netns/%s", name);
	if (stat(path, &st))
		return false;
	*inode = st.st_ino;
	return true;
}

int who_find_netns(const char *name, unsigned long *inode, char *why)
{
	char path[512];
	struct stat st;
	unsigned long number = is_all_digits(name) ? strtoul(name, NULL, 10) : 0;
	int err;

	/* Namespaces have numbers from 0xf0000000 on, processes up to 4 million. */
	if (number > UINT32_MAX / 2 && number <= UINT32_MAX) {
		*inode = number;
		return 0;
	}
	if (number)
		snprintf(path, sizeof(path), "/proc/%lu/ns/net", number);
	else
		snprintf(path, sizeof(path), "%s%s", strchr(name, '/') ? "" : "/run/netns/", name);
	if (!stat(path, &st)) {
		*inode = st.st_ino;
		return 0;
	}
	err = errno;
	if (find_docker_netns(name, inode) || find_container_netns(name, inode))
		return 0;
	snprintf(why, WHO_WHY_SIZE, "no network namespace '%.60s': %.100s: %s", name, path,
		 strerror(err));
	return -EINVAL;
}
