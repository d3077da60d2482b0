/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/identity.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/sort/wire.h"

/* Half of them are empty. */
#define SLOTS_FIRST 4096
#define SLOTS_MAX (2 * COPIES_MAX)

void identity_init(struct identity *identity, bool apart)
{
	memset(identity, 0, sizeof(*identity));
	identity->apart = apart;
}

void identity_restart(struct identity *identity)
{
	if (identity->wire)
		wire_fini(identity->wire);
	free(identity->wire);
	identity->wire = NULL;
	free(identity->young.slots);
	free(identity->old.slots);
	identity->young = identity->old = (struct copies){ 0 };
	identity->tied = false;
}

void identity_fini(struct identity *identity)
{
	identity_restart(identity);
}

static uint64_t hash_packet(const struct packet_id *id)
{
	return ((id->time ^ id->head * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu) >> 32;
}

static bool same_packet(const struct packet_id *a, const struct packet_id *b)
{
	return a->time == b->time && a->head == b->head;
}

/* Its place, or the empty one it would get. NULL: there are no places. */
static struct copied *find_copied(const struct copies *copies, const struct packet_id *id)
{
	size_t last = copies->n_slots - 1, i;

	if (!copies->n_slots)
		return NULL;
	i = hash_packet(id) & last;
	while (copies->slots[i].used && !same_packet(&copies->slots[i].id, id))
		i = (i + 1) & last;
	return &copies->slots[i];
}

static const struct copied *find_known(const struct copies *copies, const struct packet_id *id)
{
	const struct copied *found = find_copied(copies, id);

	return found && found->used ? found : NULL;
}

/* Room for twice as many. */
static int grow_copies(struct copies *copies)
{
	struct copies grown = { .n_slots = copies->n_slots ? 2 * copies->n_slots : SLOTS_FIRST,
				.n = copies->n };

	grown.slots = calloc(grown.n_slots, sizeof(*grown.slots));
	if (!grown.slots)
		return -ENOMEM;
	for (size_t i = 0; i < copies->n_slots; i++)
		if (copies->slots[i].used)
			*find_copied(&grown, &copies->slots[i].id) = copies->slots[i];
	free(copies->slots);
	*copies = grown;
	return 0;
}

/* Room for one young one more. */
static int make_young(struct identity *identity)
{
	if (2 * identity->young.n < identity->young.n_slots)
		return 0;
	if (identity->young.n_slots == SLOTS_MAX) {
		free(identity->old.slots);
		identity->old = identity->young;
		identity->young = (struct copies){ 0 };
	}
	return grow_copies(&identity->young);
}

static int remember_root(struct identity *identity, const struct packet_id *id,
			 const struct packet_id *root)
{
	int err = make_young(identity);
	struct copied *place;

	if (err)
		return err;
	place = find_copied(&identity->young, id);
	identity->young.n += !place->used;
	*place = (struct copied){ *id, *root, true };
	return 0;
}

/* 1: *ROOT is what ID is a copy of, 0: of nothing that is known. */
static int find_root(struct identity *identity, const struct packet_id *id, struct packet_id *root)
{
	const struct copied *found = find_known(&identity->young, id);
	int err;

	if (found) {
		*root = found->root;
		return 1;
	}
	found = find_known(&identity->old, id);
	if (!found)
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

/* 1: the event names a packet, *ID, in the series *ROOT. */
static int find_named(struct identity *identity, const struct role_values *v, struct packet_id *id,
		      struct packet_id *root)
{
	struct packet_id parent;
	int err = 0;

	if (!role_values_have(v, ROLES_ID))
		return 0;
	parent = (struct packet_id){ v->value[RETIS_ROLE_PARENT_TIME],
				     v->value[RETIS_ROLE_PARENT_HEAD] };
	*id = *root =
		(struct packet_id){ v->value[RETIS_ROLE_ID_TIME], v->value[RETIS_ROLE_ID_HEAD] };
	if (is_copy(v) && !identity->apart)
		err = resolve_copy(identity, id, &parent, root);
	else if (identity->tied)
		err = find_root(identity, id, root);
	return err < 0 ? err : 1;
}

/* --- events that say whose they are by numbers -------------------------------------- */

/* In the place of addresses of heads, which are the kernel's and so higher. */
#define HANDLE (1ull << 32)

/* Each host has its own. */
static struct packet_id handle_key(const struct role_values *v, uint64_t handle)
{
	return (struct packet_id){ handle, HANDLE | (uint64_t)v->host << 33 };
}

static struct packet_id start_key(const struct role_values *v, uint64_t time, uint64_t number)
{
	return (struct packet_id){ time, (uint32_t)number | (uint64_t)v->host << 33 };
}

static bool has_tie(const struct role_values *v)
{
	return role_values_have(v, ROLES_STEP) || role_values_have(v, ROLE_BIT(HANDLE));
}

/* 1: *ROOT is the series of what the event is tied to. If its start was lost, and the event names
 * no packet of its own, it is that of the handle, which may be another packet's that looks alike.
 */
static int find_tie(struct identity *identity, const struct role_values *v, bool named,
		    struct packet_id *root)
{
	bool step = role_values_have(v, ROLES_STEP);
	struct packet_id key;
	int got = 0;

	if (step) {
		key = start_key(v, v->value[RETIS_ROLE_START_TIME],
				v->value[RETIS_ROLE_START_NUMBER]);
		got = find_root(identity, &key, root);
	}
	if (!got && !(step && named) && role_values_have(v, ROLE_BIT(HANDLE))) {
		key = handle_key(v, v->value[RETIS_ROLE_HANDLE]);
		got = find_root(identity, &key, root);
	}
	return got;
}

/* Its packet goes on as ROOT's. */
static int tie_packet(struct identity *identity, const struct packet_id *id,
		      const struct packet_id *root)
{
	if (same_packet(id, root))
		return 0;
	identity->tied = true;
	return remember_root(identity, id, root);
}

/* Others will be tied to it. */
static int offer_tie(struct identity *identity, const struct role_values *v, uint64_t at,
		     const struct packet_id *root)
{
	struct packet_id key;

	if (role_values_have(v, ROLE_BIT(HANDLE)))
		key = handle_key(v, v->value[RETIS_ROLE_HANDLE]);
	else if (role_values_have(v, ROLE_BIT(START)))
		key = start_key(v, at, v->value[RETIS_ROLE_START]);
	else
		return 0;
	return remember_root(identity, &key, root);
}

/* NAMED: *ID and *ROOT are there. 1: they are now. */
static int find_tied(struct identity *identity, const struct role_values *v, bool named,
		     struct entry *out, struct packet_id *id, struct packet_id *root)
{
	bool tied = has_tie(v);
	int got = find_tie(identity, v, named, root);

	if (got < 0)
		return got;
	out->orphan = tied && !got;
	if (got && !named)
		*id = *root;
	else if (got)
		got = tie_packet(identity, id, root);
	else if (tied && !named)
		/* A series that begins with it. */
		*id = *root = (struct packet_id){ out->at, 0 };
	if (got < 0 || !(named || tied))
		return got;
	got = offer_tie(identity, v, out->at, root);
	return got < 0 ? got : 1;
}

/* --- packets on several hosts ------------------------------------------------------- */

static bool find_wire_key(const struct role_values *v, struct wire_key *key)
{
	uint64_t link_type =
		role_values_have(v, ROLE_BIT(LINK_TYPE)) ? v->value[RETIS_ROLE_LINK_TYPE] : 1;

	return role_values_have(v, ROLE_BIT(PACKET)) &&
	       wire_find_key(v->packet, v->packet_size, link_type, key);
}

/* The packet that P tells of is under way when E happens. */
static bool is_under_way(const struct wire_packet *p, const struct entry *e)
{
	return p->used && (e->at < p->at || e->at - p->at <= WIRE_AGE_MAX);
}

/* A packet that goes, or comes, over the wire. FIRST: nothing was said of its series yet. */
static int meet_on_wire(struct identity *identity, const struct role_values *v, bool first,
			struct entry *out, struct packet_id *root)
{
	struct wire_packet *p;
	struct wire_key key;

	if (!find_wire_key(v, &key))
		return 0;
	p = wire_place(identity->wire, &key);
	if (!p)
		return -ENOMEM;
	if (!is_under_way(p, out)) {
		*p = (struct wire_packet){ key.hash, *root, out->at, v->host, false, true };
	} else if (!same_packet(&p->root, root) && p->host == v->host) {
		p->ambiguous |= first;
	} else if (!same_packet(&p->root, root) && first) {
		*root = p->root;
		out->joined = (uint8_t)(p->ambiguous ? WIRE_GUESS : key.trust);
	}
	return 0;
}

/* What is seen of a packet first decides where it belongs. */
static int join_hosts(struct identity *identity, const struct role_values *v, struct entry *out,
		      const struct packet_id *id, struct packet_id *root)
{
	int known, err;

	if (!v->host || identity->apart)
		return 0;
	if (!identity->wire)
		identity->wire = calloc(1, sizeof(*identity->wire));
	if (!identity->wire)
		return -ENOMEM;
	known = find_root(identity, id, root);
	if (known < 0)
		return known;
	err = meet_on_wire(identity, v, !known, out, root);
	return err || known ? err : remember_root(identity, id, root);
}

int identity_find(struct identity *identity, const struct retis_event *event, struct entry *out)
{
	struct packet_id id, root;
	struct role_values v;
	int got;

	roles_read(&identity->roles, event, &v);
	*out = (struct entry){
		.time = event->timestamp,
		.at = event->timestamp,
		.size = event->size,
		.kind = ENTRY_ALONE,
		.drop = role_values_have(&v, ROLE_BIT(DROP_REASON)),
	};
	got = find_named(identity, &v, &id, &root);
	if (got > 0) {
		int err = join_hosts(identity, &v, out, &id, &root);

		got = err ? err : got;
	}
	if (got >= 0)
		got = find_tied(identity, &v, got > 0, out, &id, &root);
	if (got <= 0)
		return got;
	out->kind = ENTRY_TRACKED;
	out->time = root.time;
	out->head = root.head;
	out->own_time = id.time;
	out->own_head = id.head;
	out->skb = role_values_have(&v, ROLE_BIT(SKB)) ? v.value[RETIS_ROLE_SKB] : 0;
	return 0;
}
