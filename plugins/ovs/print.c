/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ovs section as text. */
#include "print.h"

#include "detrace.h"
#include "section.h"

/* A section as it may come, and as a whole one. */
struct what {
	const struct retis_view *view;
	struct ovs_section s;
};

static bool has_part(const struct what *w, uint32_t present)
{
	return retis_view_has(w->view, present);
}

static void put_ovs_number(struct retis_text *out, const char *label, uint64_t number)
{
	retis_text_str(out, label);
	retis_text_dec(out, number);
}

static void put_ovs_hex(struct retis_text *out, const char *label, uint64_t number,
			unsigned int width)
{
	retis_text_str(out, label);
	retis_text_hex(out, number, width);
}

/* --- upcalls ------------------------------------------------------------------- */

static void put_cmd(const struct what *w, struct retis_text *out)
{
	static const char *const names[] = { " (unspec)", " (miss)", " (action)", " (exec)" };

	if (w->s.cmd < sizeof(names) / sizeof(names[0]))
		retis_text_str(out, names[w->s.cmd]);
}

/* The upcall an event belongs to; nothing if that was not seen. */
static void put_upcall_text(const struct what *w, struct retis_text *out)
{
	if (!has_part(w, OVS_HAS_UPCALL))
		return;
	put_ovs_number(out, " (", w->s.upcall.cpu);
	put_ovs_number(out, "/", w->s.upcall.time);
	retis_text_char(out, ')');
}

static void put_ret_text(const struct what *w, struct retis_text *out)
{
	retis_text_str(out, " ret ");
	retis_text_int(out, w->s.upcall.ret);
}

static void print_upcall(const struct what *w, struct retis_text *out)
{
	retis_text_str(out, "upcall");
	put_cmd(w, out);
	put_ovs_number(out, " port ", w->s.port);
	put_ovs_number(out, " cpu ", w->s.upcall.cpu);
}

static void print_enqueue(const struct what *w, struct retis_text *out)
{
	retis_text_str(out, "upcall_enqueue");
	put_cmd(w, out);
	put_upcall_text(w, out);
	if (has_part(w, OVS_HAS_QUEUE))
		put_ovs_number(out, " q ", w->s.queue);
	put_ret_text(w, out);
}

static void print_return(const struct what *w, struct retis_text *out)
{
	retis_text_str(out, "upcall_ret");
	put_upcall_text(w, out);
	put_ret_text(w, out);
}

/* --- user space ---------------------------------------------------------------- */

static void print_receive(const struct what *w, struct retis_text *out)
{
	put_ovs_number(out, "upcall_recv q ", w->s.queue);
	put_ovs_number(out, " pkt_size ", w->s.user.packet_size);
}

static void print_operation(const struct what *w, struct retis_text *out)
{
	retis_text_str(out, w->s.user.operation == OVS_OPERATION_PUT ? "flow_put" : "flow_exec");
	put_ovs_number(out, " q ", w->s.queue);
	put_ovs_number(out, " ts ", w->s.user.batch_time);
	put_ovs_number(out, " (", w->s.user.batch_index);
	retis_text_char(out, ')');
}

/* --- lookups ------------------------------------------------------------------- */

/* What the daemon said of the flow, if that was joined to it. */
static void put_told(const struct what *w, struct retis_text *out)
{
	const struct ovs_told_section *s = w->view->data;
	const size_t dpflow = offsetof(struct ovs_told_section, told.dpflow);
	const size_t ofpflows = offsetof(struct ovs_told_section, told.ofpflows);

	if (!has_part(w, OVS_HAS_FLOWS) || w->view->length <= dpflow)
		return;
	if (s->told.dpflow[0]) {
		retis_text_break(out);
		retis_text_str(out, "odpflow ");
		retis_text_escaped(out, s->told.dpflow,
				   w->view->length < ofpflows ? w->view->length - dpflow
							      : sizeof(s->told.dpflow));
	}
	if (w->view->length <= ofpflows || !s->told.ofpflows[0])
		return;
	retis_text_break(out);
	retis_text_str(out, "openflow");
	ovs_put_flows(s->told.ofpflows, w->view->length - ofpflows, true, out);
}

static void print_lookup(const struct what *w, struct retis_text *out)
{
	const struct ovs_lookup *l = &w->s.lookup;

	retis_text_str(out, l->flow ? "flow hit ufid " : "flow miss");
	if (l->flow)
		ovs_put_ufid(l->ufid, out);
	put_ovs_number(out, " mask ", l->mask_hit);
	put_ovs_number(out, " cache ", l->cache_hit);
	if (!l->flow)
		return;
	put_ovs_hex(out, " flow ", l->flow, 1);
	put_ovs_hex(out, " sf_acts ", l->actions, 1);
	put_told(w, out);
}

/* --- actions ------------------------------------------------------------------- */

/* MIN and MAX, 16 bytes each. */
static void put_addresses(const uint8_t *min, const uint8_t *max, struct retis_text *out)
{
	retis_text_char(out, '=');
	retis_text_ip(out, min);
	if (!memcmp(min, max, 16))
		return;
	retis_text_char(out, '-');
	retis_text_ip(out, max);
}

static void put_nat(const struct what *w, struct retis_text *out)
{
	const struct ovs_ct *ct = &w->s.ct;

	retis_text_str(out, " nat");
	if (!has_part(w, OVS_HAS_NAT_DIR))
		return;
	retis_text_str(out, ct->direction == OVS_NAT_DST ? "(dst" : "(src");
	if (has_part(w, OVS_HAS_NAT_ADDRESS))
		put_addresses(ct->min_address, ct->max_address, out);
	if (has_part(w, OVS_HAS_NAT_PORT)) {
		put_ovs_number(out, ":", ct->min_port);
		if (ct->max_port != ct->min_port)
			put_ovs_number(out, "-", ct->max_port);
	}
	retis_text_char(out, ')');
}

static void put_ct_text(const struct what *w, struct retis_text *out)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} flags[] = {
		{ OVS_CT_COMMIT, "commit" },
		{ OVS_CT_FORCE, "force" },
		{ OVS_CT_RANGE_PERSISTENT, "persistent" },
		{ OVS_CT_RANGE_RANDOM, "hash" },
		{ OVS_CT_RANGE_RANDOM_FULLY, "random" },
	};
	char before = ' ';

	put_ovs_number(out, " ct zone ", w->s.ct.zone);
	if (has_part(w, OVS_HAS_NAT))
		put_nat(w, out);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (!(w->s.ct.flags & flags[i].bit))
			continue;
		retis_text_char(out, before);
		retis_text_str(out, flags[i].name);
		before = ',';
	}
}

static void put_tunnel_text(const struct ovs_tunnel *t, struct retis_text *out)
{
	put_ovs_number(out, " id ", t->id);
	retis_text_str(out, " src ");
	retis_text_ip(out, t->src);
	retis_text_str(out, " dst ");
	retis_text_ip(out, t->dst);
	put_ovs_number(out, " tos ", t->tos);
	put_ovs_number(out, " ttl ", t->ttl);
	if (t->dst_port)
		put_ovs_number(out, " dport ", t->dst_port);
}

static void put_key_text(const struct what *w, struct retis_text *out)
{
	int64_t key = w->s.key;
	const char *name = retis_view_name(w->view, OVS_KEYS, &key, sizeof(key));

	retis_text_char(out, ' ');
	if (name)
		retis_text_escaped(out, name, strlen(name));
	else
		put_ovs_number(out, "key ", w->s.key);
}

static void put_vlan_text(const struct ovs_vlan *v, struct retis_text *out)
{
	put_ovs_number(out, " vid ", v->vid);
	put_ovs_number(out, " pcp ", v->pcp);
	put_ovs_hex(out, " proto 0x", v->proto, 4);
}

static void put_mpls_text(const struct ovs_mpls *m, struct retis_text *out)
{
	put_ovs_number(out, " label ", m->label);
	put_ovs_number(out, " tc ", m->tc);
	put_ovs_number(out, " bos ", m->bos);
	put_ovs_number(out, " ttl ", m->ttl);
}

/* In hundredths of a percent; all ones are all packets. */
static void put_probability(uint32_t probability, struct retis_text *out)
{
	uint64_t share = ((uint64_t)probability * 10000 + UINT32_MAX / 2) / UINT32_MAX;

	put_ovs_number(out, " ", share / 100);
	put_ovs_number(out, share % 100 < 10 ? ".0" : ".", share % 100);
	retis_text_char(out, '%');
}

static void put_eth(const struct what *w, struct retis_text *out)
{
	retis_text_char(out, ' ');
	retis_text_mac(out, w->s.eth[0]);
	retis_text_str(out, " > ");
	retis_text_mac(out, w->s.eth[1]);
}

static void put_hash(const struct what *w, struct retis_text *out)
{
	put_ovs_number(out, " alg ", w->s.hash[0]);
	put_ovs_number(out, " basis ", w->s.hash[1]);
}

/* Single numbers: of some actions all there is to say, as far as upstream says it. */
static void put_numbers(const struct what *w, struct retis_text *out)
{
	static const struct {
		uint32_t present;
		const char *label;
	} numbers[] = {
		{ OVS_HAS_REASON, " " },      { OVS_HAS_LENGTH, " " },	    { OVS_HAS_METER, " " },
		{ OVS_HAS_PORTID, " port " }, { OVS_HAS_GROUP, " group " },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (has_part(w, numbers[i].present))
			put_ovs_number(out, numbers[i].label, w->s.number);
	if (has_part(w, OVS_HAS_ID))
		put_ovs_hex(out, " 0x", w->s.number, 1);
	if (has_part(w, OVS_HAS_PROBABILITY))
		put_probability(w->s.number, out);
}

static void put_payload_text(const struct what *w, struct retis_text *out)
{
	put_numbers(w, out);
	if (has_part(w, OVS_HAS_TUNNEL))
		put_tunnel_text(&w->s.tunnel, out);
	else if (has_part(w, OVS_HAS_KEY))
		put_key_text(w, out);
	if (has_part(w, OVS_HAS_VLAN))
		put_vlan_text(&w->s.vlan, out);
	if (has_part(w, OVS_HAS_MPLS))
		put_mpls_text(&w->s.mpls, out);
	if (has_part(w, OVS_HAS_ETHERTYPE))
		put_ovs_hex(out, " type 0x", w->s.ethertype, 4);
	if (has_part(w, OVS_HAS_ETH))
		put_eth(w, out);
	if (has_part(w, OVS_HAS_HASH))
		put_hash(w, out);
}

/* "set" is told as what it sets if that is known: a tunnel, if upstream says so. */
static void put_action_text(const struct what *w, const char *name, struct retis_text *out)
{
	retis_text_char(out, ' ');
	if (!name)
		put_ovs_number(out, "action ", w->s.action);
	else if (!strcmp(name, "set") && (has_part(w, OVS_HAS_TUNNEL) || !has_part(w, OVS_HAS_KEY)))
		retis_text_str(out, "tunnel_set");
	else
		retis_text_escaped(out, name, strlen(name));
	put_payload_text(w, out);
}

static void print_action(const struct what *w, struct retis_text *out)
{
	int64_t action = w->s.action;
	const char *name = retis_view_name(w->view, OVS_ACTIONS, &action, sizeof(action));

	if (w->s.recirc) {
		put_ovs_hex(out, "[recirc_id 0x", w->s.recirc, 1);
		retis_text_str(out, "] ");
	}
	retis_text_str(out, "exec");
	if (!has_part(w, OVS_HAS_ACTION))
		retis_text_str(out, " unspec");
	else if (has_part(w, OVS_HAS_PORT))
		put_ovs_number(out, " oport ", w->s.port);
	else if (has_part(w, OVS_HAS_CT))
		put_ct_text(w, out);
	else
		put_action_text(w, name, out);
	if (has_part(w, OVS_HAS_QUEUE))
		put_ovs_number(out, " q ", w->s.queue);
}

void ovs_print(const struct retis_view *view, const struct retis_print *how, struct retis_text *out)
{
	static void (*const prints[])(const struct what *w, struct retis_text *out) = {
		[OVS_EVENT_UPCALL] = print_upcall,	 [OVS_EVENT_ENQUEUE] = print_enqueue,
		[OVS_EVENT_RETURN] = print_return,	 [OVS_EVENT_RECEIVE] = print_receive,
		[OVS_EVENT_OPERATION] = print_operation, [OVS_EVENT_ACTION] = print_action,
		[OVS_EVENT_LOOKUP] = print_lookup,
	};
	struct what w = { .view = view };

	(void)how;
	memcpy(&w.s, view->data, view->length < sizeof(w.s) ? view->length : sizeof(w.s));
	if (w.s.event < sizeof(prints) / sizeof(prints[0]) && prints[w.s.event])
		prints[w.s.event](&w, out);
}
