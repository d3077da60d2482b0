/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Spliced programs in the running kernel: does the verifier take them, and do
 * the hooks run in order, with the right arguments? What they did is read from
 * an array map, which serves as the event: 64-bit numbers in `LOG_` order.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <retis/bpf/ctx.h>

#include "core/probe/chain.h"
#include "core/probe/funcinfo.h"
#include "core/util/insn.h"
#include "core/probe/splice.h"
#include "splice_text.h"

#define CONFIG 0x123456789abcdef0ULL
#define LOOPS 5

/* What is where in the event: a digit for every hook that ran, for hook N what
 * it was given at LOG_HOOK(N), what bpf_loop() did, that a subprogram ran. */
#define LOG_CONFIG 0
#define LOG_ORDER 1
#define LOG_LOOP 2
#define LOG_SUBPROGRAM 3
#define LOG_HOOK(N) (4 * (N))
#define LOG_SIZE 32

#define AT(LOG) (8 * (LOG))
#define INSN_MUL(DST, IMM) INSN(BPF_ALU64 | BPF_MUL | BPF_K, DST, 0, 0, IMM)

#define N_INSNS(...) (sizeof((struct bpf_insn[]){ __VA_ARGS__ }) / sizeof(struct bpf_insn))
#define PART(...) ((struct splice_code){ (struct bpf_insn[]){ __VA_ARGS__ }, N_INSNS(__VA_ARGS__) })

/* References to parts, by number; see join(). */
#define CALL_PART(N) INSN_CALL(BPF_PSEUDO_CALL, N)
#define PART_ADDRESS(DST, N) INSN_IMM64(DST, BPF_PSEUDO_FUNC, N)

/* A program out of N parts, to be freed. */
static struct splice_code join(const struct splice_code *parts, size_t n)
{
	struct splice_code code = { 0 };
	size_t starts[TEXT_PARTS];

	for (size_t i = 0; i < n; i++) {
		starts[i] = code.count;
		code.count += parts[i].count;
	}
	code.insns = calloc(code.count, sizeof(*code.insns));
	cr_assert(code.insns);
	for (size_t i = 0; i < n; i++)
		memcpy(code.insns + starts[i], parts[i].insns, parts[i].count * 8);
	text_resolve(&code, starts);
	return code;
}

#define JOIN(...)                                   \
	join((struct splice_code[]){ __VA_ARGS__ }, \
	     sizeof((struct splice_code[]){ __VA_ARGS__ }) / sizeof(struct splice_code))

/* Program N, with the places of its three arguments. */
#define HOOK(N, ...)                                                                               \
	{                                                                                          \
		.program = (N), .stage = RETIS_STAGE_COLLECT, .n_args = 3, .args = { __VA_ARGS__ } \
	}

/* Context: the first two of the tracepoint's arguments, on the stack, and room for what the
 * chain notes. */
#define CTX_SIZE ((int)sizeof(struct retis_ctx))
static struct splice_code make_template(int map)
{
	return JOIN(
		PART(INSN_LOAD(BPF_REG_3, BPF_REG_1, 0), INSN_LOAD(BPF_REG_4, BPF_REG_1, 8),
		     INSN_STORE(BPF_REG_10, -CTX_SIZE, BPF_REG_3),
		     INSN_STORE(BPF_REG_10, 8 - CTX_SIZE, BPF_REG_4), CALL_PART(2),
		     INSN_IMM64(BPF_REG_6, BPF_PSEUDO_MAP_VALUE, map),
		     INSN_STORE(BPF_REG_6, AT(LOG_CONFIG), BPF_REG_0),
		     INSN_MOV_REG(BPF_REG_1, BPF_REG_10), INSN_ADD(BPF_REG_1, -CTX_SIZE),
		     INSN_MOV_REG(BPF_REG_2, BPF_REG_6), CALL_PART(1), INSN_MOV(BPF_REG_0, 0),
		     INSN_EXIT()),
		PART(INSN_IMM64(BPF_REG_0, 0, RETIS_SLOT_MAGIC(RETIS_SLOT_CHAIN)), INSN_EXIT()),
		PART(INSN_IMM64(BPF_REG_0, 0, RETIS_SLOT_MAGIC(RETIS_SLOT_CONFIG)), INSN_EXIT()));
}

/* Notes that hook N ran, its arguments, and the second word of its context. */
static struct splice_code make_hook(int n)
{
	return JOIN(PART(INSN_LOAD(BPF_REG_3, BPF_REG_1, RETIS_ARG_OFFSET),
			 INSN_LOAD(BPF_REG_4, BPF_REG_1, RETIS_ARG_OFFSET + 8),
			 INSN_LOAD(BPF_REG_5, BPF_REG_1, RETIS_ARG_OFFSET + 16),
			 INSN_LOAD(BPF_REG_0, BPF_REG_2, AT(LOG_ORDER)), INSN_MUL(BPF_REG_0, 10),
			 INSN_ADD(BPF_REG_0, n), INSN_STORE(BPF_REG_2, AT(LOG_ORDER), BPF_REG_0),
			 INSN_STORE(BPF_REG_2, AT(LOG_HOOK(n)), BPF_REG_3),
			 INSN_STORE(BPF_REG_2, AT(LOG_HOOK(n) + 1), BPF_REG_4),
			 INSN_STORE(BPF_REG_2, AT(LOG_HOOK(n) + 2), BPF_REG_5),
			 INSN_LOAD(BPF_REG_1, BPF_REG_1, 8),
			 INSN_STORE(BPF_REG_2, AT(LOG_HOOK(n) + 3), BPF_REG_1),
			 /* As a careless hook might: registers are not preserved. */
			 INSN_MOV(BPF_REG_1, 0), INSN_MOV(BPF_REG_2, 0), INSN_MOV(BPF_REG_6, 0),
			 INSN_MOV(BPF_REG_7, 0), INSN_MOV(BPF_REG_0, n), INSN_EXIT()));
}

/* Adds the indices 0 to LOOPS - 1 up in a callback, then calls a subprogram. */
static struct splice_code make_looping_hook(void)
{
	return JOIN(PART(INSN_MOV_REG(BPF_REG_6, BPF_REG_2), INSN_STORE(BPF_REG_10, -8, BPF_REG_2),
			 INSN_MOV(BPF_REG_1, LOOPS), PART_ADDRESS(BPF_REG_2, 2),
			 INSN_MOV_REG(BPF_REG_3, BPF_REG_10), INSN_ADD(BPF_REG_3, -8),
			 INSN_MOV(BPF_REG_4, 0), INSN_CALL(0, BPF_FUNC_loop),
			 INSN_MOV_REG(BPF_REG_1, BPF_REG_6), CALL_PART(1), INSN_MOV(BPF_REG_0, 0),
			 INSN_EXIT()),
		    PART(INSN_MOV(BPF_REG_0, 77),
			 INSN_STORE(BPF_REG_1, AT(LOG_SUBPROGRAM), BPF_REG_0), INSN_EXIT()),
		    PART(INSN_LOAD(BPF_REG_3, BPF_REG_2, 0),
			 INSN_LOAD(BPF_REG_4, BPF_REG_3, AT(LOG_LOOP)),
			 INSN_ADD_REG(BPF_REG_4, BPF_REG_1),
			 INSN_STORE(BPF_REG_3, AT(LOG_LOOP), BPF_REG_4), INSN_MOV(BPF_REG_0, 0),
			 INSN_EXIT()));
}

/* A map for the event; without the privilege for it the test is skipped. */
static int make_event(void)
{
	int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "splice_event", 4, 8 * LOG_SIZE, 1, NULL);

	if (map == -EPERM)
		cr_skip("bpf() is not permitted here\n");
	cr_assert_geq(map, 0, "map: %s", strerror(-map));
	return map;
}

static int load(const struct splice_result *result, struct btf *btf)
{
	static char log[65536];
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .log_buf = log, .log_size = sizeof(log),
		    .log_level = 1, .prog_btf_fd = btf__fd(btf), .func_info_cnt = result->n_parts,
		    .func_info_rec_size = sizeof(struct bpf_func_info));
	struct bpf_func_info *records;
	int fd;

	cr_assert_eq(funcinfo_records(result, &records), 0);
	opts.func_info = records;
	fd = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "splice_test", "GPL", result->code.insns,
			   result->code.count, &opts);
	free(records);
	if (fd == -EPERM)
		cr_skip("programs may not be loaded here\n");
	cr_assert_geq(fd, 0, "%s\n%s", strerror(-fd), log);
	return fd;
}

/* Splices and loads the template with the chain of N hooks. */
static int load_chain(int map, const struct chain_hook *hooks, size_t n)
{
	struct splice_code programs[] = { make_hook(1), make_hook(2), make_looping_hook() };
	struct splice_fill fills[] = { { RETIS_SLOT_CONFIG, { 0 } }, { RETIS_SLOT_CHAIN, { 0 } } };
	struct splice_input input = { make_template(map), fills, 2, programs, 3 };
	struct splice_result result = { 0 };
	struct splice_error error = { 0 };
	struct btf *btf = NULL;
	int err;
	int fd;

	cr_assert_eq(chain_constant(CONFIG, &fills[0].code), 0);
	cr_assert_eq(chain_build(hooks, n, RETIS_STAGE_COLLECT, &fills[1].code), 0);
	for (size_t i = 0; i < n; i++)
		cr_assert_eq(chain_place_args(&hooks[i], &programs[hooks[i].program]), 0);
	err = splice_link(&input, &result, &error);
	cr_assert_eq(err, 0, "%s", error.reason);
	err = funcinfo_btf(&btf);
	if (err == -EPERM)
		cr_skip("bpf() is not permitted here\n");
	cr_assert_eq(err, 0, "BTF: %s", strerror(-err));
	fd = load(&result, btf);
	btf__free(btf);
	splice_result_fini(&result);
	splice_code_fini(&input.template);
	for (int i = 0; i < 3; i++)
		splice_code_fini(&programs[i]);
	for (int i = 0; i < 2; i++)
		splice_code_fini(&fills[i].code);
	return fd;
}

static void read_event(int map, uint64_t *event)
{
	cr_assert_eq(bpf_map_lookup_elem(map, &(int){ 0 }, event), 0);
}

/* The event after one run of the template with N hooks, on arguments 1001 and
 * 1002. */
static void run_chain(const struct chain_hook *hooks, size_t n, uint64_t *event)
{
	uint64_t args[2] = { 1001, 1002 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = args, .ctx_size_in = sizeof(args));
	int map = make_event();
	int fd = load_chain(map, hooks, n);
	int err = bpf_prog_test_run_opts(fd, &opts);

	cr_assert_eq(err, 0, "run: %s", strerror(-err));
	cr_expect_eq(opts.retval, 0);
	read_event(map, event);
	cr_expect_eq(event[LOG_CONFIG], CONFIG);
	close(fd);
	close(map);
}

Test(splice_kernel, no_hooks)
{
	uint64_t event[LOG_SIZE];

	run_chain(NULL, 0, event);
	cr_expect_eq(event[LOG_ORDER], 0);
}

Test(splice_kernel, hooks_run_in_order_with_their_arguments)
{
	const struct chain_hook hooks[] = {
		HOOK(1, 0, 8, CHAIN_NO_ARG),
		HOOK(0, CHAIN_NO_ARG, CHAIN_NO_ARG, 0),
	};
	const uint64_t first[] = { 0, 0, 1001, 1002 };
	const uint64_t second[] = { 1001, 1002, 0, 1002 };
	uint64_t event[LOG_SIZE];

	run_chain(hooks, 2, event);
	cr_expect_eq(event[LOG_ORDER], 21);
	cr_expect_arr_eq(&event[LOG_HOOK(1)], first, sizeof(first));
	cr_expect_arr_eq(&event[LOG_HOOK(2)], second, sizeof(second));
}

Test(splice_kernel, hook_with_callback_and_subprogram)
{
	const struct chain_hook hooks[] = { HOOK(0, 0, 0, 0), HOOK(2, 0, 0, 0), HOOK(1, 0, 0, 0),
					    HOOK(2, 0, 0, 0) };
	uint64_t event[LOG_SIZE];

	run_chain(hooks, 4, event);
	cr_expect_eq(event[LOG_ORDER], 12);
	/* The hook was called twice. */
	cr_expect_eq(event[LOG_LOOP], 2 * (LOOPS * (LOOPS - 1) / 2));
	cr_expect_eq(event[LOG_SUBPROGRAM], 77);
}

Test(splice_kernel, hook_that_decides_and_adds_nothing_ends_the_chain)
{
	struct chain_hook hooks[] = { HOOK(0, 0, 0, 0), HOOK(1, 0, 0, 0) };
	uint64_t event[LOG_SIZE];

	hooks[0].decides = 1;
	run_chain(hooks, 2, event);
	cr_expect_eq(event[LOG_ORDER], 1);
}

Test(splice_kernel, attached)
{
	const struct chain_hook hooks[] = { HOOK(0, 0, 8, CHAIN_NO_ARG) };
	int map = make_event();
	int fd = load_chain(map, hooks, 1);
	int link = bpf_raw_tracepoint_open("sched_switch", fd);
	uint64_t event[LOG_SIZE] = { 0 };

	if (link == -EPERM || link == -ENOENT)
		cr_skip("raw tracepoints can't be attached here\n");
	cr_assert_geq(link, 0, "attach: %s", strerror(-link));
	for (int i = 0; i < 1000 && !event[LOG_CONFIG]; i++) {
		usleep(1000);
		read_event(map, event);
	}
	close(link);
	read_event(map, event);
	cr_expect_eq(event[LOG_CONFIG], CONFIG);
	cr_expect_neq(event[LOG_ORDER], 0);
	/* The task that leaves, a kernel address. */
	cr_expect_neq(event[LOG_HOOK(1) + 1], 0);
	close(fd);
	close(map);
}
