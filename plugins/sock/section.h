/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sock section as it travels. */
#ifndef SOCK_SECTION_H
#define SOCK_SECTION_H

#include <linux/types.h>

#define SOCK_SECTION 0

/* Arguments of its hooks. */
#define SOCK_ARG_SOCK 0
#define SOCK_ARG_REASON 1

/* Presence of optional fields. */
#define SOCK_HAS_STATE 1
/* Type and protocol. */
#define SOCK_HAS_TYPE 2
/* What only full sockets have: inode, queues. */
#define SOCK_HAS_ALL 3
#define SOCK_HAS_REASON 4
#define SOCK_HAS_IP4 5
#define SOCK_HAS_IP6 6
#define SOCK_HAS_CGROUP 7
#define SOCK_HAS_TCP 8
#define SOCK_HAS_SSTHRESH 9
#define SOCK_HAS_SRTT 10

/* Of include/net/tcp_states.h: sockets that are cut short behind struct sock_common. */
#define SOCK_TIME_WAIT 6
#define SOCK_LISTEN 10
#define SOCK_NEW_SYN_RECV 12

/* One end of a connection. */
struct sock_end {
	union {
		__u8 ip4[4];
		__u8 ip6[16];
	};
	__u16 port;
	__u16 reserved;
};

struct sock_section {
	__u64 inode;
	__u64 cgroup;
	__u32 reset_reason;
	/* SOCK_* of include/linux/net.h */
	__u16 type;
	/* IPPROTO_* */
	__u16 proto;
	struct sock_end local;
	struct sock_end remote;
	/* Bytes; of listening sockets connections, and how many there may be. */
	__u32 recv_queue;
	__u32 send_queue;
	/* Of TCP: segments, segments, microseconds. */
	__u32 cwnd;
	__u32 ssthresh;
	__u32 srtt;
	/* Since it was acknowledged last, and of all the connection's life. */
	__u32 retransmits;
	__u32 total_retransmits;
	__u8 state;
	__u8 reserved[3];
};

#endif
