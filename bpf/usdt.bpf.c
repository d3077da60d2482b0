/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A probe in user space. There is no packet, so nothing that would be looked up or filtered by;
 * where its arguments are is known when it is loaded, and so is code of its own.
 */
#include "stages.h"

char LICENSE[] SEC("license") = "GPL";

static __noinline __u64 slot_user_args(void *regs, struct retis_ctx *ctx)
{
	return retis_slot(RETIS_SLOT_USER_ARGS, regs, ctx, 0);
}

SEC("template/usdt")
int usdt(void *regs)
{
	struct retis_ctx ctx = {};
	__u64 config;

	if (!is_collecting())
		return 0;
	config = slot_config();
	ctx.timestamp = bpf_ktime_get_ns();
	if (slot_user_args(regs, &ctx))
		count_unread(CONFIG_PROBE(config));
	else
		probe_run(regs, &ctx, config, CONFIG_PROBE(config), 0);
	return 0;
}
