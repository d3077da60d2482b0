/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The skb collector: a packet's bytes and the metadata of its struct sk_buff. */
#include <retis/frags.h>
#include <retis/plugin.h>

#include <errno.h>
#include <unistd.h>

#include "packet.h"
#include "print.h"
#include "section.h"

struct state {
	uint64_t snaplen;
	uint64_t sections;
	struct retis_frags frags;
};

static const struct state defaults = { .snaplen = SKB_SNAPLEN_DEFAULT };

static const struct retis_choice section_choices[] = {
	{ "all", SKB_WANTS(SKB_META) | SKB_WANTS(SKB_DATA_REF) | SKB_WANTS(SKB_GSO) },
	{ "meta", SKB_WANTS(SKB_META) },
	{ "dataref", SKB_WANTS(SKB_DATA_REF) },
	{ "gso", SKB_WANTS(SKB_GSO) },
	/* Always there, or other collectors' by now. */
	{ "eth", 0 },
	{ "arp", 0 },
	{ "ip", 0 },
	{ "tcp", 0 },
	{ "udp", 0 },
	{ "icmp", 0 },
	{ "packet", 0 },
	{ "vlan", 0 },
	{ "dev", 0 },
	{ "ns", 0 },
	{},
};

static const struct retis_option options[] = {
	{
		.name = "skb-sections",
		.type = RETIS_OPT_CHOICES,
		.value = "LIST",
		.help = "Metadata to collect besides packet bytes and VLAN tag: checksum and "
			"length (meta), reference counts (dataref), segmentation (gso).",
		.offset = offsetof(struct state, sections),
		.choices = section_choices,
	},
	{
		.name = "snaplen",
		.type = RETIS_OPT_UINT,
		.value = "BYTES",
		.help = "How much of each packet to capture.",
		.offset = offsetof(struct state, snaplen),
		.min = 64,
		.max = SKB_SNAPLEN_MAX,
	},
};

static int skb_setup(const struct retis_host *host, void *private)
{
	struct state *state = private;
	uint32_t snaplen = (uint32_t)state->snaplen;
	int err = host->set_constant(host, "snaplen", &snaplen, sizeof(snaplen));

	if (!err)
		err = host->set_constant(host, "wanted", &state->sections, sizeof(state->sections));
	return err ? err : retis_follow_frags(host, &state->frags);
}

static void skb_tell(const struct retis_host *host, void *private)
{
	struct state *state = private;

	retis_tell_frags(host, &state->frags);
}

static void print_packet(const struct retis_view *view, const struct retis_print *how,
			 struct retis_text *out)
{
	const struct packet_section *packet = RETIS_VIEW_AS(struct packet_section, view);
	uint32_t captured;

	if (!packet)
		return;
	captured = view->length - (uint32_t)sizeof(*packet);
	packet_print(packet->data, captured, packet->len, how->link_layer, out);
}

static const struct retis_field packet_fields[] = {
	RETIS_FIELD(struct packet_section, len, RETIS_UINT, .role = RETIS_ROLE_PACKET_LENGTH,
		    .about = "Length of the packet from the first captured byte on"),
	RETIS_FIELD(struct packet_section, capture_len, RETIS_UINT, .about = "Bytes captured"),
	{
		.name = "data",
		.about =
			"The bytes, from the Ethernet header on, which is made up if there is none",
		.kind = RETIS_BYTES,
		.offset = offsetof(struct packet_section, data),
		.role = RETIS_ROLE_PACKET,
	},
	RETIS_FIELD(struct packet_section, made_up, RETIS_UINT, .present = PACKET_HAS_MADE_UP,
		    .role = RETIS_ROLE_MADE_UP,
		    .about = "Bytes of the Ethernet header that is made up"),
};

/* A field of a group of the skb section. */
#define IN(GROUP, MEMBER, KIND, ABOUT) \
	RETIS_FIELD_AS(#MEMBER, struct skb_section, GROUP.MEMBER, KIND, .about = (ABOUT))

static const struct retis_field vlan_fields[] = {
	IN(vlan, proto, RETIS_UINT, "Tag protocol identifier"),
	IN(vlan, pcp, RETIS_UINT, "Priority code point"),
	IN(vlan, dei, RETIS_BOOL, "Drop eligible"),
	IN(vlan, vid, RETIS_UINT, "VLAN id"),
};

static const struct retis_field meta_fields[] = {
	IN(meta, len, RETIS_UINT, "Bytes of data"),
	IN(meta, data_len, RETIS_UINT, "Bytes of data outside the linear area"),
	IN(meta, hash, RETIS_UINT, "Flow hash"),
	IN(meta, ip_summed, RETIS_UINT,
	   "Checksum state: 0 none, 1 unnecessary, 2 complete, 3 partial"),
	IN(meta, csum, RETIS_UINT, "Checksum; if partial: offset << 16 | start"),
	IN(meta, csum_level, RETIS_UINT, "Consecutive checksums found correct, less one"),
	IN(meta, priority, RETIS_UINT, "Queueing priority"),
};

static const struct retis_field data_ref_fields[] = {
	IN(data_ref, nohdr, RETIS_BOOL, "Only the payload is referenced"),
	IN(data_ref, cloned, RETIS_BOOL, "The head may be shared"),
	IN(data_ref, fclone, RETIS_UINT, "Fast clone: 0 no, 1 original, 2 clone"),
	IN(data_ref, users, RETIS_UINT, "References to the struct sk_buff"),
	IN(data_ref, dataref, RETIS_UINT, "References to the data"),
	IN(data_ref, payload_refs, RETIS_UINT, "Of these, to the payload only"),
};

static const struct retis_field gso_fields[] = {
	IN(gso, flags, RETIS_UINT, "Flags of skb_shared_info"),
	IN(gso, frags, RETIS_UINT, "Page fragments"),
	IN(gso, size, RETIS_UINT, "Bytes of payload per segment"),
	IN(gso, segs, RETIS_UINT, "Segments"),
	IN(gso, type, RETIS_UINT, "SKB_GSO_* bits"),
};

#define SKB_GROUP(NAME, PRESENT, FIELDS, ABOUT)                                               \
	{                                                                                     \
		.name = (NAME), .about = (ABOUT), .kind = RETIS_OBJECT, .present = (PRESENT), \
		.fields = (FIELDS), .n_fields = sizeof(FIELDS) / sizeof((FIELDS)[0])          \
	}

static const struct retis_field skb_fields[] = {
	SKB_GROUP("vlan_accel", SKB_VLAN, vlan_fields, "VLAN tag taken out by offloading"),
	SKB_GROUP("meta", SKB_META, meta_fields, "Length, checksum, priority"),
	SKB_GROUP("data_ref", SKB_DATA_REF, data_ref_fields, "Sharing of the packet"),
	SKB_GROUP("gso", SKB_GSO, gso_fields, "Generic segmentation offload"),
};

static const struct retis_section_type sections[] = {
	[SKB_PACKET_SECTION] = {
		.name = "packet",
		.about = "Bytes of the packet",
		.version = 1,
		.rank = 70,
		.line = 70,
		.fields = packet_fields,
		.n_fields = sizeof(packet_fields) / sizeof(packet_fields[0]),
		.repeats = 1,
		.print = print_packet,
	},
	[SKB_SECTION] = {
		.name = "skb",
		.about = "Metadata of the packet",
		.version = 1,
		.rank = 80,
		.line = 100,
		.fields = skb_fields,
		.n_fields = sizeof(skb_fields) / sizeof(skb_fields[0]),
		.print = skb_print,
	},
};

static const struct retis_hook hooks[] = {
	{ .program = "packet", .any_of = RETIS_INPUT_SKB, .order = 20 },
	{ .program = "skb", .any_of = RETIS_INPUT_SKB, .order = 21 },
};

static const char *const default_probes[] = { "tp:net:netif_receive_skb",
					      "tp:net:net_dev_start_xmit", NULL };

RETIS_OBJECT_FILE(skb_direct, "hook.direct.bpf.o");
RETIS_OBJECT_FILE(skb_probe, "hook.probe.bpf.o");

RETIS_EXPORT const struct retis_plugin retis_plugin = {
	.abi_major = RETIS_ABI_MAJOR,
	.abi_minor = RETIS_ABI_MINOR,
	.size = sizeof(struct retis_plugin),
	.name = "skb",
	.version = "1.0",
	.license = "GPL-2.0-or-later",
	.summary = "bytes and metadata of packets",
	.direct = RETIS_OBJECT_OF(skb_direct),
	.probe = RETIS_OBJECT_OF(skb_probe),
	RETIS_LIST(hook, hooks),
	.default_probes = default_probes,
	RETIS_LIST(section, sections),
	RETIS_LIST(option, options),
	.state_size = sizeof(struct state),
	.state = &defaults,
	.setup = skb_setup,
	.tick = skb_tell,
	.stop = skb_tell,
};
