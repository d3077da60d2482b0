/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/identity.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS (2 * COPIES_MAX)

void identity_init(struct identity *identity, bool apart)
{
	memset(identity, 0, sizeof(*identity));
	identity->apart = apart;
}

void identity_restart(struct identity *identity)
{
	free(identity->young);
	free(identity->old);
	identity->young = identity->old = NULL;
	identity->n_young = 0;
}

void identity_fini(struct identity *identity)
{
	identity_restart(identity);
}

static size_t copy_slot(const struct packet_id *id)
{
	uint64_t hash = (id->time ^ id->head * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;

	return (size_t)(hash >> 40) % SLOTS;
}

/* Its place, or the empty one it would get. */
static struct copied *find_copied(struct copied *table, const struct packet_id *id)
{
	size_t i = copy_slot(id);

	while (table[i].used && (table[i].id.time != id->time || table[i].id.head != id->head))
		i = (i + 1) % SLOTS;
	return &table[i];
}

static int make_young(struct identity *identity)
{
	if (identity->young && identity->n_young < COPIES_MAX)
		return 0;
	free(identity->old);
	identity->old = identity->young;
	identity->young = calloc(SLOTS, sizeof(*identity->young));
	identity->n_young = 0;
	return identity->young ? 0 : -ENOMEM;
}

static int remember_root(struct identity *identity, const struct packet_id *id,
			 const struct packet_id *root)
{
	int err = make_young(identity);

	if (err)
		return err;
	*find_copied(identity->young, id) = (struct copied){ *id, *root, true };
	identity->n_young++;
	return 0;
}

/* 1: *ROOT is what ID is a copy of, 0: of nothing that is known. */
static int find_root(struct identity *identity, const struct packet_id *id, struct packet_id *root)
{
	const struct copied *found = identity->young ? find_copied(identity->young, id) : NULL;
	int err;

	if (found && found->used) {
		*root = found->root;
		return 1;
	}
	found = identity->old ? find_copied(identity->old, id) : NULL;
	if (!found || !found->used)
		return 0;
	*root = found->root;
	/* Young again. */
	err = remember_root(identity, id, root);
	return err ? err : 1;
}

/* The first packet of copies of copies. 1: it was known. */
static int find_first(struct identity *identity, const struct packet_id *id,
		      const struct packet_id *parent, struct packet_id *root)
{
	int got = find_root(identity, id, root);

	if (got)
		return got;
	got = find_root(identity, parent, root);
	if (!got)
		*root = *parent;
	return got < 0 ? got : 0;
}

/* Once said, it stays, whatever comes to light later: no series is torn apart. */
static int resolve_copy(struct identity *identity, const struct packet_id *id,
			const struct packet_id *parent, struct packet_id *root)
{
	int known = find_first(identity, id, parent, root);

	if (known)
		return known < 0 ? known : 0;
	return remember_root(identity, id, root);
}

int identity_root(struct identity *identity, const struct packet_id *id,
		  const struct packet_id *parent, struct packet_id *root)
{
	int got = find_first(identity, id, parent->time ? parent : id, root);

	return got < 0 ? got : 0;
}

static bool is_copy(const struct role_values *v)
{
	/* A parent in another section is the parent of another id. */
	return role_values_have(v, ROLES_PARENT) &&
	       v->rank[RETIS_ROLE_PARENT_TIME] == v->rank[RETIS_ROLE_ID_TIME];
}

int identity_find(struct identity *identity, const struct retis_event *event, struct entry *out)
{
	struct packet_id id, parent, root;
	struct role_values v;
	int err = 0;

	roles_read(&identity->roles, event, &v);
	*out = (struct entry){
		.time = event->timestamp,
		.at = event->timestamp,
		.size = event->size,
		.kind = ENTRY_ALONE,
		.drop = role_values_have(&v, ROLE_BIT(DROP_REASON)),
	};
	if (!role_values_have(&v, ROLES_ID))
		return 0;
	id = root = (struct packet_id){ v.value[RETIS_ROLE_ID_TIME], v.value[RETIS_ROLE_ID_HEAD] };
	parent = (struct packet_id){ v.value[RETIS_ROLE_PARENT_TIME],
				     v.value[RETIS_ROLE_PARENT_HEAD] };
	if (is_copy(&v) && !identity->apart)
		err = resolve_copy(identity, &id, &parent, &root);
	out->kind = ENTRY_TRACKED;
	out->time = root.time;
	out->head = root.head;
	out->own_time = id.time;
	out->own_head = id.head;
	out->skb = role_values_have(&v, ROLE_BIT(SKB)) ? v.value[RETIS_ROLE_SKB] : 0;
	return err;
}
