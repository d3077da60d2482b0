/* SPDX-License-Identifier: GPL-2.0-or-later */
/* usdt probes: notes of whatever file, arguments in the assembler's words, mappings. */
#include <criterion/criterion.h>
#include <elf.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <retis/bpf/ctx.h>

#include "core/probe/read_args.h"
#include "core/usdt/notes.h"
#include "core/usdt/usdt.h"
#include "core/util/insn.h"

/* --- arguments ---------------------------------------------------------------- */

static struct usdt_arg args[USDT_MAX_ARGS];

static void is_arg(unsigned int machine, const char *text, const struct usdt_arg *expected)
{
	cr_assert_eq(operand_parse_all(machine, text, args), 1, "%s", text);
	cr_expect_eq(args[0].kind, expected->kind, "%s", text);
	cr_expect_eq(args[0].size, expected->size, "%s", text);
	cr_expect_eq(args[0].is_signed, expected->is_signed, "%s", text);
	cr_expect_eq(args[0].skip, expected->skip, "%s", text);
	cr_expect_eq(args[0].shift, expected->shift, "%s", text);
	cr_expect_eq(args[0].base, expected->base, "%s: %d", text, args[0].base);
	cr_expect_eq(args[0].index, expected->index, "%s: %d", text, args[0].index);
	cr_expect_eq(args[0].value, expected->value, "%s", text);
}

/* Where in struct pt_regs. */
enum { RBP = 32, RBX = 40, RAX = 80, RCX = 88, RDI = 112, RSP = 152 };
#define NONE USDT_NO_REGISTER
/* Defaults come first. */
#pragma GCC diagnostic ignored "-Woverride-init"
#define ARG(...) (&(struct usdt_arg){ .base = NONE, .index = NONE, __VA_ARGS__ })

Test(usdt, operands_of_x86)
{
	const unsigned int m = EM_X86_64;

	is_arg(m, "-4@$-7", ARG(.kind = USDT_CONSTANT, .size = 4, .is_signed = true, .value = -7));
	is_arg(m, "8@$0xffffffffffffffff", ARG(.kind = USDT_CONSTANT, .size = 8, .value = -1));
	is_arg(m, "8@%rdi", ARG(.kind = USDT_REGISTER, .size = 8, .base = RDI));
	is_arg(m, "-4@%ebx", ARG(.kind = USDT_REGISTER, .size = 4, .is_signed = true, .base = RBX));
	is_arg(m, "1@%ah", ARG(.kind = USDT_REGISTER, .size = 1, .base = RAX, .skip = 8));
	is_arg(m, "2@%r15w", ARG(.kind = USDT_REGISTER, .size = 2, .base = 0));
	is_arg(m, "1@%sil", ARG(.kind = USDT_REGISTER, .size = 1, .base = 104));
	is_arg(m, " 8@-16(%rbp) ", ARG(.kind = USDT_MEMORY, .size = 8, .base = RBP, .value = -16));
	is_arg(m, "8@(%rsp)", ARG(.kind = USDT_MEMORY, .size = 8, .base = RSP));
	is_arg(m, "1@0x10(%rax,%rcx,8)",
	       ARG(.kind = USDT_MEMORY, .size = 1, .base = RAX, .index = RCX, .shift = 3,
		   .value = 16));
	is_arg(m, "8@(%rax,%rcx)", ARG(.kind = USDT_MEMORY, .size = 8, .base = RAX, .index = RCX));
	is_arg(m, "8@8(,%rcx,4)",
	       ARG(.kind = USDT_MEMORY, .size = 8, .index = RCX, .shift = 2, .value = 8));
}

Test(usdt, operands_of_arm64)
{
	const unsigned int m = EM_AARCH64;

	is_arg(m, "8@x0", ARG(.kind = USDT_REGISTER, .size = 8, .base = 0));
	is_arg(m, "-4@w30", ARG(.kind = USDT_REGISTER, .size = 4, .is_signed = true, .base = 240));
	is_arg(m, "-4@5", ARG(.kind = USDT_CONSTANT, .size = 4, .is_signed = true, .value = 5));
	is_arg(m, "8@[sp]", ARG(.kind = USDT_MEMORY, .size = 8, .base = 248));
	is_arg(m, "-8@[sp, 60]",
	       ARG(.kind = USDT_MEMORY, .size = 8, .is_signed = true, .base = 248, .value = 60));
	is_arg(m, "8@[x1, #-16]", ARG(.kind = USDT_MEMORY, .size = 8, .base = 8, .value = -16));
	is_arg(m, "8@[x1,x2]", ARG(.kind = USDT_MEMORY, .size = 8, .base = 8, .index = 16));
	is_arg(m, "4@wzr", ARG(.kind = USDT_CONSTANT, .size = 4));
}

Test(usdt, operands_that_cant_be_read)
{
	static const char *const x86[] = {
		"8@%xmm0",
		"8f@%xmm1",
		"4@symbol(%rip)",
		"8@%ax",
		"3@%rax",
		"-0@%rax",
		"@%rax",
		"%rax",
		"8@",
		"8@$",
		"8@$x",
		"8@$5x",
		"8@()",
		"8@(",
		"8@)",
		"8@8",
		"8@(%eax)",
		"8@(%rax,%rcx,3)",
		"8@(%rax,%rcx,16)",
		"8@(%rax,%rcx,8,)",
		"8@(%rax)x",
		"8@$99999999999999999999",
		"8@%",
		"99999999999999999999@%rax",
		"8@(%rax",
		"8@%fs:0(%rax)",
	};
	static const char *const arm64[] = { "8@x31", "8@x",	"8@[",	     "8@[]",	    "8@]",
					     "8@[x1", "8@[w1]", "8@[x1,w2]", "8@[x1, lsl]", "8@w1",
					     "8@d0",  "8@x1x",	"8@[x1, 8]!" };

	for (size_t i = 0; i < sizeof(x86) / sizeof(x86[0]); i++)
		is_arg(EM_X86_64, x86[i], ARG(.kind = USDT_UNKNOWN));
	for (size_t i = 0; i < sizeof(arm64) / sizeof(arm64[0]); i++)
		is_arg(EM_AARCH64, arm64[i], ARG(.kind = USDT_UNKNOWN));
	is_arg(EM_PPC64, "8@%rax", ARG(.kind = USDT_UNKNOWN));
}

Test(usdt, several_arguments)
{
	char many[1024] = "";

	cr_assert_eq(operand_parse_all(EM_X86_64, "", args), 0);
	cr_assert_eq(operand_parse_all(EM_X86_64, "  ", args), 0);
	cr_assert_eq(operand_parse_all(EM_X86_64, "8@%rdi  -4@$1\t8@(%rax)", args), 3);
	cr_assert_eq(args[2].kind, USDT_MEMORY);
	cr_assert_eq(operand_parse_all(EM_AARCH64, "8@[sp, 8] 4@w1", args), 2);
	cr_assert_eq(args[1].base, 8);
	for (int i = 0; i < 20; i++)
		strcat(many, "8@%rdi ");
	cr_assert_eq(operand_parse_all(EM_X86_64, many, args), USDT_MAX_ARGS);
	memset(many, '8', sizeof(many) - 1);
	cr_assert_eq(operand_parse_all(EM_X86_64, many, args), 1);
	cr_assert_eq(args[0].kind, USDT_UNKNOWN);
	cr_assert_str_eq(operand_type(&args[0]), "?");
}

/* --- code ---------------------------------------------------------------------- */

/* Every argument that is wanted is stored at its place, and no other. */
Test(usdt, code_stores_what_is_wanted)
{
	const int16_t first = offsetof(struct retis_ctx, args);
	struct splice_code code;
	uint32_t stored = 0;
	unsigned int n = 0;

	for (size_t i = 0; i < USDT_MAX_ARGS; i++)
		args[i] = *ARG(.kind = USDT_MEMORY, .size = 1, .is_signed = true, .base = RAX,
			       .index = RCX, .shift = 3, .value = INT64_MIN);
	cr_assert_eq(read_args_build(args, 0xffff, &code), 0);
	for (size_t i = 0; i < code.count; i++)
		n += code.insns[i].code == INSN_CALL_CODE;
	cr_assert_eq(n, USDT_MAX_ARGS);
	splice_code_fini(&code);
	args[2].kind = USDT_UNKNOWN;
	cr_assert_eq(read_args_build(args, 1 << 0 | 1 << 2 | 1 << 3, &code), 0);
	for (size_t i = 0; i < code.count; i++)
		if (code.insns[i].code == (BPF_STX | BPF_MEM | BPF_DW))
			stored |= 1u << (code.insns[i].off - first) / 8;
	cr_assert_eq(stored, 1 << 0 | 1 << 3);
	splice_code_fini(&code);
}

/* --- notes --------------------------------------------------------------------- */

/* A program of 4 KiB: code and data are at 0x400000 and 0x500000, and in the file at 0x200
 * and 0x300. */
struct image {
	Elf64_Ehdr header;
	Elf64_Phdr segments[2];
	Elf64_Shdr sections[4];
	char names[64];
	_Alignas(4) char notes[256];
	char rest[256];
};

static struct image image;
static size_t notes_size;

static void add_note(uint64_t address, uint64_t base, uint64_t semaphore, const char *strings,
		     size_t length)
{
	const Elf64_Nhdr header = { 8, (Elf64_Word)(24 + length), 3 };
	const uint64_t numbers[] = { address, base, semaphore };
	char *at = image.notes + notes_size;

	memcpy(at, &header, sizeof(header));
	memcpy(at + 12, "stapsdt", 8);
	memcpy(at + 20, numbers, sizeof(numbers));
	memcpy(at + 44, strings, length);
	notes_size += (44 + length + 3) & ~(size_t)3;
	image.sections[1].sh_size = notes_size;
}
#define ADD_NOTE(ADDRESS, BASE, SEMAPHORE, STRINGS) \
	add_note(ADDRESS, BASE, SEMAPHORE, STRINGS, sizeof(STRINGS))

static void make_image(void)
{
	notes_size = 0;
	image = (struct image){
		.header = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB },
			    .e_type = ET_EXEC,
#if defined(__x86_64__)
			    .e_machine = EM_X86_64,
#else
			    .e_machine = EM_AARCH64,
#endif
			    .e_phoff = offsetof(struct image, segments),
			    .e_shoff = offsetof(struct image, sections),
			    .e_phentsize = sizeof(Elf64_Phdr),
			    .e_phnum = 2,
			    .e_shentsize = sizeof(Elf64_Shdr),
			    .e_shnum = 4,
			    .e_shstrndx = 3 },
		.segments = { { .p_type = PT_LOAD,
				.p_flags = PF_R | PF_X,
				.p_vaddr = 0x400000,
				.p_offset = 0x200,
				.p_filesz = 0x100 },
			      { .p_type = PT_LOAD,
				.p_flags = PF_R | PF_W,
				.p_vaddr = 0x500000,
				.p_offset = 0x300,
				.p_filesz = 0x40 } },
		.sections = { { .sh_name = 0 },
			      { .sh_name = 1, .sh_offset = offsetof(struct image, notes) },
			      { .sh_name = 15, .sh_addr = 0x600000 },
			      { .sh_name = 29,
				.sh_offset = offsetof(struct image, names),
				.sh_size = sizeof(image.names) } },
		.names = "\0.note.stapsdt\0.stapsdt.base\0.shstrtab",
	};
}

static struct {
	unsigned int n;
	uint64_t offset, semaphore;
	char text[64];
} seen;

static int see(void *arg, unsigned int machine, const struct note *note)
{
	(void)arg;
	(void)machine;
	seen.n++;
	seen.offset = note->offset;
	seen.semaphore = note->semaphore;
	snprintf(seen.text, sizeof(seen.text), "%s|%s|%s", note->provider, note->name, note->args);
	return 0;
}

static int read_bytes(const void *data, size_t size)
{
	int err, fd = memfd_create("image", MFD_CLOEXEC);

	memset(&seen, 0, sizeof(seen));
	cr_assert_eq(write(fd, data, size), (ssize_t)size);
	err = notes_read(fd, see, NULL);
	close(fd);
	return err;
}

static int read_image(void)
{
	return read_bytes(&image, sizeof(image));
}

Test(usdt, note_and_its_place, .init = make_image)
{
	ADD_NOTE(0x400010, 0, 0x500002, "p\0n\0008@%rdi");
	cr_assert_eq(read_image(), 0);
	cr_assert_eq(seen.n, 1);
	cr_assert_str_eq(seen.text, "p|n|8@%rdi");
	cr_assert_eq(seen.offset, 0x210);
	cr_assert_eq(seen.semaphore, 0x302);
}

/* It was linked when .stapsdt.base was 0x1000 below. */
Test(usdt, moved_after_linking, .init = make_image)
{
	ADD_NOTE(0x3ff010, 0x5ff000, 0x4ff002, "p\0n\0");
	cr_assert_eq(read_image(), 0);
	cr_assert_eq(seen.offset, 0x210);
	cr_assert_eq(seen.semaphore, 0x302);
}

Test(usdt, notes_that_are_none, .init = make_image)
{
	ADD_NOTE(0x400100, 0, 0, "behind\0the code\0");
	ADD_NOTE(0x500000, 0, 0, "in\0data\0");
	ADD_NOTE(0x400000, 0, 0x400000, "no\0semaphore\0");
	add_note(0x400000, 0, 0, "not\0terminated\0x", 16);
	ADD_NOTE(0x400000, 0, 0, "\0nameless\0");
	cr_assert_eq(read_image(), 0);
	cr_assert_eq(seen.n, 0, "%s", seen.text);
}

Test(usdt, files_that_are_no_programs, .init = make_image)
{
	cr_assert_eq(read_bytes("", 0), -ENOEXEC);
	cr_assert_eq(read_bytes("#!/bin/sh\n", 10), -ENOEXEC);
	cr_assert_eq(read_bytes(&image, 100), -EBADMSG);
	image.header.e_ident[EI_CLASS] = ELFCLASS32;
	cr_assert_eq(read_image(), -ENOEXEC);
	make_image();
	image.header.e_machine = EM_68K;
	cr_assert_eq(read_image(), -ENOEXEC);
	make_image();
	image.sections[1].sh_size = UINT64_MAX;
	cr_assert_eq(read_image(), -EBADMSG);
	make_image();
	image.header.e_shoff = UINT64_MAX - 8;
	cr_assert_eq(read_image(), -EBADMSG);
	make_image();
	image.header.e_shnum = 0;
	cr_assert_eq(read_image(), 0);
}

/* Whatever a byte is, and wherever the file ends: no harm. */
Test(usdt, damaged_files, .init = make_image)
{
	static const uint8_t values[] = { 0, 1, 0x7f, 0x80, 0xff };
	uint8_t *bytes = (uint8_t *)&image;

	ADD_NOTE(0x400010, 0, 0x500002, "p\0n\0008@%rdi");
	ADD_NOTE(0x400011, 0, 0, "p\0m\0");
	for (size_t at = 0; at < offsetof(struct image, rest); at++) {
		uint8_t saved = bytes[at];

		for (size_t i = 0; i < sizeof(values); i++) {
			bytes[at] = values[i];
			read_image();
			cr_assert(seen.n <= 2);
		}
		bytes[at] = saved;
		read_bytes(bytes, at);
		cr_assert(seen.n <= 2);
	}
}

/* --- mappings ------------------------------------------------------------------ */

static bool parse_mapping(const char *text, struct mapping *m)
{
	static char line[256];

	snprintf(line, sizeof(line), "%s", text);
	return mapping_parse(line, m);
}

Test(usdt, mappings_of_code)
{
	struct mapping m;

	cr_assert(parse_mapping("55d0-55f0 r-xp 00001000 fd:01 1234      /usr/bin/a b (deleted)",
				&m));
	cr_assert_eq(m.start, 0x55d0);
	cr_assert_eq(m.end, 0x55f0);
	cr_assert_eq(m.offset, 0x1000);
	cr_assert_eq(m.inode, 1234);
	cr_assert_str_eq(m.path, "/usr/bin/a b (deleted)");
	cr_assert_not(parse_mapping("55d0-55f0 rw-p 00001000 fd:01 1234 /usr/bin/a", &m));
	cr_assert_not(parse_mapping("55d0-55f0 r-xp 00000000 00:00 0    [vdso]", &m));
	cr_assert_not(parse_mapping("55d0-55f0 r-xp 00000000 00:00 0 ", &m));
	cr_assert_not(parse_mapping("55d0-55f0 r-xp 00000000 00:00 17 anon_inode:x", &m));
	cr_assert_not(parse_mapping("", &m));
}
