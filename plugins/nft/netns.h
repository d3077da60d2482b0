/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network namespaces, known by where they can be entered. None is held open: it would outlive
 * its container.
 */
#ifndef NFT_NETNS_H
#define NFT_NETNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A rule that was read: handles, and a hash of its text. */
struct nft_known {
	uint64_t table;
	uint64_t rule;
	uint64_t hash;
};

struct nft_netns {
	/* Where it was found. */
	char path[300];
	uint64_t inode;
	/* Unique until reboot; 0: not known yet. */
	uint64_t cookie;
	/* Of the rules that were read. */
	uint32_t generation;
	bool read;
	/* When they were sure to be still those, CLOCK_MONOTONIC, ns. */
	uint64_t verified;
	/* They were read twice since they changed: see look_at_rules(). */
	bool confirmed;
	/* When the last reading began; ns. */
	uint64_t began;
	/* Of the last listing, in its order. */
	struct nft_known *known;
	size_t n_known;
	/* That of this process, which needs no entering. */
	bool own;
	/* It was found this time. */
	bool there;
};

struct nft_netns_list {
	struct nft_netns *list;
	size_t n;
	size_t room;
};

/* Adds those that are new and takes out those that are gone: of folders where people give them
 * names, and of processes. -ENOMEM. */
int nft_netns_find(struct nft_netns_list *all);
void nft_netns_free(struct nft_netns_list *all);

/* This thread's own; a file descriptor, or a negative errno. */
int nft_netns_own(void);
/* Takes this thread there. -ESTALE: another one is there now. */
int nft_netns_enter(const struct nft_netns *netns);
/* Takes it back to OWN. */
int nft_netns_leave(const struct nft_netns *netns, int own);
/* The cookie of the one this thread is in. */
int nft_netns_cookie(uint64_t *cookie);

#endif
