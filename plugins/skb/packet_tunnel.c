/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packet text: tunnel headers (VXLAN, Geneve, GRE).
 */
#include "packet_parse.h"

#define VXLAN_LEN 8
#define GENEVE_LEN 8
#define GENEVE_OPTION_LEN 4
#define GENEVE_CLASS_LINUX 0x100
#define GENEVE_TYPE_GRO_HINT 0x01
#define GRO_HINT_LEN 4
#define GRE_LEN 4

enum gre_flag {
	GRE_CHECKSUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_VERSION = 0x0007,
};

void packet_vxlan(struct packet *p, struct packet_bytes b)
{
	const uint8_t *vxlan = packet_take(&b, VXLAN_LEN);

	if (!vxlan) {
		packet_truncated(p);
		return;
	}
	retis_text_str(p->out, " vxlan [");
	packet_flag(p, vxlan[0] & 0x08, 'I');
	retis_text_char(p->out, ']');
	packet_hex(p, "vni", packet_be24(vxlan + 4));
	packet_tunnelled(p, b, ETHERTYPE_TEB);
}

static void print_inner_type(struct packet *p, uint16_t ethertype)
{
	if (!p->link_layer)
		return;
	retis_text_str(p->out, " proto ");
	packet_ethertype_name(p, ethertype);
}

/* Where the nested headers are, for the receiver's GRO: byte 0 has their kind. */
static void print_gro_hint(struct packet *p, const uint8_t *hint)
{
	retis_text_str(p->out, " (proto ");
	retis_text_dec(p->out, hint[0] & 3);
	retis_text_str(p->out, hint[0] & 4 ? " v6" : " v4");
	packet_dec(p, "nh", hint[1]);
	packet_dec(p, "tp", hint[2]);
	packet_dec(p, "hlen", hint[3]);
	retis_text_char(p->out, ')');
}

static void print_geneve_option(struct packet *p, const uint8_t *option, struct packet_bytes data)
{
	uint16_t class = packet_be16(option);
	const uint8_t *hint = packet_peek(&data, GRO_HINT_LEN);

	retis_text_str(p->out, "class 0x");
	retis_text_hex(p->out, class, 1);
	packet_hex(p, "type", option[2]);
	if (option[2] & 0x80)
		retis_text_str(p->out, "(C)");
	packet_dec(p, "len", (option[3] & 0x1f) * 4u);
	if (class == GENEVE_CLASS_LINUX && option[2] == GENEVE_TYPE_GRO_HINT && hint)
		print_gro_hint(p, hint);
}

static void print_geneve_options(struct packet *p, struct packet_bytes b)
{
	const uint8_t *option;

	retis_text_str(p->out, " [");
	for (bool first = true; (option = packet_take(&b, GENEVE_OPTION_LEN)); first = false) {
		size_t length = (option[3] & 0x1f) * 4u;
		bool bad = length > b.total;

		packet_flag(p, !first, ',');
		print_geneve_option(p, option, packet_part(&b, length));
		if (bad)
			retis_text_str(p->out, " bad length");
	}
	retis_text_char(p->out, ']');
}

void packet_geneve(struct packet *p, struct packet_bytes b)
{
	const uint8_t *geneve = packet_take(&b, GENEVE_LEN);

	if (!geneve) {
		packet_truncated(p);
		return;
	}

	if (geneve[0] >> 6) {
		packet_unsupported(p, "Geneve version", geneve[0] >> 6, 0);
		return;
	}

	uint16_t ethertype = packet_be16(geneve + 2);
	struct packet_bytes options = packet_part(&b, (geneve[0] & 0x3f) * 4u);

	/* Also if the packet ends before. */
	options.total = (geneve[0] & 0x3f) * 4u;
	retis_text_str(p->out, " geneve [");
	packet_flag(p, geneve[1] & 0x80, 'O');
	packet_flag(p, geneve[1] & 0x40, 'C');
	retis_text_char(p->out, ']');
	packet_hex(p, "vni", packet_be24(geneve + 4));
	print_inner_type(p, ethertype);
	if (geneve[0] & 0x3f)
		print_geneve_options(p, options);
	packet_tunnelled(p, b, ethertype);
}

/* The optional word behind the GRE header that `flag` announces: false if it is
 * announced but not there. */
static bool take_gre_word(struct packet_bytes *b, uint16_t flags, uint16_t flag,
			  const uint8_t **word)
{
	*word = flags & flag ? packet_take(b, 4) : NULL;
	return *word || !(flags & flag);
}

/* ERSPAN without a sequence number is its first version, which has no header. */
static void print_gre_payload(struct packet *p, struct packet_bytes b, uint16_t ethertype,
			      bool sequence)
{
	print_inner_type(p, ethertype);
	if (ethertype == ETHERTYPE_ERSPAN3 || (ethertype == ETHERTYPE_ERSPAN2 && sequence))
		packet_erspan(p, b, ethertype);
	else
		packet_tunnelled(p, b, ethertype == ETHERTYPE_ERSPAN2 ? ETHERTYPE_TEB : ethertype);
}

void packet_gre(struct packet *p, struct packet_bytes b)
{
	const struct packet_bytes whole = b;
	const uint8_t *gre = packet_take(&b, GRE_LEN), *checksum, *key, *seq;
	uint16_t flags;

	if (!gre) {
		packet_truncated(p);
		return;
	}
	flags = packet_be16(gre);
	if ((flags & GRE_VERSION) == 1) {
		packet_gre1(p, whole);
		return;
	}
	if (flags & GRE_VERSION) {
		packet_unsupported(p, "GRE version", flags & GRE_VERSION, 0);
		return;
	}
	if (flags & GRE_ROUTING) {
		packet_unsupported(p, "GRE flags", flags, 4);
		return;
	}
	if (!take_gre_word(&b, flags, GRE_CHECKSUM, &checksum) ||
	    !take_gre_word(&b, flags, GRE_KEY, &key) ||
	    !take_gre_word(&b, flags, GRE_SEQUENCE, &seq)) {
		packet_truncated(p);
		return;
	}
	if (key)
		packet_hex(p, "key", packet_be32(key));
	if (seq)
		packet_dec(p, "seq", packet_be32(seq));
	print_gre_payload(p, b, packet_be16(gre + 2), seq);
}
