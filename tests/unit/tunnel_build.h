/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Headers that tunnels put in front of packets, and packets in tunnels made of them. */
#ifndef TESTS_TUNNEL_BUILD_H
#define TESTS_TUNNEL_BUILD_H

#include "filter_data.h"

#define ETHER(type) "020000000002020000000001" type
#define IP4(protocol) "450000000000000040" protocol "0000c0000201c0000202"
#define IP4_OPTIONS(protocol) "460000000000000040" protocol "0000c0000201c000020294040000"
#define IP4_PART(protocol, place) "45000000abcd" place "40" protocol "0000c0000201c0000202"
#define IP6(protocol)                                    \
	"600000000000" protocol "40"                     \
	"20010db800000000000000000000000120010db8000000" \
	"000000000000000002"
#define UDP(port) "3039" port "00000000"

enum payload {
	/* A frame with its Ethernet header; without it, if it is of IPv4, if it is of IPv6. */
	PAYLOAD_FRAME,
	PAYLOAD_IP4,
	PAYLOAD_IP6,
};

struct tunnel {
	const char *name;
	const char *headers;
	enum payload payload;
	/* The headers begin with that of the network. */
	bool l3;
};

static const struct tunnel tunnels[] = {
	{ "vxlan", ETHER("0800") IP4("11") UDP("12b5") "0800000000002a00", PAYLOAD_FRAME, false },
	{ "vxlan, no link layer", IP4("11") UDP("12b5") "0800000000002a00", PAYLOAD_FRAME, true },
	{ "vxlan, other port", ETHER("0800") IP4("11") UDP("2118") "0800000000002a00",
	  PAYLOAD_FRAME, false },
	{ "vxlan, tag", ETHER("8100") "00070800" IP4("11") UDP("12b5") "0800000000002a00",
	  PAYLOAD_FRAME, false },
	{ "vxlan, tags",
	  ETHER("88a8") "000781000008"
			"86dd" IP6("11") UDP("12b5") "8800000100002a00",
	  PAYLOAD_FRAME, false },
	{ "vxlan, IP options", ETHER("0800") IP4_OPTIONS("11") UDP("12b5") "0800000000002a00",
	  PAYLOAD_FRAME, false },
	{ "vxlan, first fragment",
	  ETHER("0800") IP4_PART("11", "2000") UDP("12b5") "0800000000002a00", PAYLOAD_FRAME,
	  false },
	{ "geneve", ETHER("0800") IP4("11") UDP("17c1") "0000655800002a00", PAYLOAD_FRAME, false },
	{ "geneve, options", ETHER("0800") IP4("11") UDP("17c1") "0240655800002a000102800100000001",
	  PAYLOAD_FRAME, false },
	{ "geneve, IPv4", ETHER("86dd") IP6("11") UDP("17c1") "0000080000002a00", PAYLOAD_IP4,
	  false },
	{ "geneve, IPv6", ETHER("0800") IP4("11") UDP("17c1") "000086dd00002a00", PAYLOAD_IP6,
	  false },
	{ "gretap", ETHER("0800") IP4("2f") "00006558", PAYLOAD_FRAME, false },
	{ "gretap, fields", ETHER("0800") IP4("2f") "b0006558000000000000002a00000001",
	  PAYLOAD_FRAME, false },
	{ "gre, key", ETHER("0800") IP4("2f") "200008000000002a", PAYLOAD_IP4, false },
	{ "gre, IPv6", IP6("2f") "000086dd", PAYLOAD_IP6, true },
	{ "ipip", ETHER("0800") IP4("04"), PAYLOAD_IP4, false },
	{ "sit", IP4("29"), PAYLOAD_IP6, true },
	{ "ip6tnl", ETHER("86dd") IP6("3c") "2900040104010100", PAYLOAD_IP6, false },
	{ "ip4 in ip6",
	  ETHER("86dd") IP6("00") "3c00010400000000"
				  "0401010400000000"
				  "0000000000000000",
	  PAYLOAD_IP4, false },
	{ "ip6, fragment", ETHER("86dd") IP6("2c") "0400000112345678", PAYLOAD_IP4, false },
	{ "vxlan in gre in ipip",
	  ETHER("0800") IP4("04") IP4("2f") "00000800" IP4("11") UDP("12b5") "0800000000002a00",
	  PAYLOAD_FRAME, false },
};

/* They look like tunnels and are none. */
static const struct tunnel no_tunnels[] = {
	{ "vxlan without a network", ETHER("0800") IP4("11") UDP("12b5") "0000000000002a00",
	  PAYLOAD_FRAME, false },
	{ "not vxlan's port", ETHER("0800") IP4("11") UDP("12b6") "0800000000002a00", PAYLOAD_FRAME,
	  false },
	{ "from vxlan's port",
	  ETHER("0800") IP4("11") "12b5303900000000"
				  "0800000000002a00",
	  PAYLOAD_FRAME, false },
	{ "geneve of another version", ETHER("0800") IP4("11") UDP("17c1") "4000655800002a00",
	  PAYLOAD_FRAME, false },
	{ "pptp", ETHER("0800") IP4("2f") "3001880b000000010000000100000001", PAYLOAD_IP4, false },
	{ "gre with routing", ETHER("0800") IP4("2f") "400008000000000000000000", PAYLOAD_IP4,
	  false },
	{ "second fragment", ETHER("0800") IP4_PART("04", "0010"), PAYLOAD_IP4, false },
	{ "last fragment of IPv6", ETHER("86dd") IP6("2c") "0400000812345678", PAYLOAD_IP4, false },
	{ "tcp", ETHER("0800") IP4("06") UDP("12b5") "0800000000002a00", PAYLOAD_FRAME, false },
	{ "a header too short", ETHER("0800") "440000000000000040040000c0000201", PAYLOAD_IP4,
	  false },
	{ "arp", ETHER("0806") IP4("04"), PAYLOAD_IP4, false },
};

/* What of FRAME the tunnel takes; false: nothing. */
static inline bool tunnel_takes(const struct tunnel *t, const struct frame *frame,
				struct frame *payload)
{
	unsigned int type =
		frame->size >= ETHERNET_HEADER ? frame->data[12] << 8 | frame->data[13] : 0;
	size_t skip = t->payload == PAYLOAD_FRAME ? 0 : ETHERNET_HEADER;

	if ((t->payload == PAYLOAD_IP4 && type != 0x0800) ||
	    (t->payload == PAYLOAD_IP6 && type != 0x86dd) || frame->size <= skip)
		return false;
	*payload = (struct frame){ frame->data + skip, frame->size - skip };
	return true;
}

/* Exactly as long as it is, to be freed. */
static inline struct frame tunnel_wrap(const struct tunnel *t, const struct frame *payload)
{
	size_t head = strlen(t->headers) / 2;
	struct frame f = { malloc(head + payload->size), head + payload->size };

	cr_assert(f.data);
	for (size_t i = 0; i < head; i++) {
		const char byte[] = { t->headers[2 * i], t->headers[2 * i + 1], 0 };

		f.data[i] = strtoul(byte, NULL, 16);
	}
	memcpy(f.data + head, payload->data, payload->size);
	return f;
}

#endif
