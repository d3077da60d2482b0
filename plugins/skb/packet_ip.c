/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packet text: IPv4 with options, IPv6 with extension headers.
 *
 * A length of 0 means that the header can't tell (a packet above 64 KiB, or one
 * whose length is not filled in yet): then the payload is all that follows.
 */
#include "packet_parse.h"

#define IP4_LEN 20
#define IP6_LEN 40
#define IP6_EXT_MIN 2
#define IP6_FRAG_LEN 8
#define IP6_JUMBO_LEN 8
#define OPTION_JUMBO 0xc2
/* What a datagram is at most, also one that is put together from fragments. */
#define IP_MAX 65535

enum ip6_extension {
	EXT_HOP_BY_HOP = 0,
	EXT_ROUTING = 43,
	EXT_FRAGMENT = 44,
	EXT_DESTINATION = 60,
	EXT_MOBILITY = 135,
	EXT_HIP = 139,
	EXT_SHIM6 = 140,
	EXT_TEST1 = 253,
	EXT_TEST2 = 254,
};

/* The two ports that the header of a protocol starts with, if it does. */
static const uint8_t *find_ports(const struct packet_bytes *b, uint8_t protocol)
{
	switch (protocol) {
	case PROTOCOL_TCP:
	case PROTOCOL_UDP:
	case PROTOCOL_DCCP:
	case PROTOCOL_SCTP:
	case PROTOCOL_UDPLITE:
		return packet_peek(b, 4);
	default:
		return NULL;
	}
}

static void print_port(struct packet *p, const uint8_t *port)
{
	retis_text_char(p->out, '.');
	retis_text_dec(p->out, packet_be16(port));
}

static void print_ecn(struct packet *p, uint8_t traffic_class)
{
	static const char *const names[4] = { "", " ECT(1)", " ECT(0)", " CE" };

	retis_text_str(p->out, names[traffic_class & 3]);
}

static const char *ip4_option_name(uint8_t type)
{
	switch (type) {
	case 0:
		return "eol";
	case 1:
		return "nop";
	case 7:
		return "rr";
	case 11:
		return "mtu-probe";
	case 12:
		return "mtu-reply";
	case 25:
		return "quick-start";
	case 68:
		return "ts";
	case 82:
		return "traceroute";
	case 130:
		return "sec";
	case 131:
		return "lsrr";
	case 133:
		return "esec";
	case 134:
		return "cipso";
	case 136:
		return "sid";
	case 137:
		return "ssrr";
	case 148:
		return "ra";
	default:
		return NULL;
	}
}

static void print_ip4_option(struct packet *p, uint8_t type)
{
	const char *name = ip4_option_name(type);

	if (name) {
		retis_text_str(p->out, name);
	} else {
		retis_text_str(p->out, "opt-");
		retis_text_dec(p->out, type);
	}
}

static void print_ip4_options(struct packet *p, struct packet_bytes b)
{
	const uint8_t *type, *len;
	bool first = true, good = true, cut = b.left < b.total;

	while ((type = packet_take(&b, 1))) {
		if (first && *type == 0)
			return;
		retis_text_str(p->out, first ? " opts [" : ",");
		first = false;
		print_ip4_option(p, *type);
		if (*type == 0)
			break;
		if (*type == 1)
			continue;
		len = packet_take(&b, 1);
		good = !len || (*len >= 2 && *len - 2u <= b.total);
		if (!len || !good)
			break;
		packet_skip(&b, *len - 2);
	}
	if (!good)
		retis_text_str(p->out, " bad length");
	else if (cut && (!type || *type))
		retis_text_str(p->out, first ? " opts [..." : ",...");
	if (!first || (cut && !type))
		retis_text_char(p->out, ']');
}

static void print_ip4_flags(struct packet *p, uint16_t frag)
{
	static const struct {
		uint16_t bit;
		const char *name;
	} flags[] = { { 0x2000, "+" }, { 0x4000, "DF" }, { 0x8000, "rsvd" } };
	bool first = true;

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (!(frag & flags[i].bit))
			continue;
		retis_text_str(p->out, first ? " [" : ",");
		retis_text_str(p->out, flags[i].name);
		first = false;
	}
	if (!first)
		retis_text_char(p->out, ']');
}

static void print_ip4_fields(struct packet *p, const uint8_t *ip, const struct packet_bytes *b)
{
	uint16_t total = packet_be16(ip + 2), frag = packet_be16(ip + 6);

	packet_hex(p, "tos", ip[1]);
	print_ecn(p, ip[1]);
	packet_dec(p, "ttl", ip[8]);
	packet_dec(p, "id", packet_be16(ip + 4));
	packet_dec(p, "off", (frag & 0x1fff) * 8u);
	print_ip4_flags(p, frag);
	if (total) {
		packet_dec(p, "len", total);
		packet_missing(p, b, total);
	}
}

/* Says what can't be right about a header; what follows then is no packet. */
static bool check_ip4(struct packet *p, const uint8_t *ip)
{
	unsigned int header = (ip[0] & 0xf) * 4u, total = packet_be16(ip + 2);

	if (header < IP4_LEN)
		packet_bad(p, "IP header length", header, '<', IP4_LEN);
	else if (total && total < IP4_LEN)
		packet_bad(p, "IP total length", total, '<', IP4_LEN);
	else if (total && header > total)
		packet_bad(p, "IP header length", header, '>', total);
	else
		return true;
	return false;
}

static bool check_fragment(struct packet *p, size_t end)
{
	if (end > IP_MAX)
		packet_bad(p, "fragment end", end, '>', IP_MAX);
	return end <= IP_MAX;
}

/* False if the version is another one, or unknown, after saying so. */
static bool check_ip_version(struct packet *p, const struct packet_bytes *b, unsigned int version)
{
	const uint8_t *first = packet_peek(b, 1);

	if (!first)
		packet_truncated(p);
	else if (*first >> 4 != version)
		packet_bad(p, version == 4 ? "IPv4 version" : "IPv6 version", *first >> 4, 0, 0);
	return first && *first >> 4 == version;
}

void packet_ip4(struct packet *p, struct packet_bytes b)
{
	const struct packet_bytes whole = b;
	const uint8_t *ip, *ports = NULL;
	struct packet_bytes options = { 0 };

	if (!check_ip_version(p, &b, 4))
		return;
	ip = packet_take(&b, IP4_LEN);
	if (!ip) {
		packet_truncated(p);
		return;
	}
	if (!check_ip4(p, ip))
		return;

	size_t header = (ip[0] & 0xf) * 4u, total = packet_be16(ip + 2);
	size_t offset = (packet_be16(ip + 6) & 0x1fff) * 8u;

	if (header > IP4_LEN)
		options = packet_part(&b, header - IP4_LEN);
	if (total)
		packet_limit(&b, total > header ? total - header : 0);
	p->fragment = packet_be16(ip + 6) & 0x3fff;
	if (!offset)
		ports = find_ports(&b, ip[9]);

	retis_text_ip4(p->out, ip + 12);
	if (ports)
		print_port(p, ports);
	retis_text_str(p->out, " > ");
	retis_text_ip4(p->out, ip + 16);
	if (ports)
		print_port(p, ports + 2);
	print_ip4_fields(p, ip, &whole);
	print_ip4_options(p, options);
	packet_protocol_name(p, ip[9]);
	if (check_fragment(p, offset + total) && !offset)
		packet_payload(p, b, ip[9]);
}

static const char *ip6_extension_name(uint8_t next)
{
	switch (next) {
	case EXT_HOP_BY_HOP:
		return "Hopopt";
	case EXT_ROUTING:
		return "Ipv6Route";
	case EXT_FRAGMENT:
		return "Ipv6Frag";
	case EXT_DESTINATION:
		return "Ipv6Opts";
	case EXT_MOBILITY:
		return "MobilityHeader";
	case EXT_HIP:
		return "Hip";
	case EXT_SHIM6:
		return "Shim6";
	case EXT_TEST1:
		return "Test1";
	case EXT_TEST2:
		return "Test2";
	default:
		return NULL;
	}
}

/* What follows the extension headers. */
struct ip6_rest {
	uint8_t next;
	bool truncated;
	bool fragment;
	/* Of the fragment, in bytes. */
	uint16_t offset;
};

/* Moves behind the extension header `rest->next`, and on to the next one. */
static void skip_ip6_extension(struct packet_bytes *b, struct ip6_rest *rest)
{
	bool fragment = rest->next == EXT_FRAGMENT;
	const uint8_t *ext = packet_peek(b, fragment ? IP6_FRAG_LEN : IP6_EXT_MIN);

	if (!ext) {
		rest->truncated = true;
		return;
	}
	rest->next = ext[0];
	if (fragment) {
		rest->fragment = packet_be16(ext + 2) & 0xfff9;
		rest->offset = packet_be16(ext + 2) & 0xfff8;
	}
	packet_skip(b, fragment ? IP6_FRAG_LEN : 8 * (ext[1] + 1u));
}

static void print_ip6_fragment(struct packet *p, const uint8_t *ext)
{
	packet_hex(p, "id", packet_be32(ext + 4));
	packet_dec(p, "off", packet_be16(ext + 2) & 0xfff8);
	if (ext[3] & 1)
		retis_text_str(p->out, " more");
}

static struct ip6_rest print_ip6_extensions(struct packet *p, struct packet_bytes *b, uint8_t next)
{
	struct ip6_rest rest = { .next = next };
	const char *name, *sep = " exts [";

	while (!rest.truncated && !rest.offset && (name = ip6_extension_name(rest.next))) {
		retis_text_str(p->out, sep);
		retis_text_str(p->out, name);
		sep = ",";
		if (rest.next == EXT_FRAGMENT && packet_peek(b, IP6_FRAG_LEN))
			print_ip6_fragment(p, b->at);
		skip_ip6_extension(b, &rest);
	}
	if (*sep == ',')
		retis_text_char(p->out, ']');
	return rest;
}

static void print_ip6_payload(struct packet *p, struct packet_bytes b, uint8_t next)
{
	struct ip6_rest rest = print_ip6_extensions(p, &b, next);

	if (rest.truncated) {
		packet_truncated(p);
		return;
	}
	if (rest.next == PROTOCOL_NONE)
		return;
	packet_protocol_name(p, rest.next);
	if (check_fragment(p, rest.offset + (rest.fragment ? b.total : 0)) && !rest.offset)
		packet_payload(p, b, rest.next);
}

/* Behind the extension headers, which are printed only after the addresses: `next` becomes
 * the protocol there. */
static const uint8_t *find_ip6_ports(struct packet *p, struct packet_bytes b, uint8_t *next)
{
	struct ip6_rest rest = { .next = *next };

	while (!rest.truncated && !rest.offset && ip6_extension_name(rest.next))
		skip_ip6_extension(&b, &rest);
	p->fragment = rest.fragment;
	*next = rest.next;
	return rest.truncated || rest.offset ? NULL : find_ports(&b, rest.next);
}

static void print_traffic_class(struct packet *p, uint8_t traffic_class)
{
	if (traffic_class)
		packet_hex(p, "class", traffic_class);
	print_ecn(p, traffic_class);
}

/* Jumbograms have a length of 0, and theirs in a hop-by-hop option (RFC 2675). */
static bool check_jumbo(struct packet *p, uint32_t length, uint32_t jumbo)
{
	if (length)
		packet_bad(p, "IPv6 length of a jumbogram", length, '>', 0);
	else if (jumbo <= IP_MAX)
		packet_bad(p, "jumbogram length", jumbo, '<', IP_MAX + 1);
	else
		return true;
	return false;
}

/* The payload's length; 0: the header does not tell. The option is looked for where it is the
 * first one. False if it can't be right, after saying so. */
static bool find_ip6_length(struct packet *p, const uint8_t *ip, const struct packet_bytes *b,
			    uint32_t *length)
{
	const uint8_t *ext = packet_peek(b, IP6_JUMBO_LEN);
	uint32_t jumbo;

	*length = packet_be16(ip + 4);
	if (ip[6] != EXT_HOP_BY_HOP || !ext || ext[2] != OPTION_JUMBO || ext[3] != 4)
		return true;
	jumbo = packet_be32(ext + 4);
	if (!check_jumbo(p, *length, jumbo))
		return false;
	*length = jumbo;
	return true;
}

void packet_ip6(struct packet *p, struct packet_bytes b)
{
	const uint8_t *ip, *ports;
	struct packet_bytes whole;
	uint32_t length;
	uint8_t next;

	if (!check_ip_version(p, &b, 6))
		return;
	ip = packet_take(&b, IP6_LEN);
	if (!ip) {
		packet_truncated(p);
		return;
	}
	if (!find_ip6_length(p, ip, &b, &length))
		return;
	whole = b;
	if (length)
		packet_limit(&b, length);
	next = ip[6];
	ports = find_ip6_ports(p, b, &next);

	retis_text_ip6(p->out, ip + 8);
	if (ports)
		print_port(p, ports);
	retis_text_str(p->out, " > ");
	retis_text_ip6(p->out, ip + 24);
	if (ports)
		print_port(p, ports + 2);
	print_traffic_class(p, (uint8_t)(packet_be16(ip) >> 4));
	packet_dec(p, "ttl", ip[7]);
	packet_hex(p, "label", packet_be24(ip + 1) & 0xfffff);
	if (length) {
		packet_dec(p, "len", length);
		packet_missing(p, &whole, length);
	}
	print_ip6_payload(p, b, ip[6]);
}

typedef void print_address(struct retis_text *out, const uint8_t *address);

static void print_quote(struct packet *p, const uint8_t *source, const uint8_t *destination,
			const uint8_t *ports, print_address *print)
{
	retis_text_str(p->out, " [");
	print(p->out, source);
	if (ports)
		print_port(p, ports);
	retis_text_str(p->out, " > ");
	print(p->out, destination);
	if (ports)
		print_port(p, ports + 2);
}

void packet_quote_ip4(struct packet *p, struct packet_bytes b)
{
	const uint8_t *ip, *ports = NULL;
	unsigned int header;

	if (!check_ip_version(p, &b, 4))
		return;
	ip = packet_take(&b, IP4_LEN);
	if (!ip) {
		packet_truncated(p);
		return;
	}
	header = (ip[0] & 0xf) * 4u;
	if (header < IP4_LEN) {
		packet_bad(p, "IP header length", header, '<', IP4_LEN);
		return;
	}
	packet_skip(&b, header - IP4_LEN);
	if (!(packet_be16(ip + 6) & 0x1fff))
		ports = find_ports(&b, ip[9]);
	print_quote(p, ip + 12, ip + 16, ports, retis_text_ip4);
	packet_protocol_name(p, ip[9]);
	retis_text_char(p->out, ']');
}

void packet_quote_ip6(struct packet *p, struct packet_bytes b)
{
	const uint8_t *ip;
	uint8_t next;

	if (!check_ip_version(p, &b, 6))
		return;
	ip = packet_take(&b, IP6_LEN);
	if (!ip) {
		packet_truncated(p);
		return;
	}
	next = ip[6];
	print_quote(p, ip + 8, ip + 24, find_ip6_ports(p, b, &next), retis_text_ip6);
	packet_protocol_name(p, next);
	retis_text_char(p->out, ']');
}
