/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The connection a packet belongs to, and the one that this was expected by. */

#include <retis/bpf/skb.h>

#include "conn.bpf.h"
#include "section.h"

char LICENSE[] SEC("license") = "GPL";

/* NFCT_INFOMASK of include/linux/netfilter/nf_conntrack_common.h */
#define INFO_MASK 7ul

/* The section ends behind the last part in which there is something. */
static __always_inline __u32 used_size(__u32 present)
{
	const __u32 extra = HAS(CT_HAS_LABELS) | HAS(CT_HAS_HELPER);

	if (present & extra << CT_PARENT)
		return sizeof(struct ct_section);
	if (present & HAS(CT_PARENT + CT_HAS_CONN))
		return offsetof(struct ct_section, parent_extra);
	if (present & extra)
		return offsetof(struct ct_section, parent);
	return offsetof(struct ct_section, extra);
}

static __always_inline __u32 section_read(struct ct_section *section, struct nf_conn *ct)
{
	__u32 present = conn_read(&section->conn, &section->extra, ct);
	struct nf_conn *parent = retis_read_module(ct, master);

	if (!parent)
		return present;
	if (!(present & (HAS(CT_HAS_LABELS) | HAS(CT_HAS_HELPER))))
		__builtin_memset(&section->extra, 0, sizeof(section->extra));
	section->parent.state = 0;
	return present | conn_read(&section->parent, &section->parent_extra, parent) << CT_PARENT;
}

SEC("hook/ct")
int ct(struct retis_ctx *ctx, struct retis_event *event)
{
	struct sk_buff___ct *skb = retis_cast_flavour(sk_buff, ct, ctx->skb);
	struct ct_section *section;
	__u32 present;
	__u64 nfct;

	if (!ctx->skb)
		return 0;
	nfct = retis_read(skb, _nfct);
	if (!nfct)
		return 0;
	section = retis_section_open(event, CT_SECTION, sizeof(*section));
	if (!section)
		return 0;
	section->conn.state = nfct & INFO_MASK;
	/* IP_CT_UNTRACKED has none. */
	if (!(nfct & ~INFO_MASK)) {
		retis_section_finish(event, section, sizeof(*section), 1);
		return 0;
	}
	present = section_read(section, (struct nf_conn *)(nfct & ~INFO_MASK));
	retis_section_set_present(section, present);
	retis_section_finish(event, section, sizeof(*section), used_size(present));
	return 0;
}
