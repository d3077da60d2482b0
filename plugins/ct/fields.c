/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The section's fields. A connection and its parent have the same ones, at other places, and so
 * have the two directions of each: macros spell them out. */
#include "fields.h"

#include "section.h"

#define AT(NAME, MEMBER, KIND, ...) \
	RETIS_FIELD_AS(NAME, struct ct_section, MEMBER, KIND, __VA_ARGS__)
#define LIST_OF(FIELDS) .fields = (FIELDS), .n_fields = sizeof(FIELDS) / sizeof((FIELDS)[0])
#define GROUP(NAME, FIELDS, ...)                                                   \
	{                                                                          \
		.name = (NAME), .kind = RETIS_OBJECT, LIST_OF(FIELDS), __VA_ARGS__ \
	}

static const struct retis_enum_name versions[] = { { 4, "v4" }, { 6, "v6" } };

/* Upstream's spelling. */
static const struct retis_enum_name zone_directions[] = {
	{ 0, "None" },
	{ CT_ZONE_ORIGINAL, "Original" },
	{ CT_ZONE_REPLY, "Reply" },
	{ CT_ZONE_ORIGINAL | CT_ZONE_REPLY, "Default" },
};

#define NAMES(LIST) .names = (LIST), .n_names = sizeof(LIST) / sizeof((LIST)[0])

/* Tables called ID_... of the tuple DIR of connection CONN, whose presence is ABOVE higher. */
#define TUPLE(ID, CONN, DIR, ABOVE)                                                               \
	static const struct retis_field ID##_ip[] = {                                             \
		AT("src", CONN.DIR.src, RETIS_IP, .about = "Source address"),                     \
		AT("dst", CONN.DIR.dst, RETIS_IP, .about = "Destination address"),                \
		AT("version", CONN.version, RETIS_ENUM, NAMES(versions)),                         \
	};                                                                                        \
	static const struct retis_field ID##_ports[] = {                                          \
		AT("sport", CONN.DIR.sport, RETIS_UINT, .about = "Source port"),                  \
		AT("dport", CONN.DIR.dport, RETIS_UINT, .about = "Destination port"),             \
	};                                                                                        \
	static const struct retis_field ID##_icmp[] = {                                           \
		AT("code", CONN.DIR.code, RETIS_UINT),                                            \
		AT("type", CONN.DIR.type, RETIS_UINT),                                            \
		AT("id", CONN.DIR.id, RETIS_UINT),                                                \
	};                                                                                        \
	static const struct retis_field ID##_sctp[] = {                                           \
		AT("sport", CONN.DIR.sport, RETIS_UINT, .about = "Source port"),                  \
		AT("dport", CONN.DIR.dport, RETIS_UINT, .about = "Destination port"),             \
		AT("vtag", CONN.DIR.vtag, RETIS_UINT, .about = "Verification tag"),               \
	};                                                                                        \
	static const struct retis_field ID##_gre[] = {                                            \
		AT("srckey", CONN.DIR.srckey, RETIS_UINT, .about = "Key, or call of PPTP, or 0"), \
		AT("dstkey", CONN.DIR.dstkey, RETIS_UINT, .about = "Key, or call of PPTP, or 0"), \
	};                                                                                        \
	static const struct retis_field ID##_other[] = {                                          \
		AT("number", CONN.DIR.number, RETIS_UINT, .about = "Number of the IP protocol"),  \
	};                                                                                        \
	static const struct retis_field ID##_proto[] = {                                          \
		GROUP("tcp", ID##_ports, .present = (ABOVE) + CT_HAS_TCP),                        \
		GROUP("udp", ID##_ports, .present = (ABOVE) + CT_HAS_UDP),                        \
		GROUP("icmp", ID##_icmp, .present = (ABOVE) + CT_HAS_ICMP),                       \
		GROUP("sctp", ID##_sctp, .present = (ABOVE) + CT_HAS_SCTP),                       \
		GROUP("icmpv6", ID##_icmp, .present = (ABOVE) + CT_HAS_ICMPV6),                   \
		GROUP("gre", ID##_gre, .present = (ABOVE) + CT_HAS_GRE),                          \
		GROUP("dccp", ID##_ports, .present = (ABOVE) + CT_HAS_DCCP),                      \
		GROUP("udplite", ID##_ports, .present = (ABOVE) + CT_HAS_UDPLITE),                \
		GROUP("other", ID##_other, .present = (ABOVE) + CT_HAS_OTHER),                    \
	};                                                                                        \
	static const struct retis_field ID[] = {                                                  \
		GROUP("ip", ID##_ip, .present = (ABOVE) + CT_HAS_IP),                             \
		GROUP("proto", ID##_proto),                                                       \
	}

TUPLE(orig, conn, orig, 0);
TUPLE(reply, conn, reply, 0);
TUPLE(parent_orig, parent, orig, CT_PARENT);
TUPLE(parent_reply, parent, reply, CT_PARENT);

static const struct retis_field labels[] = {
	AT("hi", extra.labels_hi, RETIS_UINT, .about = "Bits 64 to 127"),
	AT("lo", extra.labels_lo, RETIS_UINT, .about = "Bits 0 to 63"),
};

static const struct retis_field parent_labels[] = {
	AT("hi", parent_extra.labels_hi, RETIS_UINT, .about = "Bits 64 to 127"),
	AT("lo", parent_extra.labels_lo, RETIS_UINT, .about = "Bits 0 to 63"),
};

/* Of connection CONN with EXTRA, whose tables of tuples and labels are called P##... */
#define CONNECTION(CONN, EXTRA, P, ABOVE)                                                      \
	AT("zone_id", CONN.zone_id, RETIS_UINT, .present = (ABOVE) + CT_HAS_CONN,              \
	   .about = "Number of the zone"),                                                     \
		AT("zone_dir", CONN.zone_dir, RETIS_ENUM, NAMES(zone_directions),              \
		   .present = (ABOVE) + CT_HAS_CONN,                                           \
		   .about = "The direction the zone is for, Default: both"),                   \
		GROUP("orig", P##orig, .about = "Packets as the connection began"),            \
		GROUP("reply", P##reply, .about = "Packets of the other direction"),           \
		AT("proto_state", CONN.proto_state, RETIS_ENUM, .names_from = CT_PROTO_STATES, \
		   .present = (ABOVE) + CT_HAS_PROTO_STATE,                                    \
		   .about = "State of a TCP, SCTP or DCCP connection"),                        \
		AT("mark", CONN.mark, RETIS_UINT, .present = (ABOVE) + CT_HAS_MARK,            \
		   .about = "Mark of the connection"),                                         \
		GROUP("labels", P##labels, .present = (ABOVE) + CT_HAS_LABELS,                 \
		      .about = "Labels of the connection, a bit each, if there are any"),      \
		AT("ct_status", CONN.status, RETIS_UINT, .present = (ABOVE) + CT_HAS_CONN,     \
		   .about = "Bits of enum ip_conntrack_status"),                               \
		AT("helper", EXTRA.helper, RETIS_STRING, .present = (ABOVE) + CT_HAS_HELPER,   \
		   .about = "Name of the helper that looks into its packets"),                 \
		AT("timeout", CONN.timeout, RETIS_UINT, .present = (ABOVE) + CT_HAS_TIMEOUT,   \
		   .about = "Seconds until it is forgotten if no packet comes")

static const struct retis_field parent[] = { CONNECTION(parent, parent_extra, parent_, CT_PARENT) };

/* By the state bits of skb->_nfct. */
static const struct retis_enum_name states[] = {
	{ 0, "established" }, { 1, "related" },	      { 2, "new" },
	{ 3, "reply" },	      { 4, "related_reply" }, { 7, "untracked" },
};

const struct retis_field ct_fields[CT_FIELDS] = {
	AT("state", conn.state, RETIS_ENUM, NAMES(states),
	   .about = "What the packet is to its connection"),
	CONNECTION(conn, extra, , 0),
	GROUP("parent", parent, .present = CT_PARENT + CT_HAS_CONN,
	      .about = "The connection that this one was expected by"),
};
