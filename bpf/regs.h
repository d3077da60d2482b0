/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a function's arguments, its frame and what it returns are, per processor
 * architecture. */
#ifndef BPF_REGS_H
#define BPF_REGS_H

#include "calls.h"

/* In assembly, so that the compiler does not compute the address: verifiers want a
 * constant. */
#define REG_READ(r, member)                                            \
	({                                                             \
		__u64 value_;                                          \
		asm volatile("%0 = *(u64 *)(%1 + %2)"                  \
			     : "=r"(value_)                            \
			     : "r"(r), "i"(offsetof(regs_t, member))); \
		value_;                                                \
	})

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

#define REGS_ARG(r, n)                 \
	((n) == 0   ? REG_READ(r, rdi) \
	 : (n) == 1 ? REG_READ(r, rsi) \
	 : (n) == 2 ? REG_READ(r, rdx) \
	 : (n) == 3 ? REG_READ(r, rcx) \
	 : (n) == 4 ? REG_READ(r, r8)  \
		    : REG_READ(r, r9))
#define ARG_REGS 6
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

#define REGS_ARG(r, n)                     \
	((n) == 0   ? REG_READ(r, regs[0]) \
	 : (n) == 1 ? REG_READ(r, regs[1]) \
	 : (n) == 2 ? REG_READ(r, regs[2]) \
	 : (n) == 3 ? REG_READ(r, regs[3]) \
	 : (n) == 4 ? REG_READ(r, regs[4]) \
	 : (n) == 5 ? REG_READ(r, regs[5]) \
	 : (n) == 6 ? REG_READ(r, regs[6]) \
		    : REG_READ(r, regs[7]))
#define ARG_REGS 8
#else
#error "this processor architecture is not known here: add its registers"
#endif

/* Argument number FROM of the function. */
static __always_inline __u64 regs_arg(const regs_t *r, __u64 from)
{
#pragma unroll
	for (__u64 i = 0; i < ARG_REGS; i++)
		if (from == i)
			return REGS_ARG(r, i);
	return 0;
}

static __always_inline void regs_args(const regs_t *r, __u64 args[CALL_REGS])
{
#pragma unroll
	for (int i = 0; i < ARG_REGS; i++)
		args[i] = REGS_ARG(r, i);
}

/* The function's arguments to where this program wants them: from the registers at its
 * entry, or from what was kept of them. */
static __always_inline void pick_args(struct retis_ctx *ctx, __u64 config, __u64 cookie,
				      const regs_t *r, const struct call *call)
{
	__u64 widths = slot_widths();

#pragma unroll
	for (int i = 0; i < COOKIE_ARGS; i++) {
		__u64 from = COOKIE_ARG(cookie, i);

		/* At a return this would take stack. */
		if (!call && !CONFIG_HAS_ARGS_FROM(config, i))
			break;
		if (!CONFIG_HAS_ARG(config, i))
			continue;
		if (from < CALL_REGS)
			ctx->args[i] = narrow_arg(call ? call->args[from] : regs_arg(r, from),
						  WIDTH_OF(widths, i));
		if (CONFIG_SKB(config) == i)
			ctx->skb = packet_of(config, ctx->args[i]);
	}
}

static __always_inline void pick_ret(struct retis_ctx *ctx, __u64 config, const regs_t *r)
{
	if (!CONFIG_RET(config))
		return;
	ctx->ret = narrow_arg(REGS_RETURNED(r), WIDTH_OF(slot_widths(), WIDTH_RET));
	ctx->has_ret = 1;
}

/* The packet among the function's arguments, or NULL. */
static __always_inline void *regs_packet(const regs_t *r, __u64 cookie)
{
	__u64 from = COOKIE_SKB(cookie);
	void *skb;

	if (from == COOKIE_NO_ARG)
		return NULL;
	if (from < COOKIE_SKB_INDIRECT)
		return (void *)regs_arg(r, from);
	return bpf_probe_read_kernel(&skb, sizeof(skb),
				     (void *)regs_arg(r, from - COOKIE_SKB_INDIRECT))
		       ? NULL
		       : skb;
}

static __always_inline long keep_args(__u64 frame, const regs_t *r, __u64 cookie, __u64 config)
{
	struct call call = {};

	regs_args(r, call.args);
	return call_keep(frame, COOKIE_PROBE(cookie), &call, regs_packet(r, cookie), config,
			 REGS_FRAME_AT_ENTRY(r));
}

/* The probe at the return of the call that has FRAME. */
static __always_inline void run_return(regs_t *regs, __u64 frame, __u64 cookie)
{
	struct retis_ctx ctx = { .timestamp = bpf_ktime_get_ns() };
	const struct call *call = call_find(frame, COOKIE_PROBE(cookie));
	__u64 config = slot_config();

	if (call && is_collecting()) {
		pick_args(&ctx, config, cookie, regs, call);
		pick_ret(&ctx, config, regs);
		probe_return(regs, &ctx, config, COOKIE_PROBE(cookie), call,
			     REGS_FRAME_AT_RETURN(regs));
	} else if (CONFIG_EVENTS(config) && is_collecting()) {
		count_unpaired(COOKIE_PROBE(cookie));
	}
	window_end(config, REGS_FRAME_AT_RETURN(regs));
	call_forget(frame, COOKIE_PROBE(cookie));
}

#endif
