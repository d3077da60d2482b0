/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "netns.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

/* Of ip-netns(8) and Podman, and of Docker. */
static const char *const folders[] = { "/run/netns", "/run/docker/netns" };

static int note_netns(struct nft_netns_list *all, const char *path, const struct stat *st)
{
	struct nft_netns *list;

	for (size_t i = 0; i < all->n; i++) {
		if (all->list[i].inode != st->st_ino)
			continue;
		if (!all->list[i].there)
			snprintf(all->list[i].path, sizeof(all->list[i].path), "%s", path);
		all->list[i].there = true;
		return 0;
	}
	if (all->n == all->room) {
		list = reallocarray(all->list, all->room * 2 + 8, sizeof(*list));
		if (!list)
			return -ENOMEM;
		all->list = list;
		all->room = all->room * 2 + 8;
	}
	all->list[all->n] = (struct nft_netns){ .inode = st->st_ino, .there = true };
	snprintf(all->list[all->n].path, sizeof(all->list[all->n].path), "%s", path);
	all->n++;
	return 0;
}

/* What FOLDER/NAME/BEHIND are, as far as they are network namespaces; DEVICE is that of nsfs. */
static int look_into_folder(struct nft_netns_list *all, const char *folder, const char *behind,
			    dev_t device)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	int err = 0;

	while (dir && !err && (entry = readdir(dir))) {
		char path[sizeof(all->list->path)];
		struct stat st;

		if (entry->d_name[0] == '.' ||
		    (*behind && entry->d_name[strspn(entry->d_name, "0123456789")]))
			continue;
		snprintf(path, sizeof(path), "%s/%s%s", folder, entry->d_name, behind);
		if (!stat(path, &st) && st.st_dev == device)
			err = note_netns(all, path, &st);
	}
	if (dir)
		closedir(dir);
	return err;
}

static void forget_lost(struct nft_netns_list *all)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].there)
			all->list[n++] = all->list[i];
		else
			free(all->list[i].known);
	all->n = n;
}

int nft_netns_find(struct nft_netns_list *all)
{
	struct stat own;
	int err = stat("/proc/self/ns/net", &own) ? -errno : 0;

	for (size_t i = 0; i < all->n; i++)
		all->list[i].there = false;
	if (!err)
		err = note_netns(all, "/proc/self/ns/net", &own);
	if (!err && all->n == 1)
		all->list[0].own = true;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]) && !err; i++)
		err = look_into_folder(all, folders[i], "", own.st_dev);
	if (!err)
		err = look_into_folder(all, "/proc", "/ns/net", own.st_dev);
	if (!err)
		forget_lost(all);
	return err;
}

void nft_netns_free(struct nft_netns_list *all)
{
	for (size_t i = 0; i < all->n; i++)
		free(all->list[i].known);
	free(all->list);
	*all = (struct nft_netns_list){};
}

int nft_netns_own(void)
{
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int nft_netns_enter(const struct nft_netns *netns)
{
	int fd = netns->own ? -1 : open(netns->path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	int err = 0;

	if (fd < 0)
		return netns->own ? 0 : -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if (st.st_ino != netns->inode)
		err = -ESTALE;
	else if (setns(fd, CLONE_NEWNET))
		err = -errno;
	close(fd);
	return err;
}

int nft_netns_leave(const struct nft_netns *netns, int own)
{
	return !netns->own && setns(own, CLONE_NEWNET) ? -errno : 0;
}

int nft_netns_cookie(uint64_t *cookie)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t size = sizeof(*cookie);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, cookie, &size))
		err = -errno;
	close(fd);
	return err;
}
