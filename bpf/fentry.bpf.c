/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probes on a function's entry and return, each of them a program of its own.
 * Arguments come through a helper, as plain numbers: read from the context they
 * would be typed pointers, or refused where a type is not to the verifier's
 * liking.
 */
#include "calls.h"

char LICENSE[] SEC("license") = "GPL";

static __always_inline void take_func_args(void *raw, struct retis_ctx *ctx, __u64 config)
{
	__u64 widths = slot_widths();

#pragma unroll
	for (int i = 0; i < RETIS_MAX_ARGS; i++) {
		if (!CONFIG_HAS_ARGS_FROM(config, i))
			break;
		if (!CONFIG_HAS_ARG(config, i))
			continue;
		bpf_get_func_arg(raw, i, &ctx->args[i]);
		ctx->args[i] = narrow_arg(ctx->args[i], WIDTH_OF(widths, i));
		if (CONFIG_SKB(config) == i)
			ctx->skb = packet_of(config, ctx->args[i]);
	}
}

static __always_inline void run_entry(void *raw, __u64 config)
{
	struct retis_ctx ctx = {};

	ctx.timestamp = bpf_ktime_get_ns();
	take_func_args(raw, &ctx, config);
	probe_run(raw, &ctx, config, CONFIG_PROBE(config), (__u64)raw);
}

/* Only to track packets: all else would cost as much again. */
static __always_inline void run_tracker(void *raw, __u64 config)
{
	__u64 argument, stolen = 0;

	bpf_get_func_arg(raw, CONFIG_SKB(config), &argument);
	if (CONFIG_HAS_ARG(config, 1))
		bpf_get_func_arg(raw, 1, &stolen);
	track_enter(packet_of(config, argument), (__u8)stolen, CONFIG_ROLE(config),
		    CONFIG_PROBE(config));
}

SEC("template/fentry")
int fentry(void *raw)
{
	__u64 config = slot_config();

	if (!CONFIG_EVENTS(config) && !CONFIG_BEFORE(config) && !CONFIG_AFTER(config))
		run_tracker(raw, config);
	else if (is_collecting())
		run_entry(raw, config);
	return 0;
}

/* Where a function returns, its packet may be gone. Both ends of a call have the same
 * place for its arguments. */
SEC("template/fentry")
int fexit_entry(void *raw)
{
	__u64 config = slot_config(), argument;
	struct call call = {};

	if (!is_collecting())
		return 0;
	bpf_get_func_arg(raw, CONFIG_SKB(config), &argument);
	call_keep((__u64)raw, CONFIG_PROBE(config), &call, packet_of(config, argument), config,
		  (__u64)raw);
	return 0;
}

static __always_inline void take_ret(void *raw, struct retis_ctx *ctx, __u64 config)
{
	if (!CONFIG_RET(config))
		return;
	ctx->has_ret = !bpf_get_func_ret(raw, &ctx->ret);
	ctx->ret = narrow_arg(ctx->ret, WIDTH_OF(slot_widths(), WIDTH_RET));
}

SEC("template/fexit")
int fexit(void *raw)
{
	__u64 config = slot_config();
	const struct call *call = NULL;
	struct retis_ctx ctx = {};

	if (!is_collecting())
		return 0;
	ctx.timestamp = bpf_ktime_get_ns();
	if (CONFIG_CALL(config))
		call = call_find((__u64)raw, CONFIG_PROBE(config));
	take_func_args(raw, &ctx, config);
	take_ret(raw, &ctx, config);
	if (call || !CONFIG_CALL(config))
		probe_return(raw, &ctx, config, CONFIG_PROBE(config), call, (__u64)raw);
	else if (CONFIG_EVENTS(config))
		count_unpaired(CONFIG_PROBE(config));
	window_end(config, (__u64)raw);
	if (call)
		call_forget((__u64)raw, CONFIG_PROBE(config));
	return 0;
}
