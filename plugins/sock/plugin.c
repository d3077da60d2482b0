/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sock collector: the socket that a packet belongs to or a function is about, and why a
 * connection is reset. Reasons are numbers that differ between kernels: their names are read
 * from the kernel's types.
 */
#include <errno.h>

#include <retis/plugin.h>

#include "section.h"

#define REASONS "sock.reset_reason"
#define REASON_PREFIX "SK_RST_REASON_"

/* include/linux/net.h */
static const struct retis_enum_name types[] = {
	{ 1, "SOCK_STREAM" },	 { 2, "SOCK_DGRAM" }, { 3, "SOCK_RAW" },     { 4, "SOCK_RDM" },
	{ 5, "SOCK_SEQPACKET" }, { 6, "SOCK_DCCP" },  { 10, "SOCK_PACKET" },
};

/* include/uapi/linux/in.h */
static const struct retis_enum_name protocols[] = {
	{ 0, "IP" },	 { 1, "ICMP" },	      { 2, "IGMP" },   { 4, "IPIP" },	 { 6, "TCP" },
	{ 8, "EGP" },	 { 12, "PUP" },	      { 17, "UDP" },   { 22, "IDP" },	 { 29, "TP" },
	{ 33, "DCCP" },	 { 41, "IPV6" },      { 46, "RSVP" },  { 47, "GRE" },	 { 50, "ESP" },
	{ 51, "AH" },	 { 58, "ICMPV6" },    { 92, "MTP" },   { 94, "BEETPH" }, { 98, "ENCAP" },
	{ 103, "PIM" },	 { 108, "COMP" },     { 115, "L2TP" }, { 132, "SCTP" },	 { 136, "UDPLITE" },
	{ 137, "MPLS" }, { 143, "ETHERNET" }, { 255, "RAW" },  { 256, "SMC" },	 { 262, "MPTCP" },
};

/* include/net/tcp_states.h */
static const struct retis_enum_name states[] = {
	{ 1, "ESTABLISHED" },	  { 2, "SYN_SENT" },
	{ 3, "SYN_RECV" },	  { 4, "FIN_WAIT1" },
	{ 5, "FIN_WAIT2" },	  { SOCK_TIME_WAIT, "TIME_WAIT" },
	{ 7, "CLOSE" },		  { 8, "CLOSE_WAIT" },
	{ 9, "LAST_ACK" },	  { SOCK_LISTEN, "LISTEN" },
	{ 11, "CLOSING" },	  { SOCK_NEW_SYN_RECV, "NEW_SYN_RECV" },
	{ 13, "BOUND_INACTIVE" },
};

#define NAMES(LIST) .names = (LIST), .n_names = sizeof(LIST) / sizeof((LIST)[0])
#define FIELDS(LIST) .fields = (LIST), .n_fields = sizeof(LIST) / sizeof((LIST)[0])
#define END(WHICH)                                                                   \
	static const struct retis_field WHICH##_fields[] = {                         \
		RETIS_FIELD_AS("ip4", struct sock_section, WHICH.ip4, RETIS_IP4,     \
			       .present = SOCK_HAS_IP4, .about = "Address of IPv4"), \
		RETIS_FIELD_AS("ip6", struct sock_section, WHICH.ip6, RETIS_IP6,     \
			       .present = SOCK_HAS_IP6, .about = "Address of IPv6"), \
		RETIS_FIELD_AS("port", struct sock_section, WHICH.port, RETIS_UINT,  \
			       .about = "Port"),                                     \
	}

END(local);
END(remote);

static const struct retis_field tcp_fields[] = {
	RETIS_FIELD(struct sock_section, cwnd, RETIS_UINT, .about = "Congestion window, segments"),
	RETIS_FIELD(struct sock_section, ssthresh, RETIS_UINT, .present = SOCK_HAS_SSTHRESH,
		    .about = "Slow-start threshold, segments, once there is one"),
	RETIS_FIELD(struct sock_section, srtt, RETIS_UINT, .present = SOCK_HAS_SRTT,
		    .about = "Smoothed round trip, microseconds, once it was measured"),
	RETIS_FIELD(struct sock_section, retransmits, RETIS_UINT,
		    .about = "Retransmissions since something was acknowledged"),
	RETIS_FIELD(struct sock_section, total_retransmits, RETIS_UINT,
		    .about = "Retransmissions of the connection"),
};

static const struct retis_field fields[] = {
	RETIS_FIELD(struct sock_section, inode, RETIS_UINT, .present = SOCK_HAS_ALL,
		    .about = "Inode number, as ss -e shows; 0: no process has it"),
	RETIS_FIELD(struct sock_section, type, RETIS_ENUM, .present = SOCK_HAS_TYPE, NAMES(types),
		    .about = "Type"),
	RETIS_FIELD(struct sock_section, proto, RETIS_ENUM, .present = SOCK_HAS_TYPE,
		    NAMES(protocols), .about = "Protocol, IPPROTO_*"),
	RETIS_FIELD(struct sock_section, state, RETIS_ENUM, .present = SOCK_HAS_STATE,
		    NAMES(states), .about = "State; other protocols use TCP's, too"),
	RETIS_FIELD(struct sock_section, reset_reason, RETIS_ENUM, .present = SOCK_HAS_REASON,
		    .names_from = REASONS, .about = "Why the connection is reset"),
	{ .name = "local", .kind = RETIS_OBJECT, .about = "This end", FIELDS(local_fields) },
	{ .name = "remote", .kind = RETIS_OBJECT, .about = "The other end", FIELDS(remote_fields) },
	RETIS_FIELD(struct sock_section, recv_queue, RETIS_UINT, .present = SOCK_HAS_ALL,
		    .about = "Bytes that were not read; of TCP's listening sockets, connections "
			     "that were not accepted"),
	RETIS_FIELD(struct sock_section, send_queue, RETIS_UINT, .present = SOCK_HAS_ALL,
		    .about = "Bytes that were not acknowledged or not sent; of TCP's listening "
			     "sockets, how many connections may wait"),
	RETIS_FIELD(struct sock_section, cgroup, RETIS_UINT, .present = SOCK_HAS_CGROUP,
		    .about = "Number of the cgroup, which is the inode of its folder"),
	{ .name = "tcp",
	  .kind = RETIS_OBJECT,
	  .present = SOCK_HAS_TCP,
	  .about = "State of the connection",
	  FIELDS(tcp_fields) },
};

/* --- text --------------------------------------------------------------------- */

static void put_sock_enum(const struct retis_enum_name *names, size_t n, int64_t value,
			  struct retis_text *out)
{
	for (size_t i = 0; i < n; i++)
		if (names[i].value == value) {
			retis_text_str(out, names[i].name);
			return;
		}
	retis_text_int(out, value);
}
#define PUT_ENUM(NAMES, VALUE, OUT) \
	put_sock_enum(NAMES, sizeof(NAMES) / sizeof((NAMES)[0]), VALUE, OUT)

static void put_reason(const struct retis_view *view, int64_t value, struct retis_text *out)
{
	const char *name = retis_view_name(view, REASONS, &value, sizeof(value));

	retis_text_str(out, " rst ");
	if (name)
		retis_text_escaped(out, name, strlen(name));
	else
		retis_text_int(out, value);
}

static void put_sock_number(const char *before, uint64_t value, struct retis_text *out)
{
	retis_text_str(out, before);
	retis_text_dec(out, value);
}

static void put_endpoint(const struct sock_end *end, bool is_ip6, struct retis_text *out)
{
	if (is_ip6)
		retis_text_ip6(out, end->ip6);
	else
		retis_text_ip4(out, end->ip4);
	put_sock_number(".", end->port, out);
}

static void put_sock_ends(const struct sock_section *s, const struct retis_view *view,
			  struct retis_text *out)
{
	bool is_ip6 = retis_view_has(view, SOCK_HAS_IP6);

	if (!is_ip6 && !retis_view_has(view, SOCK_HAS_IP4))
		return;
	retis_text_break(out);
	put_endpoint(&s->local, is_ip6, out);
	retis_text_str(out, " > ");
	put_endpoint(&s->remote, is_ip6, out);
}

static void put_tcp_text(const struct sock_section *s, const struct retis_view *view,
			 struct retis_text *out)
{
	put_sock_number(" cwnd ", s->cwnd, out);
	if (retis_view_has(view, SOCK_HAS_SSTHRESH))
		put_sock_number(" ssthresh ", s->ssthresh, out);
	if (retis_view_has(view, SOCK_HAS_SRTT)) {
		put_sock_number(" srtt ", s->srtt, out);
		retis_text_str(out, "us");
	}
	if (s->retransmits || s->total_retransmits) {
		put_sock_number(" retrans ", s->retransmits, out);
		put_sock_number("/", s->total_retransmits, out);
	}
}

static void put_sock_state(const struct sock_section *s, const struct retis_view *view,
			   struct retis_text *out)
{
	if (retis_view_has(view, SOCK_HAS_ALL))
		put_sock_number(" ", s->inode, out);
	if (retis_view_has(view, SOCK_HAS_TYPE)) {
		retis_text_char(out, ' ');
		PUT_ENUM(types, s->type, out);
		retis_text_char(out, ' ');
		PUT_ENUM(protocols, s->proto, out);
	}
	if (retis_view_has(view, SOCK_HAS_STATE)) {
		retis_text_str(out, " state ");
		PUT_ENUM(states, s->state, out);
	}
}

static void sock_print(const struct retis_view *view, const struct retis_print *how,
		       struct retis_text *out)
{
	const struct sock_section *s = RETIS_VIEW_AS(struct sock_section, view);

	(void)how;
	if (!s)
		return;
	retis_text_str(out, "sock");
	put_sock_state(s, view, out);
	if (retis_view_has(view, SOCK_HAS_REASON))
		put_reason(view, (int32_t)s->reset_reason, out);
	put_sock_ends(s, view, out);
	if (retis_view_has(view, SOCK_HAS_ALL)) {
		put_sock_number(" rq ", s->recv_queue, out);
		put_sock_number(" sq ", s->send_queue, out);
	}
	if (retis_view_has(view, SOCK_HAS_TCP))
		put_tcp_text(s, view, out);
	if (retis_view_has(view, SOCK_HAS_CGROUP))
		put_sock_number(" cgroup ", s->cgroup, out);
}

static const struct retis_section_type sections[] = {
	[SOCK_SECTION] = {
		.name = "sock",
		.about = "Socket",
		.version = 1,
		.rank = 105,
		.line = 95,
		.fields = fields,
		.n_fields = sizeof(fields) / sizeof(fields[0]),
		.print = sock_print,
	},
};

/* --- in the kernel ------------------------------------------------------------ */

static int add_reset_reason(void *arg, const char *name, int64_t value)
{
	const struct retis_host *host = arg;
	size_t n = strlen(REASON_PREFIX);

	return host->add_name(host, REASONS, &value, sizeof(value),
			      strncmp(name, REASON_PREFIX, n) ? name : name + n);
}

static int sock_setup(const struct retis_host *host, void *state)
{
	int err =
		host->enum_values(host, "sk_rst_reason", add_reset_reason, (void *)(uintptr_t)host);

	(void)state;
	return err == -ENOENT ? 0 : err;
}

static const struct retis_arg args[] = {
	/* All of them begin with a struct sock_common. */
	[SOCK_ARG_SOCK] = { .type = "struct sock *|struct request_sock *|"
				    "struct inet_timewait_sock *|struct tcp_sock *" },
	/* Since 6.10. */
	[SOCK_ARG_REASON] = { .type = "enum sk_rst_reason", .optional = 1 },
};

#define ANY_SOCK RETIS_INPUT_SKB | RETIS_INPUT_ARG(SOCK_ARG_SOCK)

static const struct retis_hook hooks[] = {
	{
		.program = "sock",
		RETIS_ARGS(args),
		.any_of = ANY_SOCK | RETIS_INPUT_ARG(SOCK_ARG_REASON),
		.order = 75,
	},
	{
		.program = "stand_in",
		RETIS_ARGS(args),
		.any_of = ANY_SOCK,
		.order = 75,
		.stage = RETIS_STAGE_STANDIN,
	},
};

static const char *const default_probes[] = { "tp:tcp:tcp_send_reset", "tp:tcp:tcp_retransmit_skb",
					      NULL };

RETIS_OBJECT_FILE(sock_direct, "hook.direct.bpf.o");
RETIS_OBJECT_FILE(sock_probe, "hook.probe.bpf.o");

RETIS_EXPORT const struct retis_plugin retis_plugin = {
	.abi_major = RETIS_ABI_MAJOR,
	.abi_minor = RETIS_ABI_MINOR,
	.size = sizeof(struct retis_plugin),
	.name = "sock",
	.version = "1.0",
	.license = "GPL-2.0-or-later",
	.summary = "socket of a packet, and why connections are reset",
	.direct = RETIS_OBJECT_OF(sock_direct),
	.probe = RETIS_OBJECT_OF(sock_probe),
	RETIS_LIST(hook, hooks),
	.default_probes = default_probes,
	RETIS_LIST(section, sections),
	.setup = sock_setup,
	.on_request = 1,
};
