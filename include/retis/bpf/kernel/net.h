/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Network devices, namespaces and sockets: just the members in use. */
#ifndef RETIS_BPF_KERNEL_NET_H
#define RETIS_BPF_KERNEL_NET_H

#include <linux/in6.h>
#include <linux/types.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* include/linux/ns_common.h */
struct ns_common {
	unsigned int inum;
};

/* include/net/net_namespace.h; net_cookie since 5.12. */
struct net {
	struct ns_common ns;
	__u64 net_cookie;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct net_device;

/* include/linux/netdevice.h */
struct netdev_queue {
	struct net_device *dev;
};

struct net_device {
	char name[16];
	int ifindex;
	/* ARPHRD_*, include/uapi/linux/if_arp.h */
	unsigned short type;
	struct netdev_queue *_tx;
	possible_net_t nd_net;
};

/* include/net/sock.h. Only struct sock_common is there in every kind of
 * socket: request and time-wait sockets are cut short behind it. */
struct proto {
	char name[32];
};

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	/* The local port. */
	__u16 skc_num;
	/* AF_* */
	unsigned short skc_family;
	/* TCP_*, include/net/tcp_states.h */
	volatile unsigned char skc_state;
	struct proto *skc_prot;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

struct sock {
	struct sock_common __sk_common;
};

#pragma clang attribute pop

#endif
