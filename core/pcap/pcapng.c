/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/pcap/pcapng.h"

#define BLOCK_SECTION 0x0a0d0d0a
#define BLOCK_INTERFACE 1
#define BLOCK_STATISTICS 5
#define BLOCK_PACKET 6
#define BLOCK_CUSTOM 0xbad

#define BYTE_ORDER_MAGIC 0x1a2b3c4d

enum option {
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	/* Text, may be copied by programs that don't know what it says. */
	OPTION_CUSTOM_TEXT = 0xbac,
	INTERFACE_NAME = 2,
	INTERFACE_DESCRIPTION = 3,
	INTERFACE_RESOLUTION = 9,
	STATISTICS_START = 2,
	STATISTICS_END = 3,
	STATISTICS_RECEIVED = 4,
	STATISTICS_DROPPED = 5,
};

/* 10^-9 s. */
#define NANOSECONDS 9

static void put_u16(struct retis_text *out, uint16_t v)
{
	retis_text_bytes(out, (const char *)&v, sizeof(v));
}

static void put_u32(struct retis_text *out, uint32_t v)
{
	retis_text_bytes(out, (const char *)&v, sizeof(v));
}

/* Times are two halves whatever the byte order. */
static void put_time(struct retis_text *out, uint64_t ns)
{
	put_u32(out, (uint32_t)(ns >> 32));
	put_u32(out, (uint32_t)ns);
}

/* Up to the next multiple of 4 bytes behind N. */
static void put_padding(struct retis_text *out, size_t n)
{
	static const char zeroes[3];

	retis_text_bytes(out, zeroes, -n & 3);
}

static void put_padded(struct retis_text *out, const void *data, size_t n)
{
	if (n)
		retis_text_bytes(out, data, n);
	put_padding(out, n);
}

/* --- blocks --------------------------------------------------------------- */

static size_t begin_block(struct retis_text *out, uint32_t type)
{
	size_t mark = out->length;

	put_u32(out, type);
	put_u32(out, 0);
	return mark;
}

/* The length stands at both ends. */
static void end_block(struct retis_text *out, size_t mark)
{
	uint32_t length = (uint32_t)(out->length - mark + sizeof(length));

	put_u32(out, length);
	if (out->failed)
		out->length = mark;
	else
		memcpy(out->data + mark + sizeof(uint32_t), &length, sizeof(length));
}

/* --- options -------------------------------------------------------------- */

static void put_option(struct retis_text *out, enum option code, const void *data, size_t n)
{
	put_u16(out, (uint16_t)code);
	put_u16(out, (uint16_t)n);
	put_padded(out, data, n);
}

/* Where to cut TEXT so that no UTF-8 character is torn. */
static size_t cut_text(const char *text, size_t max)
{
	while (max && ((unsigned char)text[max] & 0xc0) == 0x80)
		max--;
	return max;
}

static void put_text_option(struct retis_text *out, enum option code, struct pcapng_text text)
{
	static const char more[] = "...";
	size_t n = text.length, behind = 0;

	if (!n)
		return;
	if (n > PCAPNG_OPTION_MAX) {
		behind = sizeof(more) - 1;
		n = cut_text(text.data, PCAPNG_OPTION_MAX - behind);
	}
	put_u16(out, (uint16_t)code);
	put_u16(out, (uint16_t)(n + behind));
	retis_text_bytes(out, text.data, n);
	retis_text_bytes(out, more, behind);
	put_padding(out, n + behind);
}

static void put_custom_option(struct retis_text *out, struct pcapng_text text)
{
	if (!text.length || text.length > PCAPNG_CUSTOM_MAX)
		return;
	put_u16(out, OPTION_CUSTOM_TEXT);
	put_u16(out, (uint16_t)(sizeof(uint32_t) + text.length));
	put_u32(out, PCAPNG_PEN);
	put_padded(out, text.data, text.length);
}

static void put_time_option(struct retis_text *out, enum option code, uint64_t ns)
{
	const uint32_t halves[2] = { (uint32_t)(ns >> 32), (uint32_t)ns };

	put_option(out, code, halves, sizeof(halves));
}

/* --- what is in them ------------------------------------------------------ */

void pcapng_put_section(struct retis_text *out)
{
	static const uint64_t unknown_length = UINT64_MAX;
	size_t block = begin_block(out, BLOCK_SECTION);

	put_u32(out, BYTE_ORDER_MAGIC);
	/* Version 1.0. */
	put_u16(out, 1);
	put_u16(out, 0);
	retis_text_bytes(out, (const char *)&unknown_length, sizeof(unknown_length));
	end_block(out, block);
}

void pcapng_put_custom(struct retis_text *out, struct pcapng_text content)
{
	size_t block = begin_block(out, BLOCK_CUSTOM);

	put_u32(out, PCAPNG_PEN);
	put_padded(out, content.data, content.length);
	end_block(out, block);
}

void pcapng_put_interface(struct retis_text *out, const struct pcapng_interface *interface)
{
	static const uint8_t resolution = NANOSECONDS;
	size_t block = begin_block(out, BLOCK_INTERFACE);

	put_u16(out, interface->link_type);
	put_u16(out, 0);
	put_u32(out, PCAPNG_SNAPLEN);
	put_text_option(out, INTERFACE_NAME, interface->name);
	put_text_option(out, INTERFACE_DESCRIPTION, interface->description);
	put_option(out, INTERFACE_RESOLUTION, &resolution, sizeof(resolution));
	put_option(out, OPTION_END, NULL, 0);
	end_block(out, block);
}

void pcapng_put_packet(struct retis_text *out, const struct pcapng_packet *packet)
{
	size_t block = begin_block(out, BLOCK_PACKET);

	put_u32(out, packet->interface);
	put_time(out, packet->time);
	put_u32(out, packet->captured);
	put_u32(out, packet->length);
	put_padded(out, packet->data, packet->captured);
	put_text_option(out, OPTION_COMMENT, packet->comments[0]);
	put_text_option(out, OPTION_COMMENT, packet->comments[1]);
	put_custom_option(out, packet->custom);
	put_option(out, OPTION_END, NULL, 0);
	end_block(out, block);
}

void pcapng_put_statistics(struct retis_text *out, const struct pcapng_statistics *s)
{
	size_t block = begin_block(out, BLOCK_STATISTICS);

	put_u32(out, s->interface);
	put_time(out, s->end);
	put_time_option(out, STATISTICS_START, s->start);
	put_time_option(out, STATISTICS_END, s->end);
	put_option(out, STATISTICS_RECEIVED, &s->received, sizeof(s->received));
	if (s->has_dropped)
		put_option(out, STATISTICS_DROPPED, &s->dropped, sizeof(s->dropped));
	put_option(out, OPTION_END, NULL, 0);
	end_block(out, block);
}
