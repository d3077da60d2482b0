/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The nft section as it travels. */
#ifndef NFT_SECTION_H
#define NFT_SECTION_H

#include <linux/types.h>

#define NFT_SECTION 0
#define IPTABLES_SECTION 1

#define NFT_HAS_RULE 1
#define NFT_HAS_TARGET 2
#define NFT_HAS_QUEUE 3
#define NFT_HAS_ERRNO 4
#define NFT_HAS_NETNS 5

/* Arguments of its hooks. */
#define NFT_ARG_PKTINFO 0
#define NFT_ARG_TRACEINFO 1
#define NFT_ARG_VERDICT 2
#define NFT_ARG_RULE 3
#define NFT_ARG_CHAIN 4
#define NFT_ARG_TYPE 5

#define IPTABLES_ARG_STATE 0
#define IPTABLES_ARG_TABLE 1
/* The table again, since 5.16. */
#define IPTABLES_ARG_PRIV 2

#define NFT_COUNT_CHAIN 0
#define N_NFT_COUNTERS 1

/* Verdicts beyond those of Netfilter (include/uapi/linux/netfilter.h), which are from 0 on:
 * enum nft_verdicts of include/uapi/linux/netfilter/nf_tables.h. */
#define NFT_VERDICT_CONTINUE (-1)
#define NFT_VERDICT_BREAK (-2)
#define NFT_VERDICT_JUMP (-3)
#define NFT_VERDICT_GOTO (-4)
#define NFT_VERDICT_RETURN (-5)
#define NFT_VERDICT_DROP 0
#define NFT_VERDICT_ACCEPT 1
#define NFT_VERDICT_STOLEN 2
#define NFT_VERDICT_QUEUE 3
#define NFT_VERDICT_REPEAT 4
#define NFT_VERDICT_STOP 5

/* Of a mask of verdicts. */
#define NFT_VERDICT_BIT(VERDICT) (1u << ((VERDICT)-NFT_VERDICT_RETURN))

/* NFT_NAME_MAXLEN of include/uapi/linux/netfilter/nf_tables.h. */
#define NFT_NAME_SIZE 256

/* A rule. Tables of a namespace and rules of a table get numbers that are never given
 * again, but a rule that replaces another one gets its. */
struct nft_rule_id {
	/* Cookie of the network namespace. */
	__u64 netns;
	__u64 table;
	__u64 rule;
};

/* Cut behind the last name there is. */
struct nft_section {
	struct nft_rule_id id;
	__u64 chain;
	__s32 verdict;
	/* The queue's number or the errno, see `present`. */
	__u16 detail;
	__u8 policy;
	__u8 reserved;
	char table_name[NFT_NAME_SIZE];
	char chain_name[NFT_NAME_SIZE];
	/* Where a jump goes to. */
	char target_name[NFT_NAME_SIZE];
};

/* XT_TABLE_MAXNAMELEN of include/uapi/linux/netfilter/x_tables.h. */
#define IPTABLES_NAME_SIZE 32

struct iptables_section {
	__s32 verdict;
	/* Where in the stack, NF_INET_*; NFPROTO_*. */
	__u8 hook;
	__u8 family;
	__u16 reserved;
	char table_name[IPTABLES_NAME_SIZE];
};

#endif
