/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packet text: TCP and its options.
 */
#include "packet_parse.h"

#define TCP_LEN 20

enum tcp_option {
	TCPOPT_EOL = 0,
	TCPOPT_NOP = 1,
	TCPOPT_SACK = 5,
	TCPOPT_TIMESTAMP = 8,
	TCPOPT_FASTOPEN = 34,
};

/* An option that is its name and maybe one number. */
struct tcp_plain_option {
	const char *name;
	uint8_t value_len;
};

static struct tcp_plain_option tcp_plain_option(uint8_t kind)
{
	switch (kind) {
	case 2:
		return (struct tcp_plain_option){ "mss", 2 };
	case 3:
		return (struct tcp_plain_option){ "wscale", 1 };
	case 4:
		return (struct tcp_plain_option){ "sackOK", 0 };
	case 6:
		return (struct tcp_plain_option){ "echo", 4 };
	case 7:
		return (struct tcp_plain_option){ "echoreply", 4 };
	case 11:
		return (struct tcp_plain_option){ "cc", 4 };
	case 12:
		return (struct tcp_plain_option){ "ccnew", 4 };
	case 13:
		return (struct tcp_plain_option){ "ccecho", 4 };
	case 19:
		return (struct tcp_plain_option){ "md5", 0 };
	case 20:
		return (struct tcp_plain_option){ "scps", 0 };
	case 28:
		return (struct tcp_plain_option){ "uto", 0 };
	case 29:
		return (struct tcp_plain_option){ "tcp-ao", 0 };
	case 30:
		return (struct tcp_plain_option){ "mptcp", 0 };
	case 254:
		return (struct tcp_plain_option){ "exp", 0 };
	default:
		return (struct tcp_plain_option){ "?", 0 };
	}
}

static void print_plain_option(struct packet *p, uint8_t kind, struct packet_bytes value)
{
	struct tcp_plain_option option = tcp_plain_option(kind);
	const uint8_t *at = packet_peek(&value, option.value_len);
	uint32_t number = 0;

	retis_text_str(p->out, option.name);
	if (!at || !option.value_len)
		return;
	for (unsigned int i = 0; i < option.value_len; i++)
		number = number << 8 | at[i];
	retis_text_char(p->out, ' ');
	retis_text_dec(p->out, number);
}

static void print_tcp_sack(struct packet *p, struct packet_bytes value)
{
	const uint8_t *block;

	retis_text_str(p->out, "sack");
	if (value.left < value.total)
		return;
	if (value.total % 8) {
		retis_text_str(p->out, " invalid");
		return;
	}
	retis_text_char(p->out, ' ');
	retis_text_dec(p->out, value.total / 8);
	for (char sep = ' '; (block = packet_take(&value, 8)); sep = 0) {
		packet_flag(p, sep, sep);
		retis_text_char(p->out, '{');
		retis_text_dec(p->out, packet_be32(block));
		retis_text_char(p->out, ':');
		retis_text_dec(p->out, packet_be32(block + 4));
		retis_text_char(p->out, '}');
	}
}

static void print_timestamp(struct packet *p, struct packet_bytes value)
{
	const uint8_t *at = packet_peek(&value, 8);

	retis_text_str(p->out, "TS");
	if (!at)
		return;
	packet_dec(p, "val", packet_be32(at));
	packet_dec(p, "ecr", packet_be32(at + 4));
}

/* Bytes of the cookie that were not captured show as "??". */
static void print_fast_open(struct packet *p, struct packet_bytes value)
{
	const uint8_t *at;

	retis_text_str(p->out, "tfo");
	if (!value.total)
		retis_text_str(p->out, " cookiereq");
	if (!value.left)
		return;
	retis_text_str(p->out, " cookie 0x");
	while ((at = packet_take(&value, 1)))
		retis_text_hex(p->out, *at, 2);
	for (; value.total; packet_skip(&value, 1))
		retis_text_str(p->out, "??");
}

/* The option's bytes behind its length byte: all there are, if that is missing. */
static struct packet_bytes take_option_value(struct packet_bytes *b)
{
	const uint8_t *len = packet_take(b, 1);

	if (!len)
		return packet_part(b, b->total);
	return packet_part(b, *len > 2 ? *len - 2u : 0);
}

/* Does the option's length byte, if it was captured, fit what follows it? */
static bool check_option_length(const struct packet_bytes *b)
{
	const uint8_t *len = packet_peek(b, 1);

	return !len || (*len >= 2 && *len - 1u <= b->total);
}

/* Prints one option: false if it was the last. */
static bool print_tcp_option(struct packet *p, struct packet_bytes *b, uint8_t kind)
{
	switch (kind) {
	case TCPOPT_EOL:
		retis_text_str(p->out, "eol");
		return false;
	case TCPOPT_NOP:
		retis_text_str(p->out, "nop");
		break;
	case TCPOPT_SACK:
		print_tcp_sack(p, take_option_value(b));
		break;
	case TCPOPT_TIMESTAMP:
		print_timestamp(p, take_option_value(b));
		break;
	case TCPOPT_FASTOPEN:
		print_fast_open(p, take_option_value(b));
		break;
	default:
		print_plain_option(p, kind, take_option_value(b));
	}
	return true;
}

static void print_tcp_options(struct packet *p, struct packet_bytes b)
{
	const uint8_t *kind;
	bool more = true, cut = b.left < b.total;

	retis_text_str(p->out, " [");
	for (bool first = true; more && (kind = packet_take(&b, 1)); first = false) {
		packet_flag(p, !first, ',');
		if (*kind > TCPOPT_NOP && !check_option_length(&b)) {
			retis_text_str(p->out, "bad length of option ");
			retis_text_dec(p->out, *kind);
			break;
		}
		more = print_tcp_option(p, &b, *kind);
	}
	retis_text_char(p->out, ']');
	if (more && cut)
		packet_truncated(p);
}

static void print_tcp_flags(struct packet *p, uint16_t flags)
{
	/* In the order of the bits, from the lowest. */
	static const char letters[] = "FSRP.UEWe";

	retis_text_str(p->out, " flags [");
	for (unsigned int i = 0; i < sizeof(letters) - 1; i++)
		packet_flag(p, flags >> i & 1, letters[i]);
	retis_text_char(p->out, ']');
}

void packet_tcp(struct packet *p, struct packet_bytes b)
{
	size_t segment = b.total;
	const uint8_t *tcp = packet_take(&b, TCP_LEN);

	if (!tcp) {
		packet_truncated(p);
		return;
	}

	size_t header = (tcp[12] >> 4) * 4u;
	uint16_t flags = packet_be16(tcp + 12);
	uint32_t seq = packet_be32(tcp + 4);

	print_tcp_flags(p, flags);
	packet_dec(p, "seq", seq);
	if (header >= TCP_LEN && segment > header) {
		retis_text_char(p->out, ':');
		retis_text_dec(p->out, (uint32_t)(seq + (segment - header)));
	}
	if (flags & 0x10)
		packet_dec(p, "ack", packet_be32(tcp + 8));
	packet_dec(p, "win", packet_be16(tcp + 14));
	if (header < TCP_LEN)
		packet_bad(p, "TCP header length", header, '<', TCP_LEN);
	else if (header > segment && !p->fragment)
		packet_bad(p, "TCP header length", header, '>', segment);
	else if (header > TCP_LEN)
		print_tcp_options(p, packet_part(&b, header - TCP_LEN));
}
