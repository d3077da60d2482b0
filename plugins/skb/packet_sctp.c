/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packet text: SCTP, one pair of brackets per chunk.
 */
#include "packet_parse.h"

#define SCTP_LEN 12
#define SCTP_CHUNK_LEN 4
#define SCTP_DATA_LEN 12
#define SCTP_INIT_LEN 16
#define SCTP_SACK_LEN 12

enum sctp_chunk {
	SCTP_DATA = 0,
	SCTP_INIT = 1,
	SCTP_INIT_ACK = 2,
	SCTP_SACK = 3,
};

static const char *const chunk_names[] = {
	[0] = "DATA",  [1] = "INIT",	     [2] = "INIT_ACK",
	[3] = "SACK",  [4] = "HEARTBEAT",    [5] = "HEARTBEAT_ACK",
	[6] = "ABORT", [7] = "SHUTDOWN",     [8] = "SHUTDOWN_ACK",
	[9] = "ERROR", [10] = "COOKIE_ECHO", [11] = "COOKIE_ACK",
	[12] = "ECNE", [13] = "CWR",	     [14] = "SHUTDOWN_COMPLETE",
};

static void print_chunk_name(struct packet *p, uint8_t type)
{
	if (type < sizeof(chunk_names) / sizeof(chunk_names[0])) {
		retis_text_str(p->out, chunk_names[type]);
		return;
	}
	retis_text_str(p->out, "UNKNOWN:");
	retis_text_dec(p->out, type);
}

static size_t chunk_body_min(uint8_t type)
{
	switch (type) {
	case SCTP_DATA:
		return SCTP_DATA_LEN;
	case SCTP_INIT:
	case SCTP_INIT_ACK:
		return SCTP_INIT_LEN;
	case SCTP_SACK:
		return SCTP_SACK_LEN;
	default:
		return 0;
	}
}

static void print_data(struct packet *p, uint8_t flags, const uint8_t *body)
{
	if (flags & 7) {
		retis_text_str(p->out, " (");
		packet_flag(p, flags & 4, 'U');
		packet_flag(p, flags & 2, 'B');
		packet_flag(p, flags & 1, 'E');
		retis_text_char(p->out, ')');
	}
	packet_dec(p, "TSN", packet_be32(body));
	packet_dec(p, "SID", packet_be16(body + 4));
	packet_dec(p, "SSEQ", packet_be16(body + 6));
	packet_hex(p, "PPID", packet_be32(body + 8));
}

static void print_init(struct packet *p, const uint8_t *body)
{
	packet_hex(p, "init_tag", packet_be32(body));
	packet_dec(p, "rwnd", packet_be32(body + 4));
	packet_dec(p, "OS", packet_be16(body + 8));
	packet_dec(p, "MIS", packet_be16(body + 10));
	packet_dec(p, "init_TSN", packet_be32(body + 12));
}

static void print_sctp_sack(struct packet *p, const uint8_t *body)
{
	packet_dec(p, "cum_ack", packet_be32(body));
	packet_dec(p, "a_rwnd", packet_be32(body + 4));
	packet_dec(p, "#gap_acks", packet_be16(body + 8));
	packet_dec(p, "#dup_tsns", packet_be16(body + 10));
}

static void print_chunk_fields(struct packet *p, const uint8_t *header, const uint8_t *body)
{
	switch (header[0]) {
	case SCTP_DATA:
		print_data(p, header[1], body);
		break;
	case SCTP_INIT:
	case SCTP_INIT_ACK:
		print_init(p, body);
		break;
	case SCTP_SACK:
		print_sctp_sack(p, body);
		break;
	}
}

/* Says what can't be right about a chunk's length, of which AFTER bytes follow its header. */
static bool check_chunk(struct packet *p, size_t length, size_t body_min, size_t after)
{
	if (length < SCTP_CHUNK_LEN)
		packet_bad(p, "chunk length", length, '<', SCTP_CHUNK_LEN);
	else if (length < SCTP_CHUNK_LEN + body_min)
		packet_bad(p, "chunk length", length, '<', SCTP_CHUNK_LEN + body_min);
	else if (length > SCTP_CHUNK_LEN + after && !p->fragment)
		packet_bad(p, "chunk length", length, '>', SCTP_CHUNK_LEN + after);
	else
		return true;
	return false;
}

/* Prints a chunk and moves behind its body: false if that is bad or too short, which is said. */
static bool print_chunk(struct packet *p, const uint8_t *header, struct packet_bytes *b)
{
	size_t length = packet_be16(header + 2), body_min = chunk_body_min(header[0]);

	if (!check_chunk(p, length, body_min, b->total))
		return false;

	size_t body_len = length - SCTP_CHUNK_LEN;
	struct packet_bytes chunk = packet_part(b, body_len);
	const uint8_t *body = packet_peek(&chunk, body_min);

	if (!body) {
		packet_truncated(p);
		return false;
	}
	/* Chunks are padded to 4 bytes, which their length leaves out. */
	packet_skip(b, -body_len & 3);

	retis_text_str(p->out, " [");
	print_chunk_name(p, header[0]);
	print_chunk_fields(p, header, body);
	retis_text_char(p->out, ']');
	return true;
}

void packet_sctp(struct packet *p, struct packet_bytes b)
{
	const uint8_t *sctp = packet_take(&b, SCTP_LEN), *header;

	if (!sctp) {
		packet_truncated(p);
		return;
	}
	packet_hex(p, "vtag", packet_be32(sctp + 4));
	while ((header = packet_take(&b, SCTP_CHUNK_LEN)))
		if (!print_chunk(p, header, &b))
			return;
	if (b.total)
		packet_truncated(p);
}
