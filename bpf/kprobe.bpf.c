/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probes on functions with kprobes, one by one or many in one go; one program
 * serves all that look the same to it.
 *
 * A probe at the return needs what the function was called with. Its entry keeps
 * that under the call's own name: the address of its frame, which no other call
 * has while it lives, be it nested, recursive or in an interrupt; and the probe,
 * as a function that ends by jumping to another one leaves it its frame.
 */
#include "regs.h"

char LICENSE[] SEC("license") = "GPL";

SEC("template/kprobe")
int kprobe(regs_t *regs)
{
	struct retis_ctx ctx = {};
	__u64 config, cookie;
	struct scratch *s;

	if (!collecting())
		return 0;
	config = slot_config();
	cookie = bpf_get_attach_cookie(regs);
	ctx.timestamp = bpf_ktime_get_ns();
	s = probe_scratch(COOKIE_PROBE(cookie));
	if (!s)
		return 0;
	regs_args(regs, s->regs);
	pick_args(&ctx, config, cookie, s->regs);
	if (filters_pass(ctx.skb, config))
		probe_run_in(s, regs, &ctx, config, COOKIE_PROBE(cookie));
	else
		scratch_put(s);
	return 0;
}

/* Also before events are wanted: the call may return when they are. */
SEC("template/kretprobe")
int kretprobe_entry(regs_t *regs)
{
	struct call_key key = { .frame = REGS_FRAME_AT_ENTRY(regs) };

	if (collect_phase() == COLLECT_OVER)
		return 0;
	key.probe = COOKIE_PROBE(bpf_get_attach_cookie(regs));
	call_keep(&key, regs);
	return 0;
}

SEC("template/kretprobe")
int kretprobe(regs_t *regs)
{
	struct call_key key = { .frame = REGS_FRAME_AT_RETURN(regs) };
	__u64 cookie;

	if (collect_phase() == COLLECT_OVER)
		return 0;
	cookie = bpf_get_attach_cookie(regs);
	key.probe = COOKIE_PROBE(cookie);
	run_return(regs, &key, cookie);
	return 0;
}
