/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of the section. */
#include "fields.h"
#include "section.h"

/* A connection, or the one it was expected by. */
struct shown {
	const struct retis_view *view;
	const struct ct_conn *conn;
	/* NULL: there is nothing of it. */
	const struct ct_extra *extra;
	/* Its presence bits. */
	uint32_t present;
	struct retis_text *out;
};

static bool shown_has(const struct shown *s, uint32_t present)
{
	return s->present >> (present - 1) & 1;
}

static void put_ct_dec(struct retis_text *out, const char *before, uint64_t value)
{
	retis_text_str(out, before);
	retis_text_dec(out, value);
}

static void put_ct_hex(struct retis_text *out, const char *before, uint64_t value)
{
	retis_text_str(out, before);
	retis_text_hex(out, value, 1);
}

static void put_tuple_ends(const struct shown *s, const struct ct_tuple *t)
{
	retis_text_ip(s->out, t->src);
	retis_text_str(s->out, " > ");
	retis_text_ip(s->out, t->dst);
}

static void put_port_ends(const struct shown *s, const struct ct_tuple *t)
{
	retis_text_ip(s->out, t->src);
	put_ct_dec(s->out, ".", t->sport);
	retis_text_str(s->out, " > ");
	retis_text_ip(s->out, t->dst);
	put_ct_dec(s->out, ".", t->dport);
}

static void put_icmp(const struct shown *s, const struct ct_tuple *t)
{
	put_tuple_ends(s, t);
	put_ct_dec(s->out, " type ", t->type);
	put_ct_dec(s->out, " code ", t->code);
	put_ct_dec(s->out, " id ", t->id);
}

static void put_sctp(const struct shown *s, const struct ct_tuple *t)
{
	put_port_ends(s, t);
	put_ct_hex(s->out, " vtag 0x", t->vtag);
}

static void put_gre(const struct shown *s, const struct ct_tuple *t)
{
	put_tuple_ends(s, t);
	put_ct_hex(s->out, " srckey 0x", t->srckey);
	put_ct_hex(s->out, " dstkey 0x", t->dstkey);
}

static const struct protocol {
	uint32_t present;
	bool has_state;
	const char *name;
	void (*put)(const struct shown *s, const struct ct_tuple *t);
} protocols[] = {
	{ CT_HAS_TCP, true, "tcp", put_port_ends },
	{ CT_HAS_UDP, false, "udp", put_port_ends },
	{ CT_HAS_ICMP, false, "icmp", put_icmp },
	{ CT_HAS_SCTP, true, "sctp", put_sctp },
	{ CT_HAS_ICMPV6, false, "icmpv6", put_icmp },
	{ CT_HAS_GRE, false, "gre", put_gre },
	{ CT_HAS_DCCP, true, "dccp", put_port_ends },
	{ CT_HAS_UDPLITE, false, "udplite", put_port_ends },
	{ CT_HAS_OTHER, false, "proto", put_tuple_ends },
};

static void put_proto_state(const struct shown *s)
{
	int64_t value = s->conn->proto_state;
	const char *name = retis_view_name(s->view, CT_PROTO_STATES, &value, sizeof(value));

	retis_text_str(s->out, " (");
	if (!shown_has(s, CT_HAS_PROTO_STATE))
		retis_text_str(s->out, "UNKNOWN");
	else if (name)
		retis_text_escaped(s->out, name, strlen(name));
	else
		retis_text_dec(s->out, s->conn->proto_state & 0xff);
	retis_text_char(s->out, ')');
}

static void put_tuples(const struct shown *s)
{
	const struct protocol *p = protocols, *end = p + sizeof(protocols) / sizeof(protocols[0]);

	while (p < end && !shown_has(s, p->present))
		p++;
	if (p == end || !shown_has(s, CT_HAS_IP))
		return;
	retis_text_char(s->out, ' ');
	retis_text_str(s->out, p->name);
	if (p->present == CT_HAS_OTHER)
		put_ct_dec(s->out, " ", s->conn->orig.number);
	if (p->has_state)
		put_proto_state(s);
	retis_text_str(s->out, " orig [");
	p->put(s, &s->conn->orig);
	retis_text_str(s->out, "] reply [");
	p->put(s, &s->conn->reply);
	retis_text_char(s->out, ']');
}

static void put_zone(const struct shown *s)
{
	static const char *const names[] = { NULL, " orig-zone ", " reply-zone ", " zone " };
	uint8_t dir = s->conn->zone_dir;

	if (dir < sizeof(names) / sizeof(names[0]) && names[dir])
		put_ct_dec(s->out, names[dir], s->conn->zone_id);
}

static void put_extra(const struct shown *s)
{
	const struct ct_extra *extra = s->extra;

	if (!extra)
		return;
	if (shown_has(s, CT_HAS_LABELS)) {
		retis_text_str(s->out, " labels 0x");
		if (extra->labels_hi)
			retis_text_hex(s->out, extra->labels_hi, 1);
		retis_text_hex(s->out, extra->labels_lo, extra->labels_hi ? 16 : 1);
	}
	if (shown_has(s, CT_HAS_HELPER)) {
		retis_text_str(s->out, " helper ");
		retis_text_escaped(s->out, extra->helper, sizeof(extra->helper));
	}
}

static void put_ct_connection(const struct shown *s)
{
	put_ct_hex(s->out, "status 0x", s->conn->status);
	put_tuples(s);
	put_zone(s);
	if (shown_has(s, CT_HAS_MARK))
		put_ct_dec(s->out, " mark ", s->conn->mark);
	put_extra(s);
	if (shown_has(s, CT_HAS_TIMEOUT)) {
		put_ct_dec(s->out, " timeout ", s->conn->timeout);
		retis_text_char(s->out, 's');
	}
}

static void put_ct_state(uint8_t state, struct retis_text *out)
{
	static const char *const names[8] = { "ESTABLISHED", "RELATED",	      "NEW",
					      "REPLY",	     "RELATED_REPLY", [7] = "UNTRACKED" };

	retis_text_str(out, "ct_state ");
	if (state < 8 && names[state])
		retis_text_str(out, names[state]);
	else
		retis_text_dec(out, state);
}

/* The part of a section that starts at OFFSET, if all SIZE bytes of it are there. */
static const void *find_part(const struct retis_view *view, size_t offset, size_t size)
{
	return view->length < offset + size ? NULL : (const char *)view->data + offset;
}

#define PART(view, MEMBER)                                   \
	find_part(view, offsetof(struct ct_section, MEMBER), \
		  sizeof(((struct ct_section *)0)->MEMBER))

void ct_print(const struct retis_view *view, const struct retis_print *how, struct retis_text *out)
{
	struct shown conn = { view, PART(view, conn), PART(view, extra), view->present, out };
	struct shown parent = { view, PART(view, parent), PART(view, parent_extra),
				view->present >> CT_PARENT, out };

	(void)how;
	if (!view->length)
		return;
	put_ct_state(*(const uint8_t *)view->data, out);
	if (!conn.conn || !shown_has(&conn, CT_HAS_CONN))
		return;
	retis_text_char(out, ' ');
	put_ct_connection(&conn);
	if (!parent.conn || !shown_has(&parent, CT_HAS_CONN))
		return;
	retis_text_break(out);
	retis_text_str(out, out->multi_line ? "\\ parent [" : "parent [");
	put_ct_connection(&parent);
	retis_text_char(out, ']');
}
