/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probes on the returns of many functions: the kernel runs this at the entry
 * and the return of a call, and lends both 8 bytes of memory. Too little for the
 * arguments, but its address is the call's own name as long as it goes on.
 */
#include "regs.h"

char LICENSE[] SEC("license") = "GPL";

extern bool bpf_session_is_return(void) __ksym;
extern __u64 *bpf_session_cookie(void) __ksym;

/* 1: the kernel shall not come again at the return. Not inline: what is kept would take
 * stack from the hooks. */
static __noinline int at_entry(regs_t *regs, __u64 frame, __u64 cookie)
{
	if (collect_phase() == COLLECT_OVER)
		return 1;
	return keep_args(frame, regs, cookie, slot_config()) ? 1 : 0;
}

SEC("template/kprobe_session")
int kprobe_session(regs_t *regs)
{
	__u64 cookie = bpf_get_attach_cookie(regs), frame = (__u64)bpf_session_cookie();

	if (!bpf_session_is_return())
		return at_entry(regs, frame, cookie);
	run_return(regs, frame, cookie);
	return 0;
}
