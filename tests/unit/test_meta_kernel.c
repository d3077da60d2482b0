/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Metadata filters in the running kernel: the verifier takes them with a number and
 * with a typed pointer for the sk_buff, they say the same as on the machine of
 * meta_run.h, and find the packets of this very test.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/filter/meta.h"
#include "core/util/insn.h"
#include "meta_btf.h"
#include "meta_cases.h"

#define MAX_MAIN 128
#define PACKETS 3

/* How a program gets at the address of the sk_buff. */
enum given {
	AS_NUMBER,
	AS_POINTER,
};

static char verifier_log[1 << 20];

static void skip_without(int err, const char *what)
{
	if (err == -EPERM)
		cr_skip("%s is not permitted here\n", what);
}

static int make_map(uint32_t size)
{
	int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "meta_memory", 4, size, 1, NULL);

	skip_without(map, "bpf()");
	cr_assert_geq(map, 0, "map: %s", strerror(-map));
	return map;
}

/* The N instructions of a main program, whose last call is one to FILTER. */
static int load(struct bpf_insn *program, size_t n, const struct splice_code *filter,
		enum bpf_prog_type type, struct bpf_prog_load_opts *opts)
{
	struct bpf_insn *all = calloc(n + filter->count, sizeof(*all));
	int fd;

	cr_assert(all);
	for (size_t i = n; i > 0; i--) {
		if (program[i - 1].code != INSN_CALL_CODE)
			continue;
		program[i - 1].imm = (int)(n - i);
		break;
	}
	memcpy(all, program, n * sizeof(*all));
	memcpy(all + n, filter->insns, filter->count * sizeof(*all));
	fd = bpf_prog_load(type, "meta_test", "GPL", all, n + filter->count, opts);
	free(all);
	return fd;
}

static int load_raw(struct bpf_insn *program, size_t n, const struct splice_code *filter)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts);
	int fd = load(program, n, filter, BPF_PROG_TYPE_RAW_TRACEPOINT, &opts);

	if (fd >= 0)
		return fd;
	skip_without(fd, "loading programs");
	opts.log_buf = verifier_log;
	opts.log_size = sizeof(verifier_log);
	opts.log_level = 1;
	fd = load(program, n, filter, BPF_PROG_TYPE_RAW_TRACEPOINT, &opts);
	cr_assert_geq(fd, 0, "%s\n%s", strerror(-fd), verifier_log);
	return fd;
}

static struct splice_code compile(const char *text, const struct meta_types *types)
{
	struct splice_code code = { 0 };
	struct meta_why why = { 0 };

	cr_assert_eq(meta_filter_compile(text, types, &code, &why), 0, "%.200s: %s", text,
		     why.text);
	return code;
}

/* --- a world in a map ------------------------------------------------------- */

/* Writes the pointers, then returns what the filter says of the map's value. */
static size_t write_main(struct bpf_insn *to, int map, enum given given)
{
	const struct bpf_insn start[] = { INSN_IMM64(BPF_REG_6, BPF_PSEUDO_MAP_VALUE, map) };
	const struct bpf_insn end[] = { INSN_MOV_REG(BPF_REG_1, BPF_REG_6),
					INSN_STORE(BPF_REG_6, META_MEMORY, BPF_REG_1),
					given == AS_NUMBER
						? INSN_LOAD(BPF_REG_1, BPF_REG_6, META_MEMORY)
						: INSN_MOV_REG(BPF_REG_1, BPF_REG_6),
					INSN_CALL(BPF_PSEUDO_CALL, 0), INSN_EXIT() };
	size_t n = 2;

	memcpy(to, start, sizeof(start));
	for (size_t i = 0; i < sizeof(meta_pointers) / sizeof(meta_pointers[0]); i++) {
		const struct meta_pointer *p = &meta_pointers[i];

		to[n++] = INSN_MOV_REG(BPF_REG_1, BPF_REG_6);
		to[n++] = INSN_ADD(BPF_REG_1, (int)(p->to + p->tag));
		to[n++] = INSN_STORE(BPF_REG_6, (short)p->at, BPF_REG_1);
	}
	memcpy(to + n, end, sizeof(end));
	return n + 5;
}

static int run_filter(int map, const struct splice_code *filter, enum given given)
{
	uint64_t args[2] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = args, .ctx_size_in = sizeof(args));
	struct bpf_insn program[MAX_MAIN];
	size_t n = write_main(program, map, given);
	int fd = load_raw(program, n, filter);
	int err = bpf_prog_test_run_opts(fd, &opts);

	close(fd);
	cr_assert_eq(err, 0, "run: %s", strerror(-err));
	return (int)opts.retval;
}

static void run_cases(enum given given)
{
	const bool big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	unsigned char memory[META_MEMORY + 8] = { 0 };
	int map = make_map(sizeof(memory));
	struct meta_btf world;

	meta_btf_init(&world);
	meta_fill(memory, big);
	cr_assert_eq(bpf_map_update_elem(map, &(int){ 0 }, memory, 0), 0);
	for (size_t i = 0; i < sizeof(meta_cases) / sizeof(meta_cases[0]); i++) {
		struct splice_code code = compile(meta_cases[i].filter, &world.types);

		cr_expect_eq(run_filter(map, &code, given), meta_cases[i].matches, "%s",
			     meta_cases[i].filter);
		splice_code_fini(&code);
	}
	meta_btf_fini(&world);
	close(map);
}

Test(meta_kernel, address_as_number)
{
	run_cases(AS_NUMBER);
}

Test(meta_kernel, address_as_pointer)
{
	run_cases(AS_POINTER);
}

Test(meta_kernel, long_filter)
{
	static const char term[] = "(sk_buff.dev.name != 'eth0' or sk_buff.run3 == 3) or ";
	char *text = malloc(400 * sizeof(term) + 20);
	struct splice_code code;
	struct meta_btf world;
	int map = make_map(META_MEMORY + 8);

	cr_assert(text);
	*text = '\0';
	for (size_t i = 0; i < 400; i++)
		memcpy(text + i * (sizeof(term) - 1), term, sizeof(term));
	memcpy(text + 400 * (sizeof(term) - 1), "sk_buff.on == 0", 16);
	meta_btf_init(&world);
	code = compile(text, &world.types);
	cr_expect_eq(run_filter(map, &code, AS_NUMBER), 1);
	splice_code_fini(&code);
	meta_btf_fini(&world);
	free(text);
	close(map);
}

/* --- the kernel's own types -------------------------------------------------- */

static struct btf *kernel_types(void)
{
	struct btf *btf = btf__load_vmlinux_btf();

	if (!btf)
		cr_skip("this kernel has no BTF\n");
	return btf;
}

static struct btf *nf_conntrack(void *data, size_t n)
{
	struct btf **btf = data;

	return n ? NULL : *btf;
}

static const char *const real_filters[] = {
	"sk_buff.mark",
	"sk_buff.l4_hash",
	"sk_buff.pkt_type == 4",
	"sk_buff.pkt_type:3",
	"sk_buff.offload_fwd_mark or sk_buff.protocol == 8",
	"sk_buff.dev.name == 'lo' and sk_buff.len > 14",
	"sk_buff.dev.ifindex >= 1 or sk_buff.skb_iif == -1",
	"sk_buff.dev.nd_net.net.ns.inum == 4026531840",
	"sk_buff.sk.__sk_common.skc_family == 2",
	"sk_buff.sk.sk_socket.type == 1",
	"sk_buff.cb == 'x'",
	"sk_buff.data != 'x'",
	"sk_buff.dev.operstate > 2",
	"sk_buff._skb_refdst:~0x1:dst_entry.dev.name == 'eth0'",
	"sk_buff._skb_refdst:~0x1:rtable.rt_type == 2",
	"sk_buff.dev.type == 772 && sk_buff.dev.reg_state == 1",
};

static int load_typed(const struct splice_code *filter, int tracepoint)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_RAW_TP,
		    .attach_btf_id = (uint32_t)tracepoint, .log_buf = verifier_log,
		    .log_size = sizeof(verifier_log), .log_level = 1);
	struct bpf_insn program[] = { INSN_LOAD(BPF_REG_1, BPF_REG_1, 0),
				      INSN_CALL(BPF_PSEUDO_CALL, 0), INSN_MOV(BPF_REG_0, 0),
				      INSN_EXIT() };

	return load(program, 4, filter, BPF_PROG_TYPE_TRACING, &opts);
}

Test(meta_kernel, typed_pointers)
{
	struct btf *btf = kernel_types();
	struct meta_types types = { .kernel = btf };
	int tracepoint = btf__find_by_name_kind(btf, "btf_trace_kfree_skb", BTF_KIND_TYPEDEF);
	size_t loaded = 0;

	cr_assert_gt(tracepoint, 0);
	for (size_t i = 0; i < sizeof(real_filters) / sizeof(real_filters[0]); i++) {
		struct splice_code code = { 0 };
		struct meta_why why = { 0 };
		int fd;

		if (meta_filter_compile(real_filters[i], &types, &code, &why))
			continue;
		fd = load_typed(&code, tracepoint);
		skip_without(fd, "loading programs");
		cr_expect_geq(fd, 0, "%s: %s\n%s", real_filters[i], strerror(-fd), verifier_log);
		close(fd);
		loaded++;
		splice_code_fini(&code);
	}
	/* Not all kernels have all members. */
	cr_expect_geq(loaded, 14);
	btf__free(btf);
}

Test(meta_kernel, types_of_a_module)
{
	struct btf *btf = kernel_types();
	struct btf *module = NULL;
	struct meta_types types = { btf, nf_conntrack, &module };
	int tracepoint = btf__find_by_name_kind(btf, "btf_trace_kfree_skb", BTF_KIND_TYPEDEF);
	struct splice_code code;
	int fd;

	if (!access("/sys/kernel/btf/nf_conntrack", R_OK))
		module = btf__load_module_btf("nf_conntrack", btf);
	if (!module)
		cr_skip("nf_conntrack is no module here, or not loaded\n");
	code = compile("sk_buff._nfct:~0x7:nf_conn.ct_net.net.ns.inum", &types);
	fd = load_typed(&code, tracepoint);
	skip_without(fd, "loading programs");
	cr_expect_geq(fd, 0, "%s\n%s", strerror(-fd), verifier_log);
	close(fd);
	splice_code_fini(&code);
	btf__free(module);
	btf__free(btf);
}

/* --- real packets ------------------------------------------------------------ */

/* Counts in MAP the packets that FILTER matches. */
static int attach_counter(int map, const struct splice_code *filter)
{
	struct bpf_insn program[] = {
		INSN_LOAD(BPF_REG_1, BPF_REG_1, 0),
		INSN_CALL(BPF_PSEUDO_CALL, 0),
		INSN_IMM64(BPF_REG_1, BPF_PSEUDO_MAP_VALUE, map),
		INSN(BPF_STX | BPF_ATOMIC | BPF_DW, BPF_REG_1, BPF_REG_0, 0, BPF_ADD),
		INSN_MOV(BPF_REG_0, 0),
		INSN_EXIT(),
	};
	int fd = load_raw(program, 7, filter);
	int link = bpf_raw_tracepoint_open("net_dev_queue", fd);

	close(fd);
	if (link == -ENOENT)
		cr_skip("raw tracepoints can't be attached here\n");
	skip_without(link, "attaching");
	cr_assert_geq(link, 0, "attach: %s", strerror(-link));
	return link;
}

/* Tests run at the same time, in processes of their own. */
static uint32_t own_mark(void)
{
	return (uint32_t)getpid() | 0x80000000;
}

static void send_packets(void)
{
	uint32_t mark = own_mark();
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(9),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	cr_assert_geq(fd, 0);
	if (setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark)))
		cr_skip("packets may not be marked here\n");
	for (int i = 0; i < PACKETS; i++)
		if (sendto(fd, "0123456789", 10, 0, (struct sockaddr *)&to, sizeof(to)) < 0 &&
		    errno != ECONNREFUSED)
			cr_skip("no packets on the loopback device\n");
	close(fd);
}

static uint64_t count(const char *text, const struct meta_types *types)
{
	struct splice_code code = compile(text, types);
	int map = make_map(8);
	int link = attach_counter(map, &code);
	uint64_t n = 0;

	send_packets();
	close(link);
	cr_assert_eq(bpf_map_lookup_elem(map, &(int){ 0 }, &n), 0);
	splice_code_fini(&code);
	close(map);
	return n;
}

Test(meta_kernel, packets_of_this_test)
{
	struct btf *btf = kernel_types();
	struct meta_types types = { .kernel = btf };
	static const struct {
		const char *rest;
		unsigned int n;
	} cases[] = {
		{ "", PACKETS },
		{ " and sk_buff.dev.name == 'lo'", PACKETS },
		{ " and sk_buff.dev.name != 'lo'", 0 },
		{ " and sk_buff.len > 37 and sk_buff.len < 53", PACKETS },
		{ " and sk_buff.sk.__sk_common.skc_family == 2", PACKETS },
		{ " and sk_buff.sk.__sk_common.skc_family:1", 0 },
		{ " and sk_buff.dev.ifindex == 1 and sk_buff.sk.sk_type == 2", PACKETS },
		{ " and sk_buff.sk.sk_type != 2", 0 },
		{ " and sk_buff.nohdr == 1", 0 },
		{ " and sk_buff._nfct:~0x0:net.ns.inum != 1", 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[200];

		snprintf(text, sizeof(text), "sk_buff.mark == %u%s", own_mark(), cases[i].rest);
		cr_expect_eq(count(text, &types), cases[i].n, "%s", text);
	}
	btf__free(btf);
}

/* As /proc tells it, "net:[4026531840]". */
Test(meta_kernel, network_namespace)
{
	struct btf *btf = kernel_types();
	struct meta_types types = { .kernel = btf };
	char name[64] = "", text[200];
	ssize_t n = readlink("/proc/self/ns/net", name, sizeof(name) - 1);

	cr_assert(n > 6 && name[n - 1] == ']');
	name[n - 1] = '\0';
	snprintf(text, sizeof(text), "sk_buff.mark == %u and sk_buff.dev.nd_net.net.ns.inum == %s",
		 own_mark(), name + 5);
	cr_expect_eq(count(text, &types), PACKETS, "%s", text);
	btf__free(btf);
}
