/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probes on a function's entry and return, each of them a program of its own.
 * Arguments come through a helper, as plain numbers: read from the context they
 * would be typed pointers, or refused where a type is not to the verifier's
 * liking.
 */
#include "emit.h"

char LICENSE[] SEC("license") = "GPL";

static __always_inline void take_args(void *raw, struct retis_ctx *ctx, __u64 config)
{
	__u64 widths = slot_widths();

#pragma unroll
	for (int i = 0; i < RETIS_MAX_ARGS; i++) {
		if (!CONFIG_HAS_ARG(config, i))
			continue;
		bpf_get_func_arg(raw, i, &ctx->args[i]);
		ctx->args[i] = narrowed(ctx->args[i], WIDTH_OF(widths, i));
		if (CONFIG_SKB(config) == i)
			ctx->skb = (void *)ctx->args[i];
	}
}

SEC("template/fentry")
int fentry(void *raw)
{
	struct retis_ctx ctx = {};
	__u64 config;

	if (!collecting())
		return 0;
	config = slot_config();
	ctx.timestamp = bpf_ktime_get_ns();
	take_args(raw, &ctx, config);
	probe_run(raw, &ctx, config, CONFIG_PROBE(config));
	return 0;
}

SEC("template/fexit")
int fexit(void *raw)
{
	struct retis_ctx ctx = {};
	__u64 config;

	if (!collecting())
		return 0;
	config = slot_config();
	ctx.timestamp = bpf_ktime_get_ns();
	take_args(raw, &ctx, config);
	if (CONFIG_RET(config)) {
		ctx.has_ret = !bpf_get_func_ret(raw, &ctx.ret);
		ctx.ret = narrowed(ctx.ret, WIDTH_OF(slot_widths(), WIDTH_RET));
	}
	probe_run(raw, &ctx, config, CONFIG_PROBE(config));
	return 0;
}
