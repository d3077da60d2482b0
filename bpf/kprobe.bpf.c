/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probes on functions with kprobes, one by one or many in one go; one program
 * serves all that look the same to it.
 */
#include "regs.h"

char LICENSE[] SEC("license") = "GPL";

SEC("template/kprobe")
int kprobe(regs_t *regs)
{
	struct retis_ctx ctx = {};
	__u64 config, cookie;

	if (!is_collecting())
		return 0;
	config = slot_config();
	cookie = bpf_get_attach_cookie(regs);
	ctx.timestamp = bpf_ktime_get_ns();
	pick_args(&ctx, config, cookie, regs, NULL);
	probe_run(regs, &ctx, config, COOKIE_PROBE(cookie), REGS_FRAME_AT_ENTRY(regs));
	return 0;
}

SEC("template/kretprobe")
int kretprobe_entry(regs_t *regs)
{
	if (collect_phase() == COLLECT_OVER)
		return 0;
	keep_args(REGS_FRAME_AT_ENTRY(regs), regs, bpf_get_attach_cookie(regs), slot_config());
	return 0;
}

SEC("template/kretprobe")
int kretprobe(regs_t *regs)
{
	if (collect_phase() == COLLECT_OVER)
		return 0;
	run_return(regs, REGS_FRAME_AT_RETURN(regs), bpf_get_attach_cookie(regs));
	return 0;
}
