/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gives a daemon of Open vSwitch that was built without usdt probes those that it would have:
 * loaded in front of it (LD_PRELOAD), it passes them where the daemon receives from netlink, and
 * where it sends, with the arguments of its lib/dpif.c and lib/dpif-netlink.c.
 */
#include <dlfcn.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/openvswitch.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/usdt/sdt.h"

/* Numbers of the families, as the daemon hears of them. */
static uint16_t packet_family, flow_family;

struct part {
	const char *data;
	size_t size;
};

/* Takes the first attribute away from ATTRS; its type, or -1. */
static int next_attr(struct part *attrs, struct part *value)
{
	struct nlattr head;
	size_t step;

	if (attrs->size < sizeof(head))
		return -1;
	memcpy(&head, attrs->data, sizeof(head));
	if (head.nla_len < sizeof(head) || head.nla_len > attrs->size)
		return -1;
	*value = (struct part){ attrs->data + sizeof(head), head.nla_len - sizeof(head) };
	step = NLA_ALIGN(head.nla_len);
	step = step < attrs->size ? step : attrs->size;
	attrs->data += step;
	attrs->size -= step;
	return head.nla_type & NLA_TYPE_MASK;
}

/* What is behind the headers of MESSAGE, HEADER bytes of the family's own among them. */
static bool open_message(const struct part *message, size_t header, struct nlmsghdr *netlink,
			 struct genlmsghdr *generic, struct part *attrs)
{
	size_t all = NLMSG_HDRLEN + GENL_HDRLEN + header;

	if (message->size < all)
		return false;
	memcpy(netlink, message->data, sizeof(*netlink));
	memcpy(generic, message->data + NLMSG_HDRLEN, sizeof(*generic));
	*attrs = (struct part){ message->data + all, message->size - all };
	return true;
}

static void learn_family(struct part attrs)
{
	struct part value, name = {};
	uint16_t number = 0;
	int type;

	while ((type = next_attr(&attrs, &value)) >= 0) {
		if (type == CTRL_ATTR_FAMILY_NAME)
			name = value;
		else if (type == CTRL_ATTR_FAMILY_ID && value.size >= sizeof(number))
			memcpy(&number, value.data, sizeof(number));
	}
	if (name.size == sizeof(OVS_PACKET_FAMILY) &&
	    !memcmp(name.data, OVS_PACKET_FAMILY, name.size))
		packet_family = number;
	if (name.size == sizeof(OVS_FLOW_FAMILY) && !memcmp(name.data, OVS_FLOW_FAMILY, name.size))
		flow_family = number;
}

static struct part find_attr(struct part attrs, int wanted)
{
	struct part value;
	int type;

	while ((type = next_attr(&attrs, &value)) >= 0)
		if (type == wanted)
			return value;
	return (struct part){};
}

static __attribute__((noinline)) void pass_receive(int type, struct part packet, struct part key)
{
	const char *dpif = "system@ovs-system";

	PROBE6(dpif_recv, recv_upcall, dpif, type, packet.data, packet.size, key.data, key.size);
}

static __attribute__((noinline)) void pass_put(const void *message)
{
	const void *none = NULL;

	PROBE4(dpif_netlink_operate__, op_flow_put, none, none, none, message);
}

static __attribute__((noinline)) void pass_execute(const void *message, struct part packet)
{
	const void *none = NULL;

	PROBE5(dpif_netlink_operate__, op_flow_execute, none, none, packet.data, packet.size,
	       message);
}

static void see_received(struct part message)
{
	struct nlmsghdr netlink;
	struct genlmsghdr generic;
	struct part attrs;

	if (open_message(&message, 0, &netlink, &generic, &attrs) &&
	    netlink.nlmsg_type == GENL_ID_CTRL)
		learn_family(attrs);
	if (packet_family &&
	    open_message(&message, sizeof(struct ovs_header), &netlink, &generic, &attrs) &&
	    netlink.nlmsg_type == packet_family && generic.cmd != OVS_PACKET_CMD_EXECUTE)
		/* enum dpif_upcall_type: from 0 on. */
		pass_receive(generic.cmd - OVS_PACKET_CMD_MISS,
			     find_attr(attrs, OVS_PACKET_ATTR_PACKET),
			     find_attr(attrs, OVS_PACKET_ATTR_KEY));
}

static void see_sent(struct part message)
{
	struct nlmsghdr netlink;
	struct genlmsghdr generic;
	struct part attrs;

	if (!flow_family ||
	    !open_message(&message, sizeof(struct ovs_header), &netlink, &generic, &attrs))
		return;
	if (netlink.nlmsg_type == flow_family && generic.cmd == OVS_FLOW_CMD_NEW)
		pass_put(message.data);
	if (netlink.nlmsg_type == packet_family && generic.cmd == OVS_PACKET_CMD_EXECUTE)
		pass_execute(message.data, find_attr(attrs, OVS_PACKET_ATTR_PACKET));
}

static ssize_t call_next(const char *name, int fd, const struct msghdr *message, int flags)
{
	return ((ssize_t(*)(int, const struct msghdr *, int))dlsym(RTLD_NEXT, name))(fd, message,
										     flags);
}

/* The daemon receives into two places: what does not fit into the first goes on in the other. */
__attribute__((visibility("default"))) ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	ssize_t got = call_next("recvmsg", fd, message, flags);
	static __thread char whole[65536];
	size_t at = 0;

	for (size_t i = 0; got > 0 && i < message->msg_iovlen && at < (size_t)got; i++) {
		size_t n = message->msg_iov[i].iov_len;

		n = n < (size_t)got - at ? n : (size_t)got - at;
		n = n < sizeof(whole) - at ? n : sizeof(whole) - at;
		memcpy(whole + at, message->msg_iov[i].iov_base, n);
		at += n;
	}
	see_received((struct part){ whole, at });
	return got;
}

__attribute__((visibility("default"))) ssize_t sendmsg(int fd, const struct msghdr *message,
						       int flags)
{
	for (size_t i = 0; i < message->msg_iovlen; i++)
		see_sent(
			(struct part){ message->msg_iov[i].iov_base, message->msg_iov[i].iov_len });
	return call_next("sendmsg", fd, message, flags);
}
