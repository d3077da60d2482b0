/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a function's arguments, its frame and what it returns are, per processor
 * architecture. */
#ifndef BPF_REGS_H
#define BPF_REGS_H

#include "emit.h"

#if defined(__TARGET_ARCH_x86)
/* struct pt_regs of the kernel, which programs see as it is. */
typedef struct {
	__u64 r15, r14, r13, r12, rbp, rbx, r11, r10;
	__u64 r9, r8, rax, rcx, rdx, rsi, rdi, orig_rax;
	__u64 rip, cs, eflags, rsp, ss;
} regs_t;
#define REGS_RETURNED(r) ((r)->rax)
/* The address of the return address; it is gone from the stack on return. */
#define REGS_FRAME_AT_ENTRY(r) ((r)->rsp)
#define REGS_FRAME_AT_RETURN(r) ((r)->rsp - sizeof(__u64))

static __always_inline void regs_args(const regs_t *r, __u64 args[CALL_REGS])
{
	args[0] = r->rdi;
	args[1] = r->rsi;
	args[2] = r->rdx;
	args[3] = r->rcx;
	args[4] = r->r8;
	args[5] = r->r9;
	args[6] = 0;
	args[7] = 0;
}
#elif defined(__TARGET_ARCH_arm64)
/* struct user_pt_regs of the kernel. */
typedef struct {
	__u64 regs[31];
	__u64 sp, pc, pstate;
} regs_t;
#define REGS_RETURNED(r) ((r)->regs[0])
/* The return address is in a register: nothing is on the stack yet, or any more. */
#define REGS_FRAME_AT_ENTRY(r) ((r)->sp)
#define REGS_FRAME_AT_RETURN(r) ((r)->sp)

static __always_inline void regs_args(const regs_t *r, __u64 args[CALL_REGS])
{
#pragma unroll
	for (int i = 0; i < CALL_REGS; i++)
		args[i] = r->regs[i];
}
#else
#error "this processor architecture is not known here: add its registers"
#endif

/* The function's arguments, REGS of them, to where this program wants them. */
static __always_inline void pick_args(struct retis_ctx *ctx, __u64 config, __u64 cookie,
				      const __u64 regs[CALL_REGS])
{
	__u64 widths = slot_widths();

#pragma unroll
	for (int i = 0; i < RETIS_MAX_ARGS; i++) {
		__u64 from = COOKIE_ARG(cookie, i);

		if (!CONFIG_HAS_ARG(config, i))
			continue;
		if (from < CALL_REGS)
			ctx->args[i] = narrowed(regs[from], WIDTH_OF(widths, i));
		if (CONFIG_SKB(config) == i)
			ctx->skb = (void *)ctx->args[i];
	}
}

static __always_inline void pick_ret(struct retis_ctx *ctx, __u64 config, const regs_t *r)
{
	if (!CONFIG_RET(config))
		return;
	ctx->ret = narrowed(REGS_RETURNED(r), WIDTH_OF(slot_widths(), WIDTH_RET));
	ctx->has_ret = 1;
}

/* Keeps what the function was called with, for its return. */
static __always_inline long call_keep(const struct call_key *key, const regs_t *r)
{
	struct call call;

	regs_args(r, call.args);
	return bpf_map_update_elem(&calls, key, &call, BPF_ANY);
}

/* At the return: what was kept at the entry, until call_forget(). */
static __always_inline const struct call *call_find(const struct call_key *key)
{
	return bpf_map_lookup_elem(&calls, key);
}

static __always_inline void call_forget(const struct call_key *key)
{
	bpf_map_delete_elem(&calls, key);
}

/* The probe at the return of the call KEY, whose cookie is COOKIE. */
static __always_inline void run_return(regs_t *regs, struct call_key *key, __u64 cookie)
{
	struct retis_ctx ctx = { .timestamp = bpf_ktime_get_ns() };
	const struct call *call = call_find(key);
	__u64 config = slot_config();

	if (call)
		pick_args(&ctx, config, cookie, call->args);
	call_forget(key);
	if (!collecting())
		return;
	if (!call) {
		count_unpaired(COOKIE_PROBE(cookie));
		return;
	}
	pick_ret(&ctx, config, regs);
	probe_run(regs, &ctx, config, COOKIE_PROBE(cookie));
}

#endif
