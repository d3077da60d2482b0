/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ct collector. Where connection tracking is a module, its types may be the module's too, and
 * the names of protocol states are those of the kernel that collects.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <retis/plugin.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "fields.h"
#include "section.h"

#define MODULE_TYPES "/sys/kernel/btf/nf_conntrack"

static const struct retis_section_type sections[] = {
	[CT_SECTION] = {
		.name = "ct",
		.about = "Connection of the packet, as Netfilter tracks it",
		.version = 1,
		.rank = 140,
		.line = 140,
		.fields = ct_fields,
		.n_fields = CT_FIELDS,
		.print = ct_print,
	},
};

/* Whoever may number BTF objects may use those of modules. */
static bool may_use_modules(void)
{
	union bpf_attr attr = { .start_id = 0 };

	return !syscall(SYS_bpf, BPF_BTF_GET_NEXT_ID, &attr, sizeof(attr)) || errno != EPERM;
}

static const char *find_obstacle(const struct retis_host *host)
{
	if (!host->kernel_has(host, RETIS_NEED_FIELD, "sk_buff._nfct"))
		return "This kernel does not support connection tracking (CONFIG_NF_CONNTRACK)";
	if (!host->kernel_has(host, RETIS_NEED_MODULE, "nf_conntrack"))
		return "'nf_conntrack' is not loaded (rules that need it load it, and so does "
		       "modprobe)";
	if (host->kernel_has(host, RETIS_NEED_TYPE, "nf_conn"))
		return NULL;
	if (access(MODULE_TYPES, R_OK))
		return "the module nf_conntrack does not describe its types (" MODULE_TYPES ")";
	return may_use_modules()
		       ? NULL
		       : "it takes CAP_SYS_ADMIN to use the types of the module nf_conntrack";
}

static int ct_check(const struct retis_host *host, void *state, char *reason, size_t size)
{
	const char *obstacle = find_obstacle(host);

	(void)state;
	if (!obstacle)
		return 0;
	snprintf(reason, size, "%s", obstacle);
	return -EOPNOTSUPP;
}

/* An enum of states, what its names begin with, and which ones proto_state has them as. */
struct states {
	const char *name;
	const char *prefix;
	int64_t base;
	const struct retis_host *host;
};

static int add_state(void *arg, const char *name, int64_t value)
{
	const struct states *s = arg;
	size_t n = strlen(s->prefix);
	int64_t key = s->base + value;

	if (value < 0 || value > 0xff)
		return 0;
	return s->host->add_name(s->host, CT_PROTO_STATES, &key, sizeof(key),
				 strncmp(name, s->prefix, n) ? name : name + n);
}

static int add_states(const struct retis_host *host)
{
	struct states all[] = {
		{ "tcp_conntrack", "TCP_CONNTRACK_", 0, host },
		{ "sctp_conntrack", "SCTP_CONNTRACK_", CT_STATE_SCTP, host },
		{ "ct_dccp_states", "CT_DCCP_", CT_STATE_DCCP, host },
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) && (!err || err == -ENOENT); i++)
		err = host->enum_values(host, all[i].name, add_state, &all[i]);
	return err == -ENOENT ? 0 : err;
}

static int ct_setup(const struct retis_host *host, void *state)
{
	struct timespec jiffy;
	uint32_t hz;
	int err = add_states(host);

	(void)state;
	if (err)
		return err;
	/* This clock goes by jiffies. */
	if (clock_getres(CLOCK_MONOTONIC_COARSE, &jiffy))
		return -errno;
	hz = jiffy.tv_nsec ? (uint32_t)((1000000000 + jiffy.tv_nsec / 2) / jiffy.tv_nsec) : 1;
	return host->set_constant(host, "hz", &hz, sizeof(hz));
}

static const struct retis_hook hooks[] = {
	{ .program = "ct", .all_of = RETIS_INPUT_SKB, .order = 60 },
};

static const char *const default_probes[] = { "tp:net:netif_receive_skb",
					      "tp:net:net_dev_start_xmit", NULL };

RETIS_OBJECT_FILE(ct_direct, "hook.direct.bpf.o");
RETIS_OBJECT_FILE(ct_probe, "hook.probe.bpf.o");

RETIS_EXPORT const struct retis_plugin retis_plugin = {
	.abi_major = RETIS_ABI_MAJOR,
	.abi_minor = RETIS_ABI_MINOR,
	.size = sizeof(struct retis_plugin),
	.name = "ct",
	.version = "1.0",
	.license = "GPL-2.0-or-later",
	.summary = "connection of a packet",
	.direct = RETIS_OBJECT_OF(ct_direct),
	.probe = RETIS_OBJECT_OF(ct_probe),
	RETIS_LIST(hook, hooks),
	.default_probes = default_probes,
	RETIS_LIST(section, sections),
	.check = ct_check,
	.setup = ct_setup,
};
