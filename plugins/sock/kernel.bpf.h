/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is behind struct sock_common in full sockets: just the members in use. */
#ifndef SOCK_KERNEL_BPF_H
#define SOCK_KERNEL_BPF_H

#include <retis/bpf/kernel/net.h>
#include <retis/bpf/kernel/skb.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* include/linux/kernfs.h, include/linux/cgroup-defs.h */
struct kernfs_node {
	__u64 id;
};

struct cgroup {
	struct kernfs_node *kn;
};

/* The pointer since 5.16, commit 8520e224f547 ("bpf, cgroups: Fix cgroup v2 fallback on v1/v2
 * mixed mode"). */
struct sock_cgroup_data {
	struct cgroup *cgroup;
};

/* include/net/sock.h */
struct inode {
	unsigned long i_ino;
};

struct socket;
struct socket_alloc {
	struct inode vfs_inode;
};

struct sock___full {
	struct {
		struct {
			int counter;
		} rmem_alloc;
	} sk_backlog;
	struct socket *sk_socket;
	refcount_t sk_wmem_alloc;
	__u16 sk_type;
	__u16 sk_protocol;
	__u32 sk_ack_backlog;
	__u32 sk_max_ack_backlog;
	struct sock_cgroup_data sk_cgrp_data;
};

/* Since 6.18, commit 5d6b58c932ec ("net: lockless sock_i_ino()"). */
struct sock___inode {
	unsigned long sk_ino;
};

/* include/linux/udp.h */
struct udp_sock {
	int forward_deficit;
};

/* include/net/inet_sock.h */
struct inet_sock {
	__be16 inet_sport;
};

/* include/net/inet_connection_sock.h */
struct inet_connection_sock {
	__u8 icsk_retransmits;
};

/* include/linux/tcp.h */
struct tcp_sock {
	__u32 rcv_nxt;
	__u32 copied_seq;
	__u32 snd_una;
	__u32 write_seq;
	__u32 snd_cwnd;
	__u32 snd_ssthresh;
	__u32 srtt_us;
	__u32 total_retrans;
};

#pragma clang attribute pop

#endif
