/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packet printer against tests/data/packets.txt (see there), whole and
 * damaged. Every packet is copied to a block of just its size, so that a
 * sanitizer sees a read behind its end.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>

#include <retis/text.h>
#include "packet.h"

#define VECTORS_PATH "tests/data/packets.txt"
#define VECTORS_MAX 256
#define TEXT_MAX 8192

struct vector {
	char name[32];
	bool link_layer;
	size_t length;
	uint8_t bytes[512];
	char text[2048];
};

struct printed {
	size_t length;
	char text[TEXT_MAX];
};

static bool parse_hex(struct vector *v, const char *hex)
{
	size_t digits = strlen(hex);

	v->length = digits / 2;
	if (digits % 2 || v->length > sizeof(v->bytes))
		return false;
	for (size_t i = 0; i < v->length; i++)
		if (sscanf(hex + 2 * i, "%2hhx", &v->bytes[i]) != 1)
			return false;
	return true;
}

static bool parse_vector(struct vector *v, const char *line)
{
	char flag[3], hex[1025];
	int start = 0;
	size_t len;

	if (sscanf(line, "%31s %2s %1024s >%n", v->name, flag, hex, &start) != 3 || !start)
		return false;
	len = strcspn(line + start, "\n");
	if (!len || line[start + len - 1] != '<' || len > sizeof(v->text))
		return false;
	memcpy(v->text, line + start, len - 1);
	v->text[len - 1] = 0;
	v->link_layer = !strcmp(flag, "-e");
	return parse_hex(v, hex);
}

/* The number of vectors, or 0 if the file can't be read or a line is wrong. */
static size_t read_vectors(struct vector *vectors)
{
	FILE *file = fopen(VECTORS_PATH, "re");
	char line[4096];
	size_t n = 0;

	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file)) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (n == VECTORS_MAX || !parse_vector(&vectors[n], line)) {
			fprintf(stderr, "%s: bad line: %s", VECTORS_PATH, line);
			n = 0;
			break;
		}
		n++;
	}
	fclose(file);
	return n;
}

static void print_exact(const uint8_t *data, size_t captured, size_t length, bool link_layer,
			struct printed *p)
{
	struct retis_text out = { .data = p->text, .capacity = sizeof(p->text) - 1 };
	uint8_t *copy = captured ? malloc(captured) : NULL;

	cr_assert(copy || !captured);
	if (captured)
		memcpy(copy, data, captured);
	packet_print(copy, captured, length, link_layer, &out);
	free(copy);
	cr_assert_not(out.failed);
	p->length = out.length;
	p->text[out.length] = 0;
}

/* Whatever the packet, a terminal must survive it and the reader see something. */
static void check_sane(const struct printed *p, const struct vector *v)
{
	cr_assert_gt(p->length, 0, "%s: nothing printed", v->name);
	for (size_t i = 0; i < p->length; i++)
		cr_assert(p->text[i] >= ' ' && p->text[i] <= '~', "%s: byte %#x printed", v->name,
			  p->text[i]);
}

static struct vector *vectors;

ParameterizedTestParameters(packet, text)
{
	vectors = cr_calloc(VECTORS_MAX, sizeof(*vectors));
	return cr_make_param_array(struct vector, vectors, vectors ? read_vectors(vectors) : 0);
}

ParameterizedTest(struct vector *v, packet, text)
{
	struct printed p;

	print_exact(v->bytes, v->length, v->length, v->link_layer, &p);
	cr_assert_str_eq(p.text, v->text, "%s\n  got  %s\n  want %s", v->name, p.text, v->text);
}

static struct vector all[VECTORS_MAX];

Test(packet, vectors_are_found)
{
	cr_assert_gt(read_vectors(all), 100, "run this from the top of the repository");
}

Test(packet, truncated_anywhere)
{
	size_t n = read_vectors(all);
	struct printed p;

	for (struct vector *v = all; v < all + n; v++) {
		for (size_t captured = 0; captured < v->length; captured++) {
			print_exact(v->bytes, captured, v->length, v->link_layer, &p);
			check_sane(&p, v);
			print_exact(v->bytes, captured, captured, !v->link_layer, &p);
			check_sane(&p, v);
		}
	}
}

Test(packet, any_byte_damaged)
{
	size_t n = read_vectors(all);
	struct printed p;

	for (struct vector *v = all; v < all + n; v++) {
		for (size_t i = 0; i < v->length; i++) {
			uint8_t byte = v->bytes[i];

			v->bytes[i] = 0;
			print_exact(v->bytes, v->length, v->length, v->link_layer, &p);
			check_sane(&p, v);
			v->bytes[i] = 0xff;
			print_exact(v->bytes, v->length, SIZE_MAX, v->link_layer, &p);
			check_sane(&p, v);
			v->bytes[i] = byte;
		}
	}
}

static const struct vector *find_vector(const char *name)
{
	size_t n = read_vectors(all);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(all[i].name, name))
			return &all[i];
	cr_assert_fail("no vector %s", name);
	return NULL;
}

/* BIG TCP: no IP length, and far more payload than was captured. */
Test(packet, length_of_a_big_packet)
{
	const struct vector *v = find_vector("tcp-len0");
	struct printed p;

	print_exact(v->bytes, v->length, 14 + 20 + 20 + 100000, false, &p);
	cr_assert(strstr(p.text, " seq 100:100100 "), "%s", p.text);
}

/* A packet can't be longer than captured: a wrong length must not cut it. */
Test(packet, length_below_captured)
{
	const struct vector *v = find_vector("tcp-len0");
	struct printed p;

	print_exact(v->bytes, v->length, 3, false, &p);
	cr_assert_str_eq(p.text, v->text);
}

Test(packet, text_that_can_not_grow)
{
	const struct vector *v = find_vector("vxlan");
	char small[16];

	for (size_t capacity = 0; capacity <= sizeof(small); capacity++) {
		struct retis_text out = { .data = small, .capacity = capacity };

		packet_print(v->bytes, v->length, v->length, true, &out);
		cr_assert(out.failed && out.length <= capacity);
	}
}

/* As deep as a packet can be: neither the stack nor the text may explode. */
Test(packet, endless_headers)
{
	static const uint8_t units[][8] = {
		/* VLAN tags, MPLS labels, MACsec in MACsec, IPv6 fragments. */
		{ 0, 1, 0x81, 0, 0, 1, 0x81, 0 },
		{ 0, 1, 0, 1, 0, 1, 0, 1 },
		{ 0, 0, 0, 0, 0, 1, 0x88, 0xe5 },
		{ 44, 0, 0, 0, 0, 0, 0, 1 },
	};
	static const uint16_t ethertypes[] = { 0x8100, 0x8847, 0x88e5, 0x86dd };
	static uint8_t packet[65536];
	static char text[64 * sizeof(packet)];

	for (size_t u = 0; u < sizeof(units) / sizeof(units[0]); u++) {
		struct retis_text out = { .data = text, .capacity = sizeof(text) };

		for (size_t i = 14; i < sizeof(packet); i++)
			packet[i] = units[u][(i - 14) % 8];
		packet[12] = (uint8_t)(ethertypes[u] >> 8);
		packet[13] = (uint8_t)ethertypes[u];
		if (ethertypes[u] == 0x86dd)
			packet[14 + 6] = 44;
		packet_print(packet, sizeof(packet), sizeof(packet), true, &out);
		cr_assert_not(out.failed);
		cr_assert_eq(text[out.length - 1], ')', "unit %zu", u);
	}
}
