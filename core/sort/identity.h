/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which series an event belongs to: that of the packet it names, or, if that is a
 * copy, of the packet it comes from. What else ties events together is resolved here,
 * too, a number that two of them share (see RETIS_ROLE_START and RETIS_ROLE_HANDLE):
 * everything behind this knows an entry's series only.
 */
#ifndef SORT_IDENTITY_H
#define SORT_IDENTITY_H

#include "core/sort/entry.h"
#include "core/sort/roles.h"

struct packet_id {
	uint64_t time;
	uint64_t head;
};

struct copied {
	struct packet_id id;
	/* The packet at the beginning of it. */
	struct packet_id root;
	/* False: the place is empty. */
	bool used;
};

/* Copies, and what else stands for a packet, of one age. */
struct copies {
	struct copied *slots;
	/* A power of two, or 0: there are none. */
	size_t n_slots;
	size_t n;
};

/* When there are so many young ones, they become the old ones, and those are forgotten. */
#define COPIES_MAX 262144

struct wire;

struct identity {
	struct sort_roles roles;
	/* Of files of several hosts; NULL: there was none. */
	struct wire *wire;
	/* Copies are series of their own. */
	bool apart;
	/* Some packet is in the series of another one that it is no copy of. */
	bool tied;
	struct copies young;
	struct copies old;
};

void identity_init(struct identity *identity, bool apart);
void identity_fini(struct identity *identity);
/* Forgets the packets, not the roles. */
void identity_restart(struct identity *identity);

/* Sets all of *OUT but `number`. -ENOMEM. */
int identity_find(struct identity *identity, const struct retis_event *event, struct entry *out);
/* The packet whose series ID is in. PARENT: what the kernel knows it to be a copy of; time 0:
 * it is no copy. -ENOMEM. */
int identity_root(struct identity *identity, const struct packet_id *id,
		  const struct packet_id *parent, struct packet_id *root);

#endif
