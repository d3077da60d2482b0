/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a struct nf_conn. */
#ifndef CT_CONN_BPF_H
#define CT_CONN_BPF_H

#include "tuple.bpf.h"

/* enum ip_conntrack_status of include/uapi/linux/netfilter/nf_conntrack_common.h */
#define IPS_CONFIRMED (1 << 3)
#define IPS_TEMPLATE (1 << 11)

/* Jiffies in a second. Set by the plugin. */
const volatile __u32 hz = 0;

static __always_inline __u32 proto_state_read(struct ct_conn *to, struct nf_conn *ct, __u32 present)
{
	if (present & HAS(CT_HAS_TCP)) {
		to->proto_state = retis_read_module(ct, proto.tcp.state);
	} else if (present & HAS(CT_HAS_SCTP) && bpf_core_field_exists(ct->proto.sctp)) {
		to->proto_state = CT_STATE_SCTP | (retis_read_module(ct, proto.sctp.state) & 0xff);
		to->orig.vtag = bpf_ntohl(retis_read_module(ct, proto.sctp.vtag[0]));
		to->reply.vtag = bpf_ntohl(retis_read_module(ct, proto.sctp.vtag[1]));
	} else if (present & HAS(CT_HAS_DCCP) && bpf_core_field_exists(ct->proto.dccp)) {
		to->proto_state = CT_STATE_DCCP | retis_read_module(ct, proto.dccp.state);
	} else {
		to->proto_state = 0;
		return 0;
	}
	return HAS(CT_HAS_PROTO_STATE);
}

static __always_inline void zone_read(struct ct_conn *to, struct nf_conn *ct)
{
	to->zone_id = 0;
	to->zone_dir = 0;
	if (bpf_core_field_exists(ct->zone)) {
		to->zone_id = retis_read_module(ct, zone.id);
		to->zone_dir = retis_read_module(ct, zone.dir) & (CT_ZONE_ORIGINAL | CT_ZONE_REPLY);
	}
}

/* The clock of a connection runs once it is confirmed; templates are from the start and have none.
 */
static __always_inline __u32 timeout_read(struct ct_conn *to, struct nf_conn *ct)
{
	__s32 left;

	to->timeout = 0;
	if ((to->status & (IPS_CONFIRMED | IPS_TEMPLATE)) != IPS_CONFIRMED)
		return 0;
	left = retis_read_module(ct, timeout) - (__u32)bpf_jiffies64();
	if (left > 0)
		to->timeout = (__u32)left / hz;
	return HAS(CT_HAS_TIMEOUT);
}

/* Address of extension ID of a connection, 0: it has none. */
static __always_inline __u64 extension_find(struct nf_ct_ext *ext, __u64 id)
{
	const void *offsets = (const void *)ext + bpf_core_field_offset(struct nf_ct_ext, offset);
	__u8 offset = 0;

	retis_read_bytes(&offset, sizeof(offset), offsets + id);
	return offset ? (__u64)ext + offset : 0;
}

static __always_inline __u32 labels_read(struct ct_extra *extra, struct nf_ct_ext *ext)
{
	struct nf_conn_labels *labels;

	extra->labels_hi = 0;
	extra->labels_lo = 0;
	if (!bpf_core_enum_value_exists(enum nf_ct_ext_id, NF_CT_EXT_LABELS))
		return 0;
	labels = (void *)extension_find(ext,
					bpf_core_enum_value(enum nf_ct_ext_id, NF_CT_EXT_LABELS));
	if (!labels)
		return 0;
	extra->labels_lo = retis_read_module(labels, bits[0]);
	extra->labels_hi = retis_read_module(labels, bits[1]);
	return extra->labels_lo | extra->labels_hi ? HAS(CT_HAS_LABELS) : 0;
}

static __always_inline __u32 helper_read(struct ct_extra *extra, struct nf_ct_ext *ext)
{
	struct nf_conn_help *help;
	struct nf_conntrack_helper *helper = NULL;

	__builtin_memset(extra->helper, 0, sizeof(extra->helper));
	if (!bpf_core_enum_value_exists(enum nf_ct_ext_id, NF_CT_EXT_HELPER) ||
	    !bpf_core_field_exists(struct nf_conntrack_helper, name))
		return 0;
	help = (void *)extension_find(ext,
				      bpf_core_enum_value(enum nf_ct_ext_id, NF_CT_EXT_HELPER));
	if (help)
		helper = retis_read_module(help, helper);
	if (!helper)
		return 0;
	retis_read_words(extra->helper, 2,
			 (const void *)helper +
				 bpf_core_field_offset(struct nf_conntrack_helper, name));
	return HAS(CT_HAS_HELPER);
}

/* What verifiers know of PRESENT is forgotten on the way through memory: else they follow each
 * protocol through all that comes behind. MARK is written later. */
static __always_inline __u32 present_forget(volatile __u32 *mark, __u32 present)
{
	*mark = present;
	return *mark;
}

/* What is not in the result is not there; EXTRA is only written where something in it is. */
static __noinline __u32 conn_read(struct ct_conn *to, struct ct_extra *extra, struct nf_conn *ct)
{
	__u32 present = HAS(CT_HAS_CONN);
	struct nf_ct_ext *ext;

	to->reserved = 0;
	to->status = retis_read_module(ct, status);
	zone_read(to, ct);
	present = present_forget(&to->mark, present | tuples_read(to, ct));
	present |= proto_state_read(to, ct, present);
	present = present_forget(&to->mark, present | timeout_read(to, ct));
	ext = retis_read_module(ct, ext);
	if (ext) {
		present = present_forget(&to->mark, present | labels_read(extra, ext));
		present = present_forget(&to->mark, present | helper_read(extra, ext));
	}
	to->mark = 0;
	if (bpf_core_field_exists(ct->mark)) {
		to->mark = retis_read_module(ct, mark);
		present |= HAS(CT_HAS_MARK);
	}
	return present;
}

#endif
