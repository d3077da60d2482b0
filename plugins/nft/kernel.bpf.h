/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Types of nf_tables, mostly a module: just the members in use, as kernels have had them. */
#ifndef NFT_KERNEL_BPF_H
#define NFT_KERNEL_BPF_H

#include <retis/bpf/kernel/net.h>
#include <retis/bpf/kernel/skb.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* include/linux/netfilter.h; never in a module. */
struct nf_hook_state {
	__u8 hook;
	__u8 pf;
	struct net *net;
};

/* include/linux/netfilter/x_tables.h */
struct xt_table {
	char name[32];
};

/* include/net/netfilter/nf_tables.h from here on. */
struct nft_pktinfo {
	struct sk_buff *skb;
	const struct nf_hook_state *state;
};

struct nft_table {
	__u64 handle;
	char *name;
};

/* Since 5.17, commit 2c865a8a28a1 ("netfilter: nf_tables: add rule blob layout"). */
struct nft_rule_blob {
	unsigned long size;
	unsigned char data[0];
};

struct nft_chain {
	struct nft_rule_blob *blob_gen_0;
	struct nft_rule_blob *blob_gen_1;
	struct nft_table *table;
	__u64 handle;
	char *name;
};

struct nft_base_chain {
	__u8 policy;
	struct nft_chain chain;
};

struct nft_verdict {
	__u32 code;
	struct nft_chain *chain;
};

/* Since the same commit; rules are one behind the other. */
struct nft_rule_dp {
	__u64 is_last : 1, dlen : 12, handle : 42;
};

/* Before that. */
struct nft_rule {
	__u64 handle : 42;
};

/* The end of a chain's rules since 6.4, commit e38fbfa972c5 ("netfilter: nf_tables: do not
 * store verdict in traceinfo structure") and those around it. */
struct nft_rule_dp_last {
	const struct nft_chain *chain;
};

struct nft_traceinfo {
	const struct nft_base_chain *basechain;
};

/* Before these commits it has everything. */
struct nft_traceinfo___all {
	const struct nft_pktinfo *pkt;
	const struct nft_rule_dp *rule;
	const struct nft_verdict *verdict;
};

#pragma clang attribute pop

#endif
