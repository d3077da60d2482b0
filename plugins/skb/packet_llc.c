/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packet text: what follows an 802.3 length, which is LLC (IEEE 802.2) with or without
 * SNAP, or raw IPX.
 */
#include "packet_parse.h"

#define LLC_LEN 3
#define SNAP_LEN 5
#define STP_LEN 4
#define LENGTH_MAX 1500

enum llc_sap {
	SAP_STP = 0x42,
	SAP_SNAP = 0xaa,
};

static const char *sap_name(uint8_t sap)
{
	switch (sap) {
	case 0x00:
		return "null";
	case 0x06:
		return "IP";
	case SAP_STP:
		return "STP";
	case SAP_SNAP:
		return "SNAP";
	case 0xe0:
		return "IPX";
	case 0xf0:
		return "NetBIOS";
	case 0xfe:
		return "ISO";
	case 0xff:
		return "global";
	default:
		return NULL;
	}
}

static void print_sap(struct packet *p, const char *which, uint8_t sap)
{
	const char *name = sap_name(sap);

	retis_text_str(p->out, which);
	if (name) {
		retis_text_str(p->out, name);
		retis_text_char(p->out, ' ');
	}
	retis_text_str(p->out, "(0x");
	retis_text_hex(p->out, sap, 2);
	retis_text_char(p->out, ')');
}

static void print_snap(struct packet *p, struct packet_bytes b)
{
	const uint8_t *snap = packet_take(&b, SNAP_LEN);

	if (!snap) {
		packet_truncated(p);
		return;
	}
	retis_text_str(p->out, " SNAP");
	packet_hex_wide(p, "OUI", packet_be24(snap), 6);
	packet_hex_wide(p, "PID", packet_be16(snap + 3), 4);
	if (!packet_be24(snap))
		packet_tunnelled(p, b, packet_be16(snap + 3));
}

static void print_stp(struct packet *p, struct packet_bytes b)
{
	const uint8_t *stp = packet_take(&b, STP_LEN);

	if (!stp) {
		packet_truncated(p);
		return;
	}
	retis_text_str(p->out, " STP");
	packet_dec(p, "version", stp[2]);
	switch (stp[3]) {
	case 0x00:
		retis_text_str(p->out, " configuration");
		break;
	case 0x02:
		retis_text_str(p->out, " rapid");
		break;
	case 0x80:
		retis_text_str(p->out, " topology change");
		break;
	default:
		packet_hex(p, "type", stp[3]);
	}
}

static void print_llc(struct packet *p, struct packet_bytes b)
{
	const uint8_t *llc = packet_take(&b, LLC_LEN);

	if (!llc) {
		packet_truncated(p);
		return;
	}
	if (llc[0] == 0xff && llc[1] == 0xff) {
		retis_text_str(p->out, "IPX raw");
		return;
	}
	print_sap(p, "LLC dsap ", llc[0]);
	print_sap(p, " ssap ", llc[1]);
	packet_hex(p, "ctrl", llc[2]);
	if (llc[0] == SAP_SNAP && llc[1] == SAP_SNAP && llc[2] == 3)
		print_snap(p, b);
	else if (llc[0] == SAP_STP && llc[1] == SAP_STP && llc[2] == 3)
		print_stp(p, b);
}

void packet_llc(struct packet *p, struct packet_bytes b, uint16_t length)
{
	struct packet_bytes whole = b;

	if (length > LENGTH_MAX) {
		packet_bad(p, "802.3 length", length, '>', LENGTH_MAX);
		return;
	}
	packet_limit(&b, length);
	print_llc(p, b);
	packet_missing(p, &whole, length);
}
