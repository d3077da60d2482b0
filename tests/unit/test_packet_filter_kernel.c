/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packet filters in the running kernel: does the verifier take them, and do they
 * say what libpcap's interpreter says? The packet is in an array map, whose
 * address the subprogram gets as it would get that of a packet.
 */
#include <bpf/bpf.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cbpf_run.h"
#include "core/filter/packet.h"
#include "filter_data.h"

#define PACKET_MAX 1024

/* The value of the map. */
struct arena {
	/* Its own address, put there by the program to forget that it is one. */
	uint64_t self;
	/* What to add to it. */
	uint64_t offset;
	uint32_t size;
	uint32_t length;
	unsigned char packet[PACKET_MAX];
};

struct kernel {
	int map;
	struct arena *arena;
	/* The program that is loaded. */
	int prog;
	/* Instructions the verifier looked at. */
	unsigned long verified;
};

static void open_kernel(struct kernel *k)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);

	k->map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "packet", 4, sizeof(struct arena), 1, &opts);
	if (k->map == -EPERM)
		cr_skip("bpf() is not permitted here\n");
	cr_assert_geq(k->map, 0, "map: %s", strerror(-k->map));
	k->arena = mmap(NULL, sizeof(struct arena), PROT_READ | PROT_WRITE, MAP_SHARED, k->map, 0);
	cr_assert_neq(k->arena, MAP_FAILED);
}

static void close_kernel(struct kernel *k)
{
	munmap(k->arena, sizeof(struct arena));
	close(k->map);
}

static int load_code(struct bpf_insn *insns, size_t n, char *log, size_t log_size)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .log_buf = log, .log_size = log_size, .log_level = 4);
	int fd = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "packet_filter", "GPL", insns, n,
			       &opts);

	if (fd < 0 && fd != -EPERM) {
		opts.log_level = 1;
		fd = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "packet_filter", "GPL", insns, n,
				   &opts);
	}
	return fd;
}

/* A main program that calls CODE. */
static void load(struct kernel *k, const char *text, const struct splice_code *code)
{
	static char log[1 << 20];
	const struct bpf_insn head[] = {
		INSN_IMM64(BPF_REG_6, BPF_PSEUDO_MAP_VALUE, k->map),
		INSN_STORE(BPF_REG_6, offsetof(struct arena, self), BPF_REG_6),
		INSN_LOAD(BPF_REG_1, BPF_REG_6, offsetof(struct arena, self)),
		INSN_LOAD(BPF_REG_2, BPF_REG_6, offsetof(struct arena, offset)),
		INSN_ADD_REG(BPF_REG_1, BPF_REG_2),
		INSN_LOAD_SIZE(BPF_W, BPF_REG_2, BPF_REG_6, offsetof(struct arena, size)),
		INSN_LOAD_SIZE(BPF_W, BPF_REG_3, BPF_REG_6, offsetof(struct arena, length)),
		INSN_CALL(BPF_PSEUDO_CALL, 1),
		INSN_EXIT(),
	};
	size_t n = sizeof(head) / sizeof(*head);
	struct bpf_insn *insns = malloc(sizeof(head) + code->count * sizeof(*insns));
	const char *processed;

	cr_assert(insns);
	memcpy(insns, head, sizeof(head));
	memcpy(insns + n, code->insns, code->count * sizeof(*insns));
	log[0] = 0;
	k->prog = load_code(insns, n + code->count, log, sizeof(log));
	free(insns);
	if (k->prog == -EPERM)
		cr_skip("programs may not be loaded here\n");
	cr_assert_geq(k->prog, 0, "'%.200s': %s\n%s", text, strerror(-k->prog),
		      log + (strlen(log) > 3000 ? strlen(log) - 3000 : 0));
	processed = strstr(log, "processed ");
	k->verified = processed ? strtoul(processed + 10, NULL, 10) : 0;
}

static int run_kernel(struct kernel *k, const struct run_packet *packet, uint64_t offset)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	int err;

	cr_assert_leq(packet->size, PACKET_MAX);
	k->arena->offset = offset;
	k->arena->size = packet->size;
	k->arena->length = packet->length;
	memcpy(k->arena->packet, packet->data, packet->size);
	err = bpf_prog_test_run_opts(k->prog, &opts);
	cr_assert_eq(err, 0, "run: %s", strerror(-err));
	return opts.retval;
}

static void compare_runs(struct kernel *k, const char *text, const struct sock_filter *program,
			 const struct run_packet *packet)
{
	int want = bpf_filter(program, packet->data, packet->length, packet->size) != 0;
	int got = run_kernel(k, packet, offsetof(struct arena, packet));

	cr_assert_eq(got, want, "'%.200s', %u of %u bytes: %d", text, packet->size, packet->length,
		     got);
}

/* Each packet whole, and cut in a few places. */
static void compare_half(struct kernel *k, const char *text, const struct splice_code *code,
			 enum pcap_text_link link, const struct frames *frames)
{
	size_t header = link == PCAP_TEXT_IP ? ETHERNET_HEADER : 0;
	size_t n;
	struct sock_filter *program = reference(text, link, &n);

	load(k, text, code);
	for (size_t i = 0; i < frames->n; i++) {
		const struct frame *f = &frames->list[i];
		uint32_t size = f->size > header ? f->size - header : 0;
		struct run_packet packet = { f->data + (size ? header : 0), size, size };

		compare_runs(k, text, program, &packet);
		packet.size = i * 7 % (size + 1);
		compare_runs(k, text, program, &packet);
	}
	close(k->prog);
	free(program);
}

static void compare_text(struct kernel *k, const char *text, const struct frames *frames)
{
	char why[PACKET_FILTER_WHY_SIZE] = "";
	struct packet_filter f;

	cr_assert_eq(packet_filter_compile(text, &f, why), 0, "'%s': %s", text, why);
	compare_half(k, text, &f.l2, PCAP_TEXT_ETHERNET, frames);
	if (!packet_filter_only_l2(&f))
		compare_half(k, text, &f.l3, PCAP_TEXT_IP, frames);
	cr_log_info("%zu instructions, verifier %lu: %.60s", f.l2.count, k->verified, text);
	packet_filter_fini(&f);
}

Test(packet_filter_kernel, as_libpcap)
{
	struct filter_lines filters;
	struct frames frames;
	struct kernel k;

	open_kernel(&k);
	read_frames(&frames);
	read_filters(&filters);
	for (size_t i = 0; i < filters.n; i++)
		compare_text(&k, filters.list[i].text, &frames);
	compare_text(&k, "", &frames);
	free_filters(&filters);
	free_frames(&frames);
	close_kernel(&k);
}

/* The verifier has limits of its own: on jumps it has not followed yet, and on what
 * it looks at in all. */
Test(packet_filter_kernel, long_texts, .timeout = 300)
{
	char *texts[] = {
		many_hosts(150, "host ", ""),
		many_hosts(120, "(host ", " and port 80)"),
		many_hosts(130, "(src host ", " and udp[4:2] > 11)"),
		many_hosts(520, "(host ", " and tcp port 443)"),
	};
	struct frames frames;
	struct kernel k;

	open_kernel(&k);
	read_frames(&frames);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		compare_text(&k, texts[i], &frames);
		free(texts[i]);
	}
	free_frames(&frames);
	close_kernel(&k);
}

/* As many branches as are accepted. */
Test(packet_filter_kernel, most_branches)
{
	enum { N = 8000 };
	struct sock_filter *program = calloc(N + 2, sizeof(*program));
	const struct run_packet packet = { (const unsigned char *)"", 0, 0 };
	char why[CBPF_WHY_SIZE];
	struct splice_code code;
	struct kernel k;

	cr_assert(program);
	/* Nothing the verifier could know. */
	program[0] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0);
	for (int i = 1; i < N; i++)
		program[i] =
			(struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1000 + i, 1, 0);
	program[N] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0);
	program[N + 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 1);
	cr_assert_eq(cbpf_translate(program, N + 2, 14, &code, why), 0, "%s", why);
	open_kernel(&k);
	load(&k, "branches", &code);
	cr_expect_eq(run_kernel(&k, &packet, 0), 0);
	close(k.prog);
	close_kernel(&k);
	splice_code_fini(&code);
	free(program);
}

/* What cannot be read does not match, whatever the length says. */
Test(packet_filter_kernel, bad_address)
{
	static const unsigned char data[64];
	const struct run_packet packet = { data, sizeof(data), sizeof(data) };
	const char *texts[] = { "ether[0] = 0", "ether[0] != 1", "ether[20] = 0 or ether[50] = 0" };
	char why[PACKET_FILTER_WHY_SIZE];
	struct kernel k;

	open_kernel(&k);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct packet_filter f;

		cr_assert_eq(packet_filter_compile(texts[i], &f, why), 0, "%s", why);
		load(&k, texts[i], &f.l2);
		cr_expect_eq(run_kernel(&k, &packet, offsetof(struct arena, packet)), 1);
		cr_expect_eq(run_kernel(&k, &packet, 1ull << 62), 0);
		close(k.prog);
		packet_filter_fini(&f);
	}
	close_kernel(&k);
}
