/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "print.h"

#include "packet_parse.h"
#include "section.h"

/* skb->ip_summed (include/linux/skbuff.h). */
enum {
	CHECKSUM_NONE,
	CHECKSUM_UNNECESSARY,
	CHECKSUM_COMPLETE,
	CHECKSUM_PARTIAL,
};

static void put_skb_hex(struct retis_text *out, const char *before, uint64_t value)
{
	retis_text_str(out, before);
	retis_text_str(out, "0x");
	retis_text_hex(out, value, 1);
}

static void put_skb_dec(struct retis_text *out, const char *before, uint64_t value)
{
	retis_text_str(out, before);
	retis_text_dec(out, value);
}

static void print_accel_vlan(const struct skb_vlan *vlan, struct retis_text *out)
{
	retis_text_str(out, "vlan_accel (ethertype ");
	packet_ethertype_name(&(struct packet){ .out = out }, vlan->proto);
	put_skb_dec(out, " vlan ", vlan->vid);
	put_skb_dec(out, " p ", vlan->pcp);
	if (vlan->dei)
		retis_text_str(out, " DEI");
	retis_text_char(out, ')');
}

static void print_checksum(const struct skb_meta *meta, struct retis_text *out)
{
	retis_text_str(out, "csum ");
	switch (meta->ip_summed) {
	case CHECKSUM_NONE:
		retis_text_str(out, "none");
		break;
	case CHECKSUM_UNNECESSARY:
		put_skb_dec(out, "unnecessary (level ", meta->csum_level);
		retis_text_char(out, ')');
		break;
	case CHECKSUM_COMPLETE:
		put_skb_hex(out, "complete (", meta->csum);
		retis_text_char(out, ')');
		break;
	case CHECKSUM_PARTIAL:
		put_skb_dec(out, "partial (start ", meta->csum & 0xffff);
		put_skb_dec(out, " off ", meta->csum >> 16);
		retis_text_char(out, ')');
		break;
	default:
		put_skb_dec(out, "unknown (", meta->ip_summed);
		retis_text_char(out, ')');
	}
}

static void print_meta(const struct skb_meta *meta, struct retis_text *out)
{
	print_checksum(meta, out);
	if (meta->hash)
		put_skb_hex(out, " hash ", meta->hash);
	put_skb_dec(out, " len ", meta->len);
	if (meta->data_len)
		put_skb_dec(out, " data_len ", meta->data_len);
	put_skb_dec(out, " priority ", meta->priority);
}

static void print_data_ref(const struct skb_data_ref *ref, struct retis_text *out)
{
	if (ref->nohdr)
		retis_text_str(out, "nohdr ");
	if (ref->cloned)
		retis_text_str(out, "cloned ");
	if (ref->fclone) {
		put_skb_dec(out, "fclone ", ref->fclone);
		retis_text_char(out, ' ');
	}
	put_skb_dec(out, "users ", ref->users);
	put_skb_dec(out, " dataref ", ref->dataref);
}

static void print_gso(const struct skb_gso *gso, struct retis_text *out)
{
	put_skb_hex(out, "gso [type ", gso->type);
	if (gso->flags)
		put_skb_hex(out, " flags ", gso->flags);
	if (gso->frags)
		put_skb_dec(out, " frags ", gso->frags);
	if (gso->segs)
		put_skb_dec(out, " segs ", gso->segs);
	put_skb_dec(out, " size ", gso->size);
	retis_text_char(out, ']');
}

/* The group, if it was collected and is all there. */
static const void *get_group(const struct retis_view *view, unsigned int number, size_t offset,
			     size_t size)
{
	if (!retis_view_has(view, number) || view->length < offset + size)
		return NULL;
	return (const char *)view->data + offset;
}

#define GROUP(view, number, member)                                   \
	get_group(view, number, offsetof(struct skb_section, member), \
		  sizeof(((struct skb_section *)0)->member))

/* One space between the parts. */
static void separate_parts(struct retis_text *out, size_t start)
{
	if (out->length > start)
		retis_text_char(out, ' ');
}

void skb_print(const struct retis_view *view, const struct retis_print *how, struct retis_text *out)
{
	const struct skb_vlan *vlan = GROUP(view, SKB_VLAN, vlan);
	const struct skb_meta *meta = GROUP(view, SKB_META, meta);
	const struct skb_data_ref *ref = GROUP(view, SKB_DATA_REF, data_ref);
	const struct skb_gso *gso = GROUP(view, SKB_GSO, gso);
	size_t start = out->length;

	if (vlan && how->link_layer)
		print_accel_vlan(vlan, out);
	if (meta || ref) {
		separate_parts(out, start);
		retis_text_str(out, "skb [");
		if (meta)
			print_meta(meta, out);
		if (meta && ref)
			retis_text_char(out, ' ');
		if (ref)
			print_data_ref(ref, out);
		retis_text_char(out, ']');
	}
	if (gso) {
		separate_parts(out, start);
		print_gso(gso, out);
	}
}
