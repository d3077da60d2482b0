/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The socket of a packet or among a function's arguments, and why it resets its connection.
 * Only struct sock_common can be relied upon: request and time-wait sockets have no more.
 */
#include <bpf/bpf_endian.h>

#include <retis/bpf/hook.h>

#include "kernel.bpf.h"
#include "section.h"

char LICENSE[] SEC("license") = "GPL";

#define FAMILY_INET 2
#define FAMILY_INET6 10
#define TYPE_STREAM 1
#define PROTO_TCP 6
#define PROTO_UDP 17
/* TCP_INFINITE_SSTHRESH of include/net/tcp.h */
#define SSTHRESH_INFINITE 0x7fffffff

/* An argument's, else the packet's; NULL: there is none. In fragments that wait for others a
 * number is in the place of the packet's. */
static __always_inline struct sock_common *find_sock(struct retis_ctx *ctx)
{
	void *address = (void *)retis_arg(ctx, SOCK_ARG_SOCK);
	struct sk_buff *skb = retis_cast(sk_buff, ctx->skb);

	if (!address && ctx->skb)
		address = retis_read(skb, sk);
	if (!address || !retis_read(retis_cast(sock_common, address), skc_family))
		return NULL;
	return retis_cast(sock_common, address);
}

static __always_inline bool is_full_sock(__u8 state)
{
	return state != SOCK_TIME_WAIT && state != SOCK_NEW_SYN_RECV;
}

/* Of its packets: a socket for IPv6 may have a connection of IPv4. */
static __always_inline __u16 packet_family(struct sock_common *sk)
{
	__u16 family = retis_read(sk, skc_family);

	if (family != FAMILY_INET6)
		return family;
	if (!bpf_core_field_exists(struct sock_common, skc_v6_daddr))
		return 0;
	return retis_read(sk, skc_v6_daddr.in6_u.u6_addr32[0]) ||
			       retis_read(sk, skc_v6_daddr.in6_u.u6_addr32[1]) ||
			       retis_read(sk, skc_v6_daddr.in6_u.u6_addr32[2]) != bpf_htonl(0xffff)
		       ? FAMILY_INET6
		       : FAMILY_INET;
}

/* --- what all have ------------------------------------------------------------ */

/* A socket that was closed has no number any more, but what it still sends has its port. */
static __always_inline __be16 local_port(struct sock_common *sk)
{
	return is_full_sock(retis_read(sk, skc_state))
		       ? retis_read(retis_cast(inet_sock, sk), inet_sport)
		       : bpf_htons(retis_read(sk, skc_num));
}

static __always_inline void put_ends4(struct sock_section *s, struct sock_common *sk)
{
	*(__u32 *)s->local.ip4 = retis_read(sk, skc_rcv_saddr);
	*(__u32 *)s->remote.ip4 = retis_read(sk, skc_daddr);
	retis_section_present(s, SOCK_HAS_IP4);
}

static __always_inline void put_ends6(struct sock_section *s, struct sock_common *sk)
{
	retis_read_array(s->local.ip6, sk, skc_v6_rcv_saddr);
	retis_read_array(s->remote.ip6, sk, skc_v6_daddr);
	retis_section_present(s, SOCK_HAS_IP6);
}

static __always_inline void put_ends(struct sock_section *s, struct sock_common *sk)
{
	__u16 family = packet_family(sk);

	if (family == FAMILY_INET)
		put_ends4(s, sk);
	else if (family == FAMILY_INET6)
		put_ends6(s, sk);
	else
		return;
	s->local.port = bpf_ntohs(local_port(sk));
	s->remote.port = bpf_ntohs(retis_read(sk, skc_dport));
}

/* --- request and time-wait sockets ------------------------------------------- */

/* They are of TCP or, in older kernels, of DCCP. */
static __always_inline void put_small(struct sock_section *s, struct sock_common *sk)
{
	struct proto *proto = retis_cast(proto, retis_read(sk, skc_prot));

	if (retis_read(proto, name[0]) != 'T' || retis_read(proto, name[1]) != 'C')
		return;
	s->type = TYPE_STREAM;
	s->proto = PROTO_TCP;
	retis_section_present(s, SOCK_HAS_TYPE);
}

/* --- full sockets ------------------------------------------------------------- */

static __always_inline __u64 sock_inode(void *address)
{
	struct sock___full *sk = retis_cast_flavour(sock, full, address);
	void *socket;

	if (bpf_core_field_exists(struct sock___inode, sk_ino))
		return retis_read(retis_cast_flavour(sock, inode, address), sk_ino);
	socket = retis_read(sk, sk_socket);
	return socket ? retis_read(retis_cast(socket_alloc, socket), vfs_inode.i_ino) : 0;
}

static __always_inline void put_cgroup(struct sock_section *s, struct sock___full *sk)
{
	struct kernfs_node *node;
	struct cgroup *cgroup;

	if (!bpf_core_field_exists(struct sock___full, sk_cgrp_data.cgroup))
		return;
	cgroup = retis_cast(cgroup, retis_read(sk, sk_cgrp_data.cgroup));
	if (!cgroup)
		return;
	node = retis_cast(kernfs_node, retis_read(cgroup, kn));
	s->cgroup = retis_read(node, id);
	retis_section_present(s, SOCK_HAS_CGROUP);
}

/* As ss(8) has them. */
static __always_inline void put_queues(struct sock_section *s, struct sock___full *sk)
{
	__s32 received = retis_read(sk, sk_backlog.rmem_alloc.counter);

	if (s->proto == PROTO_UDP)
		received -= retis_read(retis_cast(udp_sock, sk), forward_deficit);
	s->recv_queue = received > 0 ? received : 0;
	/* One stands for the socket itself. */
	s->send_queue = retis_read(sk, sk_wmem_alloc.refs.counter) - 1;
}

static __always_inline void put_backlog(struct sock_section *s, struct sock___full *sk)
{
	s->recv_queue = retis_read(sk, sk_ack_backlog);
	s->send_queue = retis_read(sk, sk_max_ack_backlog);
}

static __always_inline void put_tcp(struct sock_section *s, void *address)
{
	struct tcp_sock *tcp = retis_cast(tcp_sock, address);
	__s32 received = retis_read(tcp, rcv_nxt) - retis_read(tcp, copied_seq);

	s->recv_queue = received > 0 ? received : 0;
	s->send_queue = retis_read(tcp, write_seq) - retis_read(tcp, snd_una);
	s->cwnd = retis_read(tcp, snd_cwnd);
	s->ssthresh = retis_read(tcp, snd_ssthresh);
	/* The kernel keeps eight times the value. */
	s->srtt = retis_read(tcp, srtt_us) >> 3;
	s->retransmits = retis_read(retis_cast(inet_connection_sock, address), icsk_retransmits);
	s->total_retransmits = retis_read(tcp, total_retrans);
	retis_section_present(s, SOCK_HAS_TCP);
	if (s->ssthresh < SSTHRESH_INFINITE)
		retis_section_present(s, SOCK_HAS_SSTHRESH);
	if (s->srtt)
		retis_section_present(s, SOCK_HAS_SRTT);
}

static __always_inline void put_full(struct sock_section *s, void *address, bool internet)
{
	struct sock___full *sk = retis_cast_flavour(sock, full, address);

	s->inode = sock_inode(address);
	s->type = retis_read(sk, sk_type);
	s->proto = retis_read(sk, sk_protocol);
	retis_section_present(s, SOCK_HAS_TYPE);
	retis_section_present(s, SOCK_HAS_ALL);
	put_cgroup(s, sk);
	if (!internet || s->proto != PROTO_TCP || s->type != TYPE_STREAM)
		put_queues(s, sk);
	else if (s->state == SOCK_LISTEN)
		put_backlog(s, sk);
	else
		put_tcp(s, address);
}

static __always_inline void put_sock(struct sock_section *s, struct sock_common *sk)
{
	__u16 family = retis_read(sk, skc_family);

	s->state = retis_read(sk, skc_state);
	retis_section_present(s, SOCK_HAS_STATE);
	put_ends(s, sk);
	if (is_full_sock(s->state))
		put_full(s, sk, family == FAMILY_INET || family == FAMILY_INET6);
	else
		put_small(s, sk);
}

SEC("hook/sock")
int sock(struct retis_ctx *ctx, struct retis_event *event)
{
	struct sock_common *sk = find_sock(ctx);
	struct sock_section *s;

	if (!sk && !retis_has_arg(ctx, SOCK_ARG_REASON))
		return 0;
	s = retis_section(event, SOCK_SECTION, sizeof(*s));
	if (!s)
		return 0;
	if (retis_has_arg(ctx, SOCK_ARG_REASON)) {
		s->reset_reason = retis_arg(ctx, SOCK_ARG_REASON);
		retis_section_present(s, SOCK_HAS_REASON);
	}
	if (sk)
		put_sock(s, sk);
	return 0;
}

/* --- for packet filters ------------------------------------------------------- */

/* Headers of a packet that the socket would send. */
static __always_inline void stand_in_ports(__u8 *to, struct sock_common *sk)
{
	*(__u16 *)to = local_port(sk);
	*(__u16 *)(to + 2) = retis_read(sk, skc_dport);
	/* Of TCP: the length of its header. */
	to[12] = 5 << 4;
}

static __always_inline __u8 protocol_of(struct sock_common *sk)
{
	if (!is_full_sock(retis_read(sk, skc_state)))
		return PROTO_TCP;
	return retis_read(retis_cast_flavour(sock, full, sk), sk_protocol);
}

static __always_inline int stand_in4(__u8 *to, struct sock_common *sk)
{
	to[0] = 4 << 4 | 5;
	to[3] = 40;
	to[9] = protocol_of(sk);
	*(__u32 *)(to + 12) = retis_read(sk, skc_rcv_saddr);
	*(__u32 *)(to + 16) = retis_read(sk, skc_daddr);
	stand_in_ports(to + 20, sk);
	return 40;
}

static __always_inline int stand_in6(__u8 *to, struct sock_common *sk)
{
	to[0] = 6 << 4;
	to[5] = 20;
	to[6] = protocol_of(sk);
	retis_read_array(to + 8, sk, skc_v6_rcv_saddr);
	retis_read_array(to + 24, sk, skc_v6_daddr);
	stand_in_ports(to + 40, sk);
	return 60;
}

SEC("hook/stand_in")
int stand_in(struct retis_ctx *ctx, struct retis_standin *to)
{
	struct sock_common *sk = find_sock(ctx);
	__u16 family = sk ? packet_family(sk) : 0;

	if (family == FAMILY_INET)
		return stand_in4(to->bytes, sk);
	return family == FAMILY_INET6 ? stand_in6(to->bytes, sk) : 0;
}
