/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packet text: ICMP and ICMPv6. Errors hold the start of the packet they are about,
 * of which addresses and ports are shown in brackets.
 */
#include "packet_parse.h"

#define ICMP_LEN 4
#define ICMP_WORD_LEN 4
#define ICMP6_TARGET_LEN 16

enum icmp_type {
	ICMP_ECHO_REPLY = 0,
	ICMP_UNREACHABLE = 3,
	ICMP_QUENCH = 4,
	ICMP_REDIRECT = 5,
	ICMP_ECHO = 8,
	ICMP_TIME_EXCEEDED = 11,
	ICMP_PARAMETER = 12,
	ICMP_TIMESTAMP = 13,
	ICMP_TIMESTAMP_REPLY = 14,
	ICMP_FRAGMENTATION_NEEDED = 4,
};

enum icmp6_type {
	ICMP6_UNREACHABLE = 1,
	ICMP6_TOO_BIG = 2,
	ICMP6_TIME_EXCEEDED = 3,
	ICMP6_PARAMETER = 4,
	ICMP6_ECHO = 128,
	ICMP6_ECHO_REPLY = 129,
	ICMP6_SOLICITATION = 135,
	ICMP6_ADVERTISEMENT = 136,
	ICMP6_REDIRECT = 137,
};

static void print_echo(struct packet *p, const uint8_t *word)
{
	packet_dec(p, "id", packet_be16(word));
	packet_dec(p, "seq", packet_be16(word + 2));
}

static void print_icmp4_detail(struct packet *p, const uint8_t *icmp, const uint8_t *word,
			       struct packet_bytes b)
{
	switch (icmp[0]) {
	case ICMP_ECHO:
	case ICMP_ECHO_REPLY:
	case ICMP_TIMESTAMP:
	case ICMP_TIMESTAMP_REPLY:
		print_echo(p, word);
		return;
	case ICMP_REDIRECT:
		retis_text_str(p->out, " to ");
		retis_text_ip4(p->out, word);
		break;
	case ICMP_UNREACHABLE:
		if (icmp[1] == ICMP_FRAGMENTATION_NEEDED)
			packet_dec(p, "mtu", packet_be16(word + 2));
		break;
	case ICMP_PARAMETER:
		packet_dec(p, "pointer", word[0]);
		break;
	case ICMP_QUENCH:
	case ICMP_TIME_EXCEEDED:
		break;
	default:
		return;
	}
	p->quoted = true;
	packet_quote_ip4(p, b);
}

static void print_icmp6_target(struct packet *p, uint8_t type, struct packet_bytes b)
{
	const uint8_t *target = packet_take(&b, ICMP6_TARGET_LEN), *destination;

	if (!target) {
		packet_truncated(p);
		return;
	}
	retis_text_str(p->out, " target ");
	retis_text_ip6(p->out, target);
	if (type != ICMP6_REDIRECT)
		return;
	destination = packet_take(&b, ICMP6_TARGET_LEN);
	if (!destination) {
		packet_truncated(p);
		return;
	}
	retis_text_str(p->out, " destination ");
	retis_text_ip6(p->out, destination);
}

static void print_icmp6_detail(struct packet *p, const uint8_t *icmp, const uint8_t *word,
			       struct packet_bytes b)
{
	switch (icmp[0]) {
	case ICMP6_ECHO:
	case ICMP6_ECHO_REPLY:
		print_echo(p, word);
		return;
	case ICMP6_SOLICITATION:
	case ICMP6_ADVERTISEMENT:
	case ICMP6_REDIRECT:
		print_icmp6_target(p, icmp[0], b);
		return;
	case ICMP6_TOO_BIG:
		packet_dec(p, "mtu", packet_be32(word));
		break;
	case ICMP6_PARAMETER:
		packet_dec(p, "pointer", packet_be32(word));
		break;
	case ICMP6_UNREACHABLE:
	case ICMP6_TIME_EXCEEDED:
		break;
	default:
		return;
	}
	p->quoted = true;
	packet_quote_ip6(p, b);
}

void packet_icmp(struct packet *p, struct packet_bytes b, uint8_t protocol)
{
	const uint8_t *icmp = packet_take(&b, ICMP_LEN), *word;

	if (!icmp) {
		packet_truncated(p);
		return;
	}
	packet_dec(p, "type", icmp[0]);
	packet_dec(p, "code", icmp[1]);
	word = packet_take(&b, ICMP_WORD_LEN);
	if (!word)
		packet_truncated(p);
	else if (protocol == PROTOCOL_ICMP)
		print_icmp4_detail(p, icmp, word, b);
	else
		print_icmp6_detail(p, icmp, word, b);
}
