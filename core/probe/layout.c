/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Places of arguments; see layout.h. */
#include "core/probe/layout.h"

#include <errno.h>

#include <retis/bpf/ctx.h>

#include "bpf/shared.h"
#include "core/probe/engine.h"

struct maker {
	const struct layout_input *input;
	struct layout *layout;
	/* Too many wishes: no places for what is not there, even if programs
	 * then differ. */
	bool compact;
	/* Arguments of the function within reach. */
	unsigned int reach;
	/* Next place of a shared program. */
	unsigned int next;
	uint32_t wanted;
	/* Hooks add to events; one says which packet it is, or what stands in for it, or
	 * whether the call is wanted. */
	bool collects, supplied, stood_in, filtered;
	/* Something is wanted and there; something is wanted and out of reach. */
	bool found, missed;
};

/* Those behind a struct by value are nobody knows where. */
unsigned int layout_reach(const struct probe *probe, unsigned int registers)
{
	const struct prototype *proto = &probe->proto;
	unsigned int n = proto->n_args;

	/* A tracepoint's arguments are one number each. */
	for (unsigned int i = 0; i < n && probe->spec.type != PROBE_RAW_TP; i++)
		if (proto->args[i].by_value || proto->args[i].size > sizeof(uint64_t))
			n = i;
	return n < registers ? n : registers;
}

static uint64_t arg_width(const struct prototype_arg *arg)
{
	uint64_t width;

	switch (arg->size) {
	case 4:
		width = 1;
		break;
	case 2:
		width = 2;
		break;
	case 1:
		width = 3;
		break;
	default:
		return 0;
	}
	return arg->is_signed ? width | WIDTH_SIGNED : width;
}

static void set_width(struct layout *layout, unsigned int place, const struct prototype_arg *arg)
{
	layout->widths |= arg_width(arg) << (place * WIDTH_BITS);
}

/* The place of argument ARG, or of none if it is negative; in the end its place
 * or a negative errno. */
static int place_arg(struct maker *m, int arg)
{
	const struct prototype *proto = &m->input->probe->proto;
	bool there = arg >= 0 && (unsigned int)arg < m->reach;
	unsigned int at = m->input->shared ? m->next++ : (unsigned int)(there ? arg : 0);

	if (arg >= 0) {
		m->found |= there;
		m->missed |= !there;
	}
	if (at >= (m->input->shared ? COOKIE_ARGS : RETIS_MAX_ARGS))
		return -E2BIG;
	if (!there && !m->input->shared)
		return CHAIN_NO_ARG;
	m->wanted |= 1u << at;
	if (m->input->shared)
		m->layout->cookie |= (there ? (uint64_t)arg : COOKIE_NO_ARG) << (16 + at * 4);
	if (there)
		set_width(m->layout, at, &proto->args[arg]);
	return (int)at;
}

static int place_hook(struct maker *m, const struct engine_hook *hook, struct chain_hook *chain)
{
	chain->stage = hook->stage;
	chain->decides = hook->decides;
	chain->n_args = hook->n_args;
	for (uint32_t a = 0; a < hook->n_args; a++) {
		bool wanted = hook->args[a] >= 0 || !(m->compact || chain_asks_for(hook->code, a));
		int at = wanted ? place_arg(m, hook->args[a]) : CHAIN_NO_ARG;

		if (at < 0 && at != CHAIN_NO_ARG)
			return at;
		chain->args[a] = (int16_t)(at < 0 ? CHAIN_NO_ARG
						  : (int)offsetof(struct retis_ctx, args[at]));
	}
	return 0;
}

/* The packet, what is wanted of the function to track packets, and what hooks want. */
static int place_all(struct maker *m, struct chain_hook *chain, int *skb)
{
	const struct probe *probe = m->input->probe;
	bool indirect;
	int arg = probe_packet(probe, &indirect), err = 0;

	*skb = arg < 0 ? CHAIN_NO_ARG : place_arg(m, arg);
	if (probe->role == TRACK_FREE_STOLEN)
		err = place_arg(m, 1);
	m->collects = m->supplied = m->stood_in = m->filtered = false;
	for (size_t i = 0; i < m->input->n && err >= 0; i++) {
		m->collects |= m->input->hooks[i].stage == RETIS_STAGE_COLLECT;
		m->supplied |= m->input->hooks[i].stage == RETIS_STAGE_PACKET;
		m->stood_in |= m->input->hooks[i].stage == RETIS_STAGE_STANDIN;
		m->filtered |= m->input->hooks[i].stage == ENGINE_STAGE_FILTER;
		chain[i].program = (uint32_t)i;
		err = place_hook(m, &m->input->hooks[i], &chain[i]);
	}
	return err < 0 ? err : 0;
}

static bool packet_within(const struct maker *m)
{
	bool indirect;
	int arg = probe_packet(m->input->probe, &indirect);

	return arg >= 0 && (unsigned int)arg < m->reach;
}

static bool needs_call(enum track_role role)
{
	return role == TRACK_MOVE || role == TRACK_REPLACE;
}

/* Whether it is wanted is known when the function is called, and whether it is still there
 * when it returns only to who tracks it. */
static bool keeps_calls(const struct maker *m)
{
	if (m->input->track && needs_call(m->input->probe->role))
		return true;
	return m->collects && (m->input->track || m->input->filters);
}

/* What is done with the packet. */
static uint64_t packet_config(const struct maker *m)
{
	const struct probe *probe = m->input->probe;
	uint64_t config = m->input->filters;
	bool indirect;

	probe_packet(probe, &indirect);
	if (!packet_within(m) && !m->supplied)
		return config;
	if (m->input->track)
		config |= CONFIG_WITH_TRACK | CONFIG_WITH_ROLE(probe->role);
	if (m->input->returns && keeps_calls(m))
		config |= CONFIG_WITH_CALL;
	/* At a call it is not known yet what will be at its return. */
	if (probe->no_begin || (m->input->returns && m->filtered))
		config |= CONFIG_WITH_NO_BEGIN;
	if (m->input->returns && probe->ends_packet)
		config |= CONFIG_WITH_END;
	if (indirect)
		config |= CONFIG_WITH_SKB_INDIRECT;
	return config;
}

static uint64_t windows_config(const struct maker *m)
{
	enum track_role role = m->input->probe->role;
	bool ends = role == TRACK_WINDOW || role == TRACK_CALL;

	if (!m->input->windows || !(m->collects || ends))
		return 0;
	return CONFIG_WITH_WINDOWS | (ends ? CONFIG_WITH_ROLE(role) : 0) |
	       (role == TRACK_WINDOW ? CONFIG_WITH_CALL : 0);
}

/* Which slots are called. */
static uint64_t stages_config(const struct maker *m)
{
	static const uint64_t bits[] = {
		[RETIS_STAGE_COLLECT] = CONFIG_WITH_EVENTS,
		[RETIS_STAGE_BEFORE] = CONFIG_WITH_BEFORE,
		[RETIS_STAGE_AFTER] = CONFIG_WITH_AFTER,
		[RETIS_STAGE_PACKET] = CONFIG_WITH_SUPPLIED,
		[RETIS_STAGE_STANDIN] = CONFIG_WITH_STANDIN,
		[ENGINE_STAGE_FILTER] = CONFIG_WITH_CALL_FILTER,
	};
	uint64_t config = 0;

	for (size_t i = 0; i < m->input->n; i++)
		config |= bits[m->input->hooks[i].stage];
	return config;
}

static uint64_t packet_cookie(const struct maker *m)
{
	bool indirect;
	int arg = probe_packet(m->input->probe, &indirect);

	if (!packet_within(m))
		return COOKIE_MAKE_SKB(COOKIE_NO_ARG);
	return COOKIE_MAKE_SKB(arg + (indirect ? COOKIE_SKB_INDIRECT : 0));
}

/* Filters would have nothing to look at. */
static bool lacks_packet(const struct maker *m)
{
	return m->input->filters && m->collects && !m->input->windows && !packet_within(m) &&
	       !m->supplied && !m->stood_in;
}

static const char *why_missed(const struct maker *m)
{
	const struct prototype *proto = &m->input->probe->proto;

	if (m->reach < proto->n_args && m->reach < m->input->registers)
		return "it takes a struct by value, and what is behind that can't be found";
	return "what is wanted of it is passed on the stack, where only fentry and fexit find it";
}

int layout_make(const struct layout_input *input, struct layout *layout, struct chain_hook *chain,
		const char **why)
{
	struct layout made = {};
	const struct probe *probe = input->probe;
	struct maker m = { .input = input,
			   .layout = &made,
			   .reach = layout_reach(probe, input->registers) };
	int skb, err = place_all(&m, chain, &skb);

	if (err == -E2BIG) {
		made = (struct layout){};
		m = (struct maker){
			.input = input, .layout = &made, .compact = true, .reach = m.reach
		};
		err = place_all(&m, chain, &skb);
	}
	if (err)
		return err;
	if ((m.missed && !m.found) || lacks_packet(&m)) {
		*why = why_missed(&m);
		return -ENODATA;
	}
	made.config = CONFIG_MAKE(input->shared ? 0 : probe->number, m.wanted,
				  skb < 0 ? CONFIG_NO_SKB : skb);
	made.config |= packet_config(&m) | stages_config(&m) | windows_config(&m);
	if (probe->spec.stack || input->stack)
		made.config |= CONFIG_WITH_STACK;
	/* A return says something also where its packet is gone. */
	if (input->bare && (!input->returns || (m.collects && packet_within(&m))))
		made.config |= CONFIG_WITH_EVENTS | CONFIG_WITH_BARE;
	if (input->returns && probe->proto.ret.size && !probe->proto.ret.by_value) {
		made.config |= CONFIG_WITH_RET;
		set_width(&made, WIDTH_RET, &probe->proto.ret);
	}
	if (input->shared)
		made.cookie |= probe->number | packet_cookie(&m);
	*layout = made;
	return 0;
}
