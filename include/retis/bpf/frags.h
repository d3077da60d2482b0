/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Bytes of packets that are not in their linear area, but in fragments: pages. The plugin calls
 * retis_follow_frags() of <retis/frags.h> in setup(), and retis_tell_frags() later. */
#ifndef RETIS_BPF_FRAGS_H
#define RETIS_BPF_FRAGS_H

#include <retis/bpf/hook.h>
#include <retis/bpf/kernel/skb.h>

/* Set by the plugin. */
const volatile __u32 retis_page_shift = 12;
/* Addresses of the kernel's linear mapping and of its array of struct page, or where it keeps
 * them. Without, fragments are not followed. */
const volatile __u64 retis_page_offset = 0, retis_page_offset_base_at = 0;
const volatile __u64 retis_vmemmap = 0, retis_vmemmap_base_at = 0;

/* netmem_ref: no page but device memory (include/net/netmem.h). */
#define RETIS_NETMEM_NO_PAGE 1

/* Not 0: there were bytes of fragments that could not be followed. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} retis_frags_missed SEC(".maps");

/* For who wants bytes of fragments that are there; else it is told that they are missing. */
static __always_inline bool retis_follows_frags(void)
{
	__u32 zero = 0, *missed;

	if (retis_vmemmap || retis_vmemmap_base_at)
		return true;
	missed = bpf_map_lookup_elem(&retis_frags_missed, &zero);
	if (missed)
		*missed = 1;
	return false;
}

/* `end` is an offset on 64-bit machines (NET_SKBUFF_DATA_USES_OFFSET). */
static __always_inline struct skb_shared_info *retis_shared_info(struct sk_buff *skb)
{
	return retis_cast(skb_shared_info, retis_read(skb, head) + retis_read(skb, end));
}

/* Address of the bytes of fragment I, of which there are `nr_frags`, and their number. NULL:
 * unknown. */
static __always_inline void *retis_frag(struct skb_shared_info *shared, __u32 i, __u32 *size)
{
	void *frags = (void *)shared + bpf_core_field_offset(struct skb_shared_info, frags);
	__u64 page, offset, linear = retis_page_offset, map = retis_vmemmap;

	if (bpf_core_type_exists(struct skb_frag)) {
		struct skb_frag *frag =
			retis_cast(skb_frag, frags + i * bpf_core_type_size(struct skb_frag));

		page = retis_read(frag, netmem);
		offset = retis_read(frag, offset);
		*size = retis_read(frag, len);
		if (page & RETIS_NETMEM_NO_PAGE)
			return NULL;
	} else {
		struct bio_vec *frag =
			retis_cast(bio_vec, frags + i * bpf_core_type_size(struct bio_vec));

		page = (__u64)retis_read(frag, bv_page);
		offset = retis_read(frag, bv_offset);
		*size = retis_read(frag, bv_len);
	}
	if (!map && (retis_read_bytes(&linear, sizeof(linear), retis_page_offset_base_at) ||
		     retis_read_bytes(&map, sizeof(map), retis_vmemmap_base_at)))
		return NULL;
	if (page < map)
		return NULL;
	page = (page - map) / bpf_core_type_size(struct page);
	return (void *)(linear + (page << retis_page_shift) + offset);
}

#endif
