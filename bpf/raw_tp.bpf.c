/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probe on a raw tracepoint. One template serves tracepoints with any number of
 * arguments: the configuration is a constant to the verifier, which never sees
 * reads of arguments this probe doesn't want, and may not have.
 */
#include "stages.h"

char LICENSE[] SEC("license") = "GPL";

SEC("template/raw_tp")
int probe(struct bpf_raw_tracepoint_args *raw)
{
	struct retis_ctx ctx = {};
	__u64 config, widths;

	if (!is_collecting())
		return 0;
	config = slot_config();
	widths = slot_widths();
	ctx.timestamp = bpf_ktime_get_ns();
#pragma unroll
	for (int i = 0; i < RETIS_MAX_ARGS; i++) {
		if (!CONFIG_HAS_ARGS_FROM(config, i))
			break;
		if (!CONFIG_HAS_ARG(config, i))
			continue;
		ctx.args[i] = narrow_arg(raw->args[i], WIDTH_OF(widths, i));
		if (CONFIG_SKB(config) == i)
			ctx.skb = packet_of(config, ctx.args[i]);
	}
	probe_run(raw, &ctx, config, CONFIG_PROBE(config), (__u64)raw);
	return 0;
}
