/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packets and the filter texts of tests/data, and more packets that begin with
 * Ethernet; for the tests of packet filters.
 */
#ifndef TESTS_FILTER_DATA_H
#define TESTS_FILTER_DATA_H

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/pcap.h"

#define PACKETS_PATH "tests/data/packets.txt"
#define FILTERS_PATH "tests/data/filters.txt"
#define ETHERNET_HEADER 14

struct frame {
	unsigned char *data;
	size_t size;
};

struct frames {
	struct frame list[512];
	size_t n;
};

static const char *const more_frames[] = {
	/* Ethernet broadcast and multicast */
	"ffffffffffff0200000000010806000108000604000102000000000"
	"10a0000010000000000000a000002",
	"01005e00000102000000000108004500001c00074000010200000a000001e00000011100000000000000",
	/* an answer from port 443 to 10.0.0.1, with and without IP options */
	"020000000001020000000002080045000028000740004006000008080808"
	"0a00000101bb04d20000006400000065501002000000000000",
	"02000000000102000000000208004600002c000740004006000008080808"
	"0a0000019404000001bb04d20000006400000065501002000000000000",
	"02000000000102000000000208004f000050000740004006000008080808"
	"0a000001010101010101010101010101010101010101010101010101010101010101010101010101"
	"0101010104d201bb0000006400000065501002000000000000",
	/* PPPoE discovery and session, then IPv4 */
	"020000000002020000000001886311090000000401010000",
	"020000000002020000000001886411000007001e00214500001c00074000401100000a0000010a0000020fa0"
	"003500080000",
	/* LLC: spanning tree, IPX, SNAP with AppleTalk */
	"0180c200000002000000000100264242030000000000",
	"0200000000020200000000010006e0e0030000000000",
	"020000000002020000000001000daaaa03080007809b000000000000",
	/* limited broadcast, IPv6 multicast, PIM, IGRP, VRRP */
	"ffffffffffff02000000000108004500001c000740004011000000000000ffffffff0044004300080000",
	"33330000000102000000000186dd60000000000411ff20010db8000000000000000000000001"
	"ff020000000000000000000000000001aabbccdd",
	"02000000000202000000000108004500001400074000406700000a0000010a000002",
	"02000000000202000000000108004500001400074000400900000a0000010a000002",
	"02000000000202000000000108004500001400074000407000000a0000010a000002",
	/* all ones, all zeros */
	"ffffffffffffffffffffffff0800ffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"00000000000000000000000008000000000000000000000000000000000000000000000000000000000000",
};

static inline void add_frame(struct frames *frames, const char *hex)
{
	struct frame *f = &frames->list[frames->n];

	f->size = strspn(hex, "0123456789abcdef") / 2;
	/* Exactly as long, for overruns to be noticed. */
	f->data = malloc(f->size);
	cr_assert(f->data);
	for (size_t i = 0; i < f->size; i++) {
		const char byte[] = { hex[2 * i], hex[2 * i + 1], 0 };

		f->data[i] = strtoul(byte, NULL, 16);
	}
	frames->n++;
	cr_assert_lt(frames->n, sizeof(frames->list) / sizeof(*frames->list));
}

static inline FILE *open_data(const char *path)
{
	FILE *f = fopen(path, "re");

	cr_assert(f, "%s is not readable: run this in the top folder of the sources", path);
	return f;
}

static inline void read_frames(struct frames *frames)
{
	static char line[1 << 16];
	FILE *f = open_data(PACKETS_PATH);
	char *hex;

	frames->n = 0;
	while (fgets(line, sizeof(line), f))
		if (line[0] != '#' && (hex = strchr(line, ' ')) && (hex = strchr(hex + 1, ' ')))
			add_frame(frames, hex + 1);
	fclose(f);
	for (size_t i = 0; i < sizeof(more_frames) / sizeof(*more_frames); i++)
		add_frame(frames, more_frames[i]);
	cr_assert_gt(frames->n, 100);
}

static inline void free_frames(struct frames *frames)
{
	for (size_t i = 0; i < frames->n; i++)
		free(frames->list[i].data);
}

struct filter_line {
	char *text;
	bool both;
	bool tells;
};

struct filter_lines {
	struct filter_line list[512];
	size_t n;
};

static inline void add_filter(struct filter_lines *filters, char *line)
{
	struct filter_line *f = &filters->list[filters->n];
	char *space = strchr(line, ' ');

	cr_assert(space, "%s", line);
	f->text = strndup(space + 1, strcspn(space + 1, "\n"));
	cr_assert(f->text);
	f->both = !strncmp(line, "both", 4);
	f->tells = space[-1] != '!';
	filters->n++;
	cr_assert_lt(filters->n, sizeof(filters->list) / sizeof(*filters->list));
}

static inline void read_filters(struct filter_lines *filters)
{
	char line[1024];
	FILE *f = open_data(FILTERS_PATH);

	filters->n = 0;
	while (fgets(line, sizeof(line), f))
		if (line[0] != '#' && line[0] != '\n')
			add_filter(filters, line);
	fclose(f);
	cr_assert_gt(filters->n, 60);
}

static inline void free_filters(struct filter_lines *filters)
{
	for (size_t i = 0; i < filters->n; i++)
		free(filters->list[i].text);
}

/* N times "PREFIX10.0.x.y" SUFFIX, joined with "or"; to be freed. */
static inline char *many_hosts(int n, const char *prefix, const char *suffix)
{
	size_t size = n * (strlen(prefix) + strlen(suffix) + 24) + 1;
	char *text = malloc(size);
	size_t used = 0;

	cr_assert(text);
	for (int i = 0; i < n; i++)
		used += snprintf(text + used, size - used, "%s%s10.0.%d.%d%s", i ? " or " : "",
				 prefix, i / 256, i % 256, suffix);
	return text;
}

/* What libpcap makes of TEXT; to be freed. */
static inline struct sock_filter *reference(const char *text, enum pcap_text_link link, size_t *n)
{
	char why[PCAP_TEXT_WHY_SIZE];
	struct sock_filter *program;

	cr_assert_eq(pcap_text_compile(text, link, &program, n, why), 0, "%s: %s", text, why);
	return program;
}

#endif
