/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ovs collector: packets in the datapath of Open vSwitch. Actions and keys are numbers
 * some of which differ between kernels: their names are read from the kernel's own types
 * when a collection starts, and travel in the file.
 */
#include <errno.h>
#include <linux/capability.h>

#include <retis/frags.h>
#include <retis/plugin.h>

#include "detrace.h"
#include "enrich.h"
#include "hook.h"
#include "print.h"
#include "section.h"
#include "state.h"

/* --- the section --------------------------------------------------------------- */

static const struct retis_enum_name event_names[] = {
	{ OVS_EVENT_UPCALL, "upcall" },
	{ OVS_EVENT_ENQUEUE, "upcall_enqueue" },
	{ OVS_EVENT_RETURN, "upcall_return" },
	{ OVS_EVENT_RECEIVE, "recv_upcall" },
	{ OVS_EVENT_OPERATION, "flow_operation" },
	{ OVS_EVENT_ACTION, "action_execute" },
	{ OVS_EVENT_LOOKUP, "flow_lookup" },
};

static const struct retis_enum_name operation_names[] = {
	{ OVS_OPERATION_EXEC, "exec" },
	{ OVS_OPERATION_PUT, "put" },
};

static const struct retis_enum_name direction_names[] = {
	{ OVS_NAT_SRC, "src" },
	{ OVS_NAT_DST, "dst" },
};

#define NAMES(ARRAY) .names = (ARRAY), .n_names = sizeof(ARRAY) / sizeof((ARRAY)[0])

/* NAME is MEMBER; there if PRESENT, 0 for always. */
#define IN(NAME, MEMBER, KIND, PRESENT, ...) \
	RETIS_FIELD_AS(NAME, struct ovs_section, MEMBER, KIND, .present = (PRESENT), __VA_ARGS__)

#define GROUP(NAME, PRESENT, FIELDS, ABOUT)                                                   \
	{                                                                                     \
		.name = (NAME), .about = (ABOUT), .kind = RETIS_OBJECT, .present = (PRESENT), \
		.fields = (FIELDS), .n_fields = sizeof(FIELDS) / sizeof((FIELDS)[0])          \
	}

static const struct retis_field nat_fields[] = {
	IN("dir", ct.direction, RETIS_ENUM, OVS_HAS_NAT_DIR, NAMES(direction_names),
	   .about = "Which address is translated"),
	IN("min_addr", ct.min_address, RETIS_IP, OVS_HAS_NAT_ADDRESS,
	   .about = "First address of the range"),
	IN("max_addr", ct.max_address, RETIS_IP, OVS_HAS_NAT_ADDRESS, .about = "Last address"),
	IN("min_port", ct.min_port, RETIS_UINT, OVS_HAS_NAT_PORT,
	   .about = "First port of the range"),
	IN("max_port", ct.max_port, RETIS_UINT, OVS_HAS_NAT_PORT, .about = "Last port"),
};

static const struct retis_field tunnel_fields[] = {
	IN("id", tunnel.id, RETIS_UINT, 0, .about = "Number of the virtual network"),
	IN("src", tunnel.src, RETIS_IP, 0, .about = "Source address; all zero: by the route"),
	IN("dst", tunnel.dst, RETIS_IP, 0, .about = "Destination address"),
	IN("src_port", tunnel.src_port, RETIS_UINT, 0, .about = "Source port, 0: chosen"),
	IN("dst_port", tunnel.dst_port, RETIS_UINT, 0, .about = "Destination port"),
	IN("tos", tunnel.tos, RETIS_UINT, 0, .about = "Type of service"),
	IN("ttl", tunnel.ttl, RETIS_UINT, 0, .about = "Hops it may take"),
};

static const struct retis_field vlan_fields[] = {
	IN("proto", vlan.proto, RETIS_UINT, 0, .about = "Tag protocol identifier"),
	IN("vid", vlan.vid, RETIS_UINT, 0, .about = "VLAN id"),
	IN("pcp", vlan.pcp, RETIS_UINT, 0, .about = "Priority code point"),
};

static const struct retis_field mpls_fields[] = {
	IN("label", mpls.label, RETIS_UINT, 0, .about = "Label"),
	IN("tc", mpls.tc, RETIS_UINT, 0, .about = "Traffic class"),
	IN("bos", mpls.bos, RETIS_UINT, 0, .about = "Bottom of stack"),
	IN("ttl", mpls.ttl, RETIS_UINT, 0, .about = "Hops it may take"),
};

static const struct retis_field eth_fields[] = {
	IN("src", eth[0], RETIS_MAC, 0, .about = "Source address"),
	IN("dst", eth[1], RETIS_MAC, 0, .about = "Destination address"),
};

static const struct retis_field hash_fields[] = {
	IN("alg", hash[0], RETIS_UINT, 0, .about = "Algorithm"),
	IN("basis", hash[1], RETIS_UINT, 0, .about = "Where it starts from"),
};

/* What upstream has, too, is called as there. */
static const struct retis_field fields[] = {
	IN("event_type", event, RETIS_ENUM, 0, NAMES(event_names),
	   .about = "What happened: upcall, upcall_enqueue and upcall_return on the way to user "
		    "space, recv_upcall and flow_operation there, action_execute, flow_lookup"),
	IN("ret", upcall.ret, RETIS_INT, OVS_HAS_RET, .about = "0 or a negative errno"),
	IN("cmd", cmd, RETIS_UINT, OVS_HAS_CMD,
	   .about = "Why it goes to user space: 1 no flow, 2 an action says so"),
	IN("action", action, RETIS_ENUM, OVS_HAS_ACTION, .names_from = OVS_ACTIONS,
	   .about = "What is done to the packet"),
	IN("port", port, RETIS_UINT, OVS_HAS_PORT,
	   .about = "Of an upcall, the netlink port; of output, the datapath's"),
	IN("cpu", upcall.cpu, RETIS_UINT, OVS_HAS_CPU, .role = RETIS_ROLE_START,
	   .about = "Processor of the upcall"),
	IN("upcall_ts", upcall.time, RETIS_UINT, OVS_HAS_UPCALL, .role = RETIS_ROLE_START_TIME,
	   .about = "When the upcall began that this is part of"),
	IN("upcall_cpu", upcall.cpu, RETIS_UINT, OVS_HAS_UPCALL, .role = RETIS_ROLE_START_NUMBER,
	   .about = "And on which processor"),
	IN("op_type", user.operation, RETIS_ENUM, OVS_HAS_OPERATION, NAMES(operation_names),
	   .about = "exec: the packet is sent back, put: a flow is made"),
	IN("type", user.type, RETIS_UINT, OVS_HAS_RECEIVE, .about = "Kind of the upcall"),
	IN("pkt_size", user.packet_size, RETIS_UINT, OVS_HAS_RECEIVE,
	   .about = "Bytes of the packet"),
	IN("key_size", user.key_size, RETIS_UINT, OVS_HAS_RECEIVE,
	   .about = "Bytes of the flow's key"),
	IN("id", number, RETIS_UINT, OVS_HAS_ID, .about = "Number of the recirculation"),
	IN("reason", number, RETIS_UINT, OVS_HAS_REASON,
	   .about = "Why the packet is dropped, 0: a flow says so"),
	IN("flags", ct.flags, RETIS_UINT, OVS_HAS_CT,
	   .about = "Of ct, bits: 0 commit, 1 force, 2 IPv4, 3 IPv6, 4 NAT, 5 of the source, 6 of "
		    "the destination, 7 addresses, 8 ports, 9 chosen by hash, 10 persistent, "
		    "11 at random"),
	IN("zone_id", ct.zone, RETIS_UINT, OVS_HAS_CT, .about = "Zone of ct"),
	GROUP("nat", OVS_HAS_NAT, nat_fields, "Address translation"),
	IN("key", key, RETIS_ENUM, OVS_HAS_KEY, .names_from = OVS_KEYS, .about = "What is set"),
	GROUP("tunnel", OVS_HAS_TUNNEL, tunnel_fields, "Tunnel that is set"),
	GROUP("vlan", OVS_HAS_VLAN, vlan_fields, "Tag that is put in front"),
	GROUP("mpls", OVS_HAS_MPLS, mpls_fields, "Label that is put in front"),
	IN("ethertype", ethertype, RETIS_UINT, OVS_HAS_ETHERTYPE,
	   .about = "Type of the packet from then on"),
	GROUP("eth", OVS_HAS_ETH, eth_fields, "Ethernet header that is put in front"),
	IN("probability", number, RETIS_UINT, OVS_HAS_PROBABILITY,
	   .about = "Share of packets that are sampled; all is 2^32 - 1"),
	IN("len", number, RETIS_UINT, OVS_HAS_LENGTH,
	   .about = "Bytes left by trunc; what check_pkt_len compares with"),
	IN("meter_id", number, RETIS_UINT, OVS_HAS_METER, .about = "Number of the meter"),
	IN("portid", number, RETIS_UINT, OVS_HAS_PORTID,
	   .about = "Netlink port of userspace; 2^32 - 1: by processor"),
	GROUP("hash", OVS_HAS_HASH, hash_fields, "How the hash is made"),
	IN("group", number, RETIS_UINT, OVS_HAS_GROUP, .about = "Group of psample"),
	IN("recirc_id", recirc, RETIS_UINT, OVS_HAS_RECIRC,
	   .about = "Number of the recirculation it is in"),
	IN("queue_id", queue, RETIS_UINT, OVS_HAS_QUEUE, .role = RETIS_ROLE_HANDLE,
	   .about = "The same for a packet on its way to user space and back"),
	IN("batch_ts", user.batch_time, RETIS_UINT, OVS_HAS_BATCH,
	   .about = "When the first packet of the batch was received"),
	IN("batch_idx", user.batch_index, RETIS_UINT, OVS_HAS_BATCH,
	   .about = "Number of the packet in the batch"),
	IN("flow", lookup.flow, RETIS_UINT, OVS_HAS_LOOKUP, .role = RETIS_ROLE_SUBJECT,
	   .about = "Address of the flow that was found, 0: none"),
	IN("sf_acts", lookup.actions, RETIS_UINT, OVS_HAS_LOOKUP, .role = RETIS_ROLE_SUBJECT,
	   .about = "Address of its actions"),
	RETIS_FIELD_ARRAY_AS("ufid", struct ovs_section, lookup.ufid, RETIS_UINT,
			     .present = OVS_HAS_LOOKUP, .role = RETIS_ROLE_SUBJECT,
			     .about = "Unique id of the flow"),
	IN("n_mask_hit", lookup.mask_hit, RETIS_UINT, OVS_HAS_LOOKUP,
	   .about = "Masks that were tried"),
	IN("n_cache_hit", lookup.cache_hit, RETIS_UINT, OVS_HAS_LOOKUP,
	   .about = "1: the cache of masks knew"),
	RETIS_FIELD_AS("dpflow", struct ovs_told_section, told.dpflow, RETIS_STRING,
		       .present = OVS_HAS_FLOWS, .role = RETIS_ROLE_DETAILS,
		       .about = OVS_ABOUT_DPFLOW),
	{
		.name = "ofpflows",
		.about = OVS_ABOUT_OFPFLOWS,
		.kind = RETIS_LINES,
		.offset = offsetof(struct ovs_told_section, told.ofpflows),
		.present = OVS_HAS_FLOWS,
	},
};

static const struct retis_section_type sections[] = {
	[OVS_SECTION] = {
		.name = "ovs",
		.about = "A packet in Open vSwitch",
		.version = 1,
		.rank = 110,
		.line = 110,
		.fields = fields,
		.n_fields = sizeof(fields) / sizeof(fields[0]),
		.print = ovs_print,
	},
	[OVS_DETRACE_SECTION] = {
		.name = "ovs-detrace",
		.about = "What Open vSwitch's daemon says of a flow that was looked up",
		.version = 1,
		.rank = 120,
		.line = 115,
		.fields = ovs_detrace_fields,
		.n_fields = OVS_DETRACE_FIELDS,
		.print = ovs_print_detrace,
	},
};

/* --- names and numbers of this kernel ------------------------------------------------ */

struct names {
	const struct retis_host *host;
	const char *prefix;
	const char *table;
	int (*special)(const struct names *names, const char *name, int64_t value);
};

/* "PUSH_VLAN" is "push_vlan". */
static void lower_case(char *to, size_t size, const char *name)
{
	size_t n = 0;

	for (; *name && n < size - 1; name++)
		to[n++] = (char)(*name >= 'A' && *name <= 'Z' ? *name + 'a' - 'A' : *name);
	to[n] = '\0';
}

static int add_attr_name(void *arg, const char *name, int64_t value)
{
	const struct names *n = arg;
	size_t length = strlen(n->prefix);
	char text[64];
	int err;

	/* The others only tell how many there are. */
	if (strncmp(name, n->prefix, length) || !value)
		return 0;
	lower_case(text, sizeof(text), name + length);
	err = n->special(n, text, value);
	return err ? err
		   : n->host->add_name(n->host, n->table, &value, sizeof(value),
				       strcmp(text, "set_to_masked") ? text : "set_masked");
}

/* CONSTANT of the BPF object is the number of TEXT. */
static int set_constant_number(const struct retis_host *host, const char *constant, int64_t value)
{
	uint16_t number = (uint16_t)value;

	return host->set_constant(host, constant, &number, sizeof(number));
}

static int take_action(const struct names *names, const char *name, int64_t value)
{
	if (!strcmp(name, "set_to_masked"))
		return set_constant_number(names->host, "action_set_to_masked", value);
	if (!strcmp(name, "drop"))
		return set_constant_number(names->host, "action_drop", value);
	if (!strcmp(name, "psample"))
		return set_constant_number(names->host, "action_psample", value);
	return 0;
}

static int take_key(const struct names *names, const char *name, int64_t value)
{
	return strcmp(name, "tunnel_info")
		       ? 0
		       : set_constant_number(names->host, "key_tunnel_info", value);
}

/* --- hooks ------------------------------------------------------------------------------ */

static const struct retis_arg upcall_args[] = {
	[OVS_ARG_UPCALL] = { .type = "struct dp_upcall_info *", .optional = 1 },
	[OVS_ARG_KEY] = { .type = "struct sw_flow_key *", .optional = 1 },
	[OVS_ARG_CUTLEN] = { .name = "cutlen" },
};

static const struct retis_arg lookup_args[] = {
	[OVS_LOOKUP_KEY] = { .type = "struct sw_flow_key *", .optional = 1 },
	[OVS_LOOKUP_MASK_HIT] = { .name = "n_mask_hit" },
	[OVS_LOOKUP_CACHE_HIT] = { .name = "n_cache_hit" },
};

static const struct retis_arg hit_args[] = {
	[OVS_HIT_FLOW] = { .type = "struct sw_flow *", .optional = 1 },
};

static const struct retis_arg action_args[] = {
	[OVS_ACTION_KEY] = { .type = "struct sw_flow_key *", .optional = 1 },
	[OVS_ACTION_ATTR] = { .type = "struct nlattr *" },
};

static const char *const upcall_probes[] = { "tp:openvswitch:ovs_dp_upcall", NULL };
static const char *const upcall_entry[] = { "ovs_dp_upcall", NULL };
static const char *const upcall_end[] = { "return:ovs_dp_upcall", NULL };
static const char *const enqueue_end[] = { "return:queue_userspace_packet", NULL };
static const char *const lookup_end[] = { "return:ovs_flow_tbl_lookup_stats", NULL };
static const char *const hit_entry[] = { "ovs_flow_stats_update", NULL };
static const char *const command_entry[] = { "ovs_packet_cmd_execute", NULL };
static const char *const command_end[] = { "return:ovs_packet_cmd_execute", NULL };
static const char *const action_probes[] = { "tp:openvswitch:ovs_do_execute_action", NULL };

static const struct retis_hook hooks[] = {
	{ .program = "upcall",
	  .probes = upcall_probes,
	  RETIS_ARGS(upcall_args),
	  .all_of = RETIS_INPUT_ARG(OVS_ARG_UPCALL),
	  .order = 40 },
	{ .program = "upcall_return",
	  .probes = upcall_end,
	  RETIS_ARGS(upcall_args),
	  .all_of = RETIS_INPUT_ARG(OVS_ARG_UPCALL),
	  .order = 40 },
	{ .program = "lookup",
	  .probes = lookup_end,
	  RETIS_ARGS(lookup_args),
	  .all_of = RETIS_INPUT_ARG(OVS_LOOKUP_KEY) | RETIS_INPUT_ARG(OVS_LOOKUP_MASK_HIT),
	  .order = 40,
	  .stage = RETIS_STAGE_BEFORE,
	  .flags = RETIS_HOOK_ALONE },
	{ .program = "hit",
	  .probes = hit_entry,
	  RETIS_ARGS(hit_args),
	  .all_of = RETIS_INPUT_ARG(OVS_HIT_FLOW),
	  .order = 40,
	  .flags = RETIS_HOOK_DECIDES },
	{ .program = "miss",
	  .probes = upcall_entry,
	  RETIS_ARGS(upcall_args),
	  .all_of = RETIS_INPUT_ARG(OVS_ARG_UPCALL) | RETIS_INPUT_ARG(OVS_ARG_KEY),
	  .order = 40,
	  .flags = RETIS_HOOK_DECIDES },
	{ .program = "command",
	  .probes = command_entry,
	  .order = 40,
	  .stage = RETIS_STAGE_BEFORE,
	  .flags = RETIS_HOOK_ALONE },
	{ .program = "command_return",
	  .probes = command_end,
	  .order = 40,
	  .stage = RETIS_STAGE_BEFORE,
	  .flags = RETIS_HOOK_ALONE },
	{ .program = "action",
	  .probes = action_probes,
	  RETIS_ARGS(action_args),
	  .all_of = RETIS_INPUT_ARG(OVS_ACTION_KEY) | RETIS_INPUT_ARG(OVS_ACTION_ATTR),
	  .order = 40 },
};

/* A function of one file, which compilers may dissolve. */
static const struct retis_hook enqueue_hook = {
	.program = "enqueue",
	.probes = enqueue_end,
	RETIS_ARGS(upcall_args),
	.all_of = RETIS_INPUT_ARG(OVS_ARG_UPCALL),
	.order = 40,
};

/* Without it no flows are kept. */
static int setup_enrich(const struct retis_host *host, const struct ovs_state *state)
{
	return state->enrich
		       ? host->set_constant(host, "enrich", &state->enrich, sizeof(state->enrich))
		       : host->size_map(host, "flows", 1);
}

static int enrich_flows(const struct retis_host *host, void *private)
{
	const struct ovs_state *state = private;

	return state->enrich ? ovs_enrich_work(host, state->rate) : 0;
}

/* Without it no threads are. */
static int setup_track(const struct retis_host *host, struct ovs_state *state)
{
	return state->track ? ovs_track_daemons(host, &state->daemons)
			    : host->size_map(host, "batches", 1);
}

static void ovs_tell(const struct retis_host *host, void *private)
{
	struct ovs_state *state = private;

	retis_tell_frags(host, &state->frags);
}

static int ovs_setup(const struct retis_host *host, void *private)
{
	struct ovs_state *state = private;
	const struct names actions = { host, "OVS_ACTION_ATTR_", OVS_ACTIONS, take_action };
	const struct names keys = { host, "OVS_KEY_ATTR_", OVS_KEYS, take_key };
	int err = host->enum_values(host, "ovs_action_attr", add_attr_name,
				    (void *)(uintptr_t)&actions);

	if (!err)
		err = setup_enrich(host, state);
	if (!err)
		err = setup_track(host, state);
	if (!err)
		err = retis_follow_frags(host, &state->frags);
	if (!err)
		err = host->enum_values(host, "ovs_key_attr", add_attr_name,
					(void *)(uintptr_t)&keys);
	if (err)
		return err;
	if (host->kernel_has(host, RETIS_NEED_FUNCTION, "queue_userspace_packet") > 0)
		return host->add_hook(host, &enqueue_hook, sizeof(struct retis_hook));
	host->log(host, RETIS_LOG_INFO,
		  "this kernel has no queue_userspace_packet: packets that come back from user "
		  "space are not known again");
	return 0;
}

static const struct retis_need needs[] = {
	{ .kind = RETIS_NEED_CONFIG, .name = "CONFIG_OPENVSWITCH", .purpose = "Open vSwitch" },
	{ .kind = RETIS_NEED_MODULE, .name = "openvswitch", .purpose = "Open vSwitch" },
	{ .kind = RETIS_NEED_TRACEPOINT,
	  .name = "openvswitch:ovs_dp_upcall",
	  .purpose = "upcalls, which kernels tell since 5.14" },
	{ .kind = RETIS_NEED_TRACEPOINT,
	  .name = "openvswitch:ovs_do_execute_action",
	  .purpose = "actions, which kernels tell since 5.14" },
};

static const struct retis_counter counters[] = {
	[OVS_COUNT_COMMANDS] = { "command(s) of user space not followed, too many at one time" },
	[OVS_COUNT_FLOWS] = { "lookup(s) of flows the daemon was not asked about, too many at one "
			      "time" },
	[OVS_COUNT_ALIKE] = { "packet(s) handed to user space while one that looks the same was "
			      "there: what is told of both is told of the later one" },
	[OVS_COUNT_THREADS] = { "packet(s) not followed in user space, too many threads" },
};

static const struct retis_option options[] = {
	{
		.name = "ovs-track",
		.type = RETIS_OPT_FLAG,
		.help = "Follow packets in ovs-vswitchd, too, if it has usdt probes.",
		.offset = offsetof(struct ovs_state, track),
	},
	{
		.name = "ovs-enrich-flows",
		.type = RETIS_OPT_FLAG,
		.help = "Ask ovs-vswitchd about flows that packets find, and store what it says: "
			"the flow, and the OpenFlow rules it comes from.",
		.offset = offsetof(struct ovs_state, enrich),
	},
	{
		.name = "ovs-enrich-rate",
		.type = RETIS_OPT_UINT,
		.value = "N",
		.help = "Flows to ask about in a second, at most.",
		.offset = offsetof(struct ovs_state, rate),
		.min = 1,
		.max = OVS_RATE_MAX,
	},
};

static const struct ovs_state defaults = { .rate = OVS_RATE_DEFAULT };

RETIS_OBJECT_FILE(ovs_direct, "hook.direct.bpf.o");
RETIS_OBJECT_FILE(ovs_probe, "hook.probe.bpf.o");

RETIS_EXPORT const struct retis_plugin retis_plugin = {
	.abi_major = RETIS_ABI_MAJOR,
	.abi_minor = RETIS_ABI_MINOR,
	.size = sizeof(struct retis_plugin),
	.name = "ovs",
	.version = "1.0",
	.license = "GPL-2.0-or-later",
	.summary = "packets in Open vSwitch: flows, actions, upcalls",
	.direct = RETIS_OBJECT_OF(ovs_direct),
	.probe = RETIS_OBJECT_OF(ovs_probe),
	RETIS_LIST(hook, hooks),
	RETIS_LIST(need, needs),
	RETIS_LIST(section, sections),
	RETIS_LIST(counter, counters),
	RETIS_LIST(option, options),
	.state_size = sizeof(struct ovs_state),
	.state = &defaults,
	.setup = ovs_setup,
	.tick = ovs_tell,
	.stop = ovs_tell,
	.work = enrich_flows,
	/* The daemon's socket may be another user's, or below another process' root; flows are in
	 * a map, which some kernels show those alone that may make some. */
	.capabilities = 1ULL << CAP_DAC_OVERRIDE | 1ULL << CAP_SYS_PTRACE | 1ULL << CAP_BPF,
	.on_request = 1,
	.tracks = 1,
};
