/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Verdicts of nftables. While any rule anywhere says "meta nftrace set 1", the kernel calls
 * __nft_trace_packet() for each rule that matched, each end of a chain and each policy, for all
 * packets; only inside it is looked whether the packet is one that is to be traced.
 */
#include <retis/bpf/hook.h>

#include "kernel.bpf.h"
#include "section.h"

char LICENSE[] SEC("license") = "GPL";

RETIS_COUNTERS(N_NFT_COUNTERS);

/* enum nft_trace_types of include/uapi/linux/netfilter/nf_tables.h. */
#define TRACE_POLICY 1
#define TRACE_RETURN 2

/* NF_VERDICT_MASK and NF_VERDICT_QBITS of include/uapi/linux/netfilter.h. */
#define VERDICT_MASK 0xff
#define VERDICT_DETAIL_SHIFT 16

#define RULES_MAX (1 << 16)

/* Verdicts to be reported, see NFT_VERDICT_BIT(). */
const volatile __u32 wanted = 0;

/* Its members are copied before they are read through: reads take all of an expression for the
 * kernel's. */
struct decision {
	struct nft_pktinfo *pkt;
	struct nft_traceinfo *info;
	struct nft_verdict *verdict;
	/* The word a rule begins with, and where it is; 0: there is no rule. */
	__u64 rule;
	__u64 word;
	__u32 type;
};

/* A bit field of a rule, out of its word. */
#define rule_bits(WORD, FIELD)                                                \
	((WORD) << __CORE_RELO((struct nft_rule_dp *)0, FIELD, LSHIFT_U64) >> \
	 __CORE_RELO((struct nft_rule_dp *)0, FIELD, RSHIFT_U64))

static __always_inline bool info_has_all(void)
{
	return bpf_core_field_exists(struct nft_traceinfo___all, pkt);
}

static __always_inline bool rules_lie_in_blobs(void)
{
	return bpf_core_field_exists(struct nft_rule_dp, handle);
}

static __always_inline void find_decision(struct decision *d, struct retis_ctx *ctx)
{
	struct nft_traceinfo___all *all = (void *)retis_arg(ctx, NFT_ARG_TRACEINFO);

	d->info = (void *)all;
	d->pkt = (void *)retis_arg(ctx, NFT_ARG_PKTINFO);
	if (info_has_all()) {
		if (!d->pkt)
			d->pkt = (void *)retis_read_module(all, pkt);
		d->verdict = (void *)retis_read_module(all, verdict);
		d->rule = (__u64)retis_read_module(all, rule);
	} else {
		d->verdict = (void *)retis_arg(ctx, NFT_ARG_VERDICT);
		d->rule = retis_arg(ctx, NFT_ARG_RULE);
	}
}

/* As the verdicts of section.h; what Netfilter's carry goes to DETAIL. */
static __always_inline __s32 plain_verdict(__u32 code, __u16 *detail)
{
	if ((__s32)code < 0 && (__s32)code >= NFT_VERDICT_RETURN)
		return (__s32)code;
	*detail = code >> VERDICT_DETAIL_SHIFT;
	return code & VERDICT_MASK;
}

static __always_inline __s32 read_verdict(const struct decision *d, __u16 *detail)
{
	struct nft_traceinfo *info = d->info;
	struct nft_verdict *verdict = d->verdict;

	*detail = 0;
	if (d->type == TRACE_POLICY)
		return retis_read_module(info, basechain, policy);
	return plain_verdict(retis_read_module(verdict, code), detail);
}

/* --- the rule, and the chain it is in ------------------------------------------- */

/* Kernels look at it only now, too: at the end of a chain it is what happens to be there. */
static __always_inline void find_rule(struct decision *d, __s32 verdict)
{
	bool ended = d->type == TRACE_RETURN && verdict == NFT_VERDICT_CONTINUE;

	if (!rules_lie_in_blobs()) {
		if (d->type == TRACE_POLICY || ended)
			d->rule = 0;
		return;
	}
	if (d->type == TRACE_POLICY || retis_read_bytes(&d->word, sizeof(d->word), d->rule))
		d->rule = 0;
}

static __always_inline bool has_rule(const struct decision *d, __s32 verdict)
{
	if (!d->rule)
		return false;
	if (!rules_lie_in_blobs())
		return true;
	return !rule_bits(d->word, is_last) &&
	       !(d->type == TRACE_RETURN && verdict == NFT_VERDICT_CONTINUE);
}

static __always_inline __u64 rule_handle(const struct decision *d)
{
	struct nft_rule *rule = (void *)d->rule;

	if (rules_lie_in_blobs())
		return rule_bits(d->word, handle);
	return BPF_CORE_READ_BITFIELD_PROBED(rule, handle);
}

static __always_inline bool lies_in(__u64 rule, struct nft_rule_blob *blob)
{
	__u64 start = (__u64)blob + bpf_core_field_offset(struct nft_rule_blob, data);

	return rule >= start && rule - start < retis_read_module(blob, size);
}

struct walk {
	__u64 rule;
	struct nft_chain *chain;
};

static long walk_on(__u32 index, struct walk *walk)
{
	struct nft_rule_dp_last *last = (void *)walk->rule;
	__u64 word;

	if (retis_read_bytes(&word, sizeof(word), last))
		return 1;
	if (rule_bits(word, is_last)) {
		walk->chain = (void *)retis_read_module(last, chain);
		return 1;
	}
	walk->rule += bpf_core_type_size(struct nft_rule_dp) + rule_bits(word, dlen);
	return 0;
}

/* Behind the last rule of a chain is a pointer to it. */
static __always_inline struct nft_chain *walk_to_chain(__u64 rule)
{
	struct walk walk = { .rule = rule };

	bpf_loop(RULES_MAX, walk_on, &walk, 0);
	if (!walk.chain)
		retis_count(NFT_COUNT_CHAIN);
	return walk.chain;
}

/* The way through all rules is spared for those of the base chain. */
static __always_inline struct nft_chain *find_chain(struct retis_ctx *ctx, const struct decision *d)
{
	struct nft_chain *chain = (void *)retis_arg(ctx, NFT_ARG_CHAIN);
	struct nft_traceinfo *info = d->info;

	if (info_has_all())
		return chain;
	chain = (void *)retis_read_module(info, basechain);
	if (chain)
		chain = (void *)chain + bpf_core_field_offset(struct nft_base_chain, chain);
	if (!d->rule || (chain && (lies_in(d->rule, retis_read_module(chain, blob_gen_0)) ||
				   lies_in(d->rule, retis_read_module(chain, blob_gen_1)))))
		return chain;
	return walk_to_chain(d->rule);
}

/* --- the section ------------------------------------------------------------------ */

/* The bytes it takes with its end. */
static __always_inline __u32 put_object_name(char *to, const char *name)
{
	long n = bpf_probe_read_kernel_str(to, NFT_NAME_SIZE, name);

	if (n > 0)
		return retis_min(n, NFT_NAME_SIZE);
	*to = '\0';
	return 1;
}

static __always_inline void put_netns(struct nft_section *s, const struct decision *d)
{
	struct nft_pktinfo *pkt = d->pkt;
	struct nf_hook_state *state = (void *)retis_read_module(pkt, state);
	struct net *net;

	if (!state || !bpf_core_field_exists(struct net, net_cookie))
		return;
	net = retis_read(retis_cast(nf_hook_state, state), net);
	if (!net)
		return;
	s->id.netns = retis_read(retis_cast(net, net), net_cookie);
	retis_section_present(s, NFT_HAS_NETNS);
}

static __always_inline void put_verdict(struct nft_section *s, __s32 verdict, __u16 detail)
{
	s->verdict = verdict;
	s->detail = detail;
	if (verdict == NFT_VERDICT_QUEUE)
		retis_section_present(s, NFT_HAS_QUEUE);
	if (verdict == NFT_VERDICT_DROP && detail)
		retis_section_present(s, NFT_HAS_ERRNO);
}

/* The bytes of the section up to the end of the last name. */
static __always_inline __u32 put_names(struct nft_section *s, struct nft_chain *chain,
				       const struct decision *d)
{
	struct nft_table *table = retis_read_module(chain, table);
	struct nft_verdict *verdict = d->verdict;
	struct nft_chain *target;
	__u32 used;

	s->chain = retis_read_module(chain, handle);
	s->id.table = retis_read_module(table, handle);
	put_object_name(s->table_name, retis_read_module(table, name));
	used = put_object_name(s->chain_name, retis_read_module(chain, name));
	if (s->verdict != NFT_VERDICT_JUMP && s->verdict != NFT_VERDICT_GOTO)
		return offsetof(struct nft_section, chain_name) + used;
	target = retis_read_module(verdict, chain);
	retis_section_present(s, NFT_HAS_TARGET);
	return offsetof(struct nft_section, target_name) +
	       put_object_name(s->target_name, retis_read_module(target, name));
}

static __always_inline void put_nft_section(struct retis_event *event, struct nft_chain *chain,
					    const struct decision *d, __s32 verdict, __u16 detail)
{
	struct nft_section *s = retis_section_open(event, NFT_SECTION, sizeof(*s));

	if (!s)
		return;
	__builtin_memset(s, 0, offsetof(struct nft_section, target_name));
	s->policy = d->type == TRACE_POLICY;
	if (has_rule(d, verdict)) {
		s->id.rule = rule_handle(d);
		retis_section_present(s, NFT_HAS_RULE);
	}
	put_netns(s, d);
	put_verdict(s, verdict, detail);
	retis_section_finish(event, s, sizeof(*s), put_names(s, chain, d));
}

SEC("hook/nft")
int nft(struct retis_ctx *ctx, struct retis_event *event)
{
	struct decision d = { .type = (__u32)retis_arg(ctx, NFT_ARG_TYPE) };
	struct nft_chain *chain;
	__u16 detail;
	__s32 verdict;

	find_decision(&d, ctx);
	verdict = read_verdict(&d, &detail);
	if (verdict > NFT_VERDICT_STOP || !(wanted & NFT_VERDICT_BIT(verdict)))
		return 0;
	find_rule(&d, verdict);
	chain = find_chain(ctx, &d);
	if (chain)
		put_nft_section(event, chain, &d, verdict, detail);
	return 0;
}

/* A packet that was stolen may be gone, or be somebody else's. */
SEC("hook/packet")
__u64 nft_packet(struct retis_ctx *ctx, struct retis_event *event)
{
	struct decision d = {};
	struct nft_verdict *verdict;
	struct nft_pktinfo *pkt;

	find_decision(&d, ctx);
	verdict = d.verdict;
	pkt = d.pkt;
	if (verdict && retis_read_module(verdict, code) == NFT_VERDICT_STOLEN)
		return 0;
	return (__u64)retis_read_module(pkt, skb);
}

/* --- iptables-legacy ---------------------------------------------------------------- */

/* What a table decided, as its function returns; which rule did it is not kept anywhere. */
SEC("hook/iptables")
int iptables(struct retis_ctx *ctx, struct retis_event *event)
{
	struct nf_hook_state *state = retis_cast(nf_hook_state, retis_arg(ctx, IPTABLES_ARG_STATE));
	struct xt_table *table = (void *)retis_arg(ctx, IPTABLES_ARG_TABLE);
	struct iptables_section *s;
	__u16 detail;
	__s32 verdict = plain_verdict(ctx->ret, &detail);

	if (verdict > NFT_VERDICT_STOP || !(wanted & NFT_VERDICT_BIT(verdict)))
		return 0;
	if (!table)
		table = (void *)retis_arg(ctx, IPTABLES_ARG_PRIV);
	s = retis_section(event, IPTABLES_SECTION, sizeof(*s));
	if (!s)
		return 0;
	s->verdict = verdict;
	s->hook = retis_read(state, hook);
	s->family = retis_read(state, pf);
	bpf_probe_read_kernel_str(s->table_name, sizeof(s->table_name),
				  (void *)table + bpf_core_field_offset(struct xt_table, name));
	return 0;
}
