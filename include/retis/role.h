/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What the fields of sections are to those who look for them. */
#ifndef RETIS_ROLE_H
#define RETIS_ROLE_H

/*
 * What the value of a field is to others: how `sort`, `pcap`, filters on files and
 * statistics find what they need, whoever reports it. In one section at most one
 * field has a role, unless it says so; where several sections of an event have one, the first in
 * the order of JSON counts.
 */
enum retis_role {
	RETIS_ROLE_NONE = 0,
	/* RETIS_BYTES: a packet's bytes from its first header on, as many as were
	 * captured. */
	RETIS_ROLE_PACKET,
	/* Bytes the packet has from that header on. */
	RETIS_ROLE_PACKET_LENGTH,
	/* The first header, as a LINKTYPE_ of pcap-linktype(7); Ethernet (1) where
	 * no field says it. */
	RETIS_ROLE_LINK_TYPE,
	/* Bytes at the start of RETIS_ROLE_PACKET that the packet does not have: a
	 * link-layer header that was made up. */
	RETIS_ROLE_MADE_UP,
	/* What packets are told apart by, two numbers of 8 bytes: when the packet
	 * was first seen (CLOCK_MONOTONIC, ns), and the address of its head then. */
	RETIS_ROLE_ID_TIME,
	RETIS_ROLE_ID_HEAD,
	/* The same of the packet it was copied from. */
	RETIS_ROLE_PARENT_TIME,
	RETIS_ROLE_PARENT_HEAD,
	/* Address of the struct sk_buff: clones of a packet differ in it. */
	RETIS_ROLE_SKB,
	/* Why the packet was dropped; there only if it was. */
	RETIS_ROLE_DROP_REASON,
	/* What the probed function returned. */
	RETIS_ROLE_RETURN,
	/* Calls of probed functions around this one; how long the call took, ns. */
	RETIS_ROLE_DEPTH,
	RETIS_ROLE_DURATION,
	/* The device the packet is at: name, number. */
	RETIS_ROLE_IFNAME,
	RETIS_ROLE_IFINDEX,
	/* The network namespace: inode number, cookie. */
	RETIS_ROLE_NETNS,
	RETIS_ROLE_NETNS_COOKIE,
	/* Other events are steps on from this one, which they know by its time and this
	 * number. */
	RETIS_ROLE_START,
	/* The start that this is a step from: its time and its number. */
	RETIS_ROLE_START_TIME,
	RETIS_ROLE_START_NUMBER,
	/* What a packet is known by where it is no struct sk_buff, as in user space. A step
	 * that has one tells that its packet goes there; any other event that has it, or a
	 * step that names no packet and whose start is not there, is about the packet that went
	 * there last, whatever else it is known by. */
	RETIS_ROLE_HANDLE,
	/* What the event tells of, or what others tell of: all fields of a section that have
	 * this role, together. */
	RETIS_ROLE_SUBJECT,
	/* What is told of it: from this field to the end of the payload, all of it there or
	 * not. Where it is not, or begins with a zero, it is as in the event of the same
	 * subject that tells it. */
	RETIS_ROLE_DETAILS,
	/* Number of the last one. */
	RETIS_ROLE_LAST = RETIS_ROLE_DETAILS,
};

#endif
