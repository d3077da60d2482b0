/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon is a process by the right name: there may be one in each of some containers. Its
 * probes are in its own file, or in a library of it.
 */
#include "track.h"

#include <errno.h>
#include <stdio.h>

#include "hook.h"
#include "process.h"

static const struct retis_arg receive_args[] = {
	[OVS_USER_DATA] = { .position = 3 },
	[OVS_USER_SIZE] = { .position = 4 },
	[OVS_USER_TYPE] = { .position = 2 },
	[OVS_USER_KEY_SIZE] = { .position = 6 },
};

static const struct retis_arg execute_args[] = {
	[OVS_USER_DATA] = { .position = 3 },
	[OVS_USER_SIZE] = { .position = 4 },
};

#define OVS_USER_PACKET (RETIS_INPUT_ARG(OVS_USER_DATA) | RETIS_INPUT_ARG(OVS_USER_SIZE))

static const struct retis_hook track_hooks[OVS_TRACK_HOOKS] = {
	[OVS_TRACK_RECEIVE] = { .program = "receive",
				RETIS_ARGS(receive_args),
				.all_of = OVS_USER_PACKET,
				.order = 40,
				.flags = RETIS_HOOK_DECIDES },
	[OVS_TRACK_PUT] = { .program = "put", .order = 40, .flags = RETIS_HOOK_DECIDES },
	[OVS_TRACK_EXECUTE] = { .program = "execute",
				RETIS_ARGS(execute_args),
				.all_of = OVS_USER_PACKET,
				.order = 40,
				.flags = RETIS_HOOK_DECIDES },
};

static const char *const handover_probes[] = { "skb_zerocopy_headlen", NULL };

/* In the kernel: queue_userspace_packet calls that for each packet it hands over. */
static const struct retis_hook handover_hook = {
	.program = "handover",
	.probes = handover_probes,
	.all_of = RETIS_INPUT_SKB,
	.order = 40,
	.flags = RETIS_HOOK_DECIDES,
};

/* In its lib/dpif.c and lib/dpif-netlink.c. */
static const char *const daemon_probes[OVS_TRACK_HOOKS] = {
	[OVS_TRACK_RECEIVE] = "dpif_recv::recv_upcall",
	[OVS_TRACK_PUT] = "dpif_netlink_operate__::op_flow_put",
	[OVS_TRACK_EXECUTE] = "dpif_netlink_operate__::op_flow_execute",
};

struct track_search {
	const struct retis_host *host;
	struct ovs_track *track;
	size_t seen;
};

static int refuse_daemon(const struct retis_host *host, pid_t pid, int has)
{
	if (has < 0)
		host->log(host, RETIS_LOG_WARN,
			  "packets are not followed in " OVS_PROGRAM
			  " (process %d), which can't be "
			  "looked into: error %d",
			  pid, -has);
	else
		host->log(host, RETIS_LOG_WARN,
			  "packets are not followed in " OVS_PROGRAM
			  " (process %d): it has no usdt "
			  "probes (it is to be built with --enable-usdt-probes)",
			  pid);
	return -ENOENT;
}

/* -ENOENT: on to the next one. */
static int track_process(void *arg, pid_t pid)
{
	struct track_search *search = arg;
	struct ovs_track *t = search->track;
	int has = 1;

	search->seen++;
	for (size_t i = 0; i < OVS_TRACK_HOOKS && has > 0 && t->n < OVS_TRACK_MAX; i++) {
		snprintf(t->text[i][t->n], OVS_TRACK_PROBE, "usdt:%s/pid=%d", daemon_probes[i],
			 pid);
		has = search->host->kernel_has(search->host, RETIS_NEED_USDT, t->text[i][t->n]);
	}
	if (has <= 0)
		return refuse_daemon(search->host, pid, has);
	if (t->n == OVS_TRACK_MAX)
		return -E2BIG;
	for (size_t i = 0; i < OVS_TRACK_HOOKS; i++)
		t->probes[i][t->n] = t->text[i][t->n];
	t->n++;
	return -ENOENT;
}

static int add_track_hooks(const struct retis_host *host, struct ovs_track *t)
{
	const uint8_t track = 1;
	int err = host->set_constant(host, "track", &track, sizeof(track));

	if (!err)
		err = host->size_map(host, "queued", OVS_QUEUED_MAX);
	for (size_t i = 0; i < OVS_TRACK_HOOKS && !err; i++) {
		struct retis_hook hook = track_hooks[i];

		hook.probes = t->probes[i];
		err = host->add_hook(host, &hook, sizeof(hook));
	}
	return err ? err : host->add_hook(host, &handover_hook, sizeof(struct retis_hook));
}

int ovs_track_daemons(const struct retis_host *host, struct ovs_track *t)
{
	struct track_search search = { host, t, 0 };
	int err = ovs_each_process(track_process, &search);

	if (err == -E2BIG)
		host->log(host, RETIS_LOG_WARN,
			  "packets are followed in %d processes " OVS_PROGRAM ", not in more",
			  OVS_TRACK_MAX);
	if (!search.seen)
		host->log(host, RETIS_LOG_WARN,
			  "packets are not followed in user space: there is no process " OVS_PROGRAM
			  " yet; collect again once it runs");
	return t->n ? add_track_hooks(host, t) : host->size_map(host, "batches", 1);
}
