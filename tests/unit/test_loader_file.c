/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that must not get as far as dlopen(), and what is said about them. */
#include <elf.h>

#include "tests/unit/plugin_build.h"

TestSuite(loader_file, .init = setup, .fini = teardown, .timeout = 120);

static size_t read_file(const char *name, char *data, size_t size)
{
	FILE *f = fopen(path_of(dir, name), "r");
	size_t n;

	cr_assert(f);
	n = fread(data, 1, size, f);
	cr_assert(n < size);
	fclose(f);
	return n;
}

Test(loader_file, file_that_others_can_write)
{
	if (geteuid())
		cr_skip_test("only root is protected");
	compile(dir, "open.so", PLUGIN(HEAD("open", "1")));
	chmod(path_of(dir, "open.so"), 0664);
	EXPECT_REFUSED("open.so", "can write to this file: use chmod go-w");
}

Test(loader_file, directory_that_others_can_write)
{
	if (geteuid())
		cr_skip_test("only root is protected");
	compile(dir, "open.so", PLUGIN(HEAD("open", "1")));
	chmod(dir, 0777);
	EXPECT_REFUSED(dir, "can write to this directory: use chmod go-w");
}

Test(loader_file, file_of_somebody_else)
{
	if (geteuid())
		cr_skip_test("only root is protected");
	compile(dir, "foreign.so", PLUGIN(HEAD("foreign", "1")));
	cr_assert_eq(chown(path_of(dir, "foreign.so"), 12345, 0), 0);
	EXPECT_REFUSED("foreign.so", "belongs to user 12345");
}

static char elf[1 << 20];

Test(loader_file, truncated)
{
	size_t size, step;

	compile(dir, "whole.so", PLUGIN(HEAD("whole", "1")));
	size = read_file("whole.so", elf, sizeof(elf));
	unlink(path_of(dir, "whole.so"));
	step = size / 60;
	for (size_t n = 0; n < size; n += n < 130 ? 7 : step) {
		write_file(dir, "cut.so", elf, n);
		cr_assert_eq(load(), 0);
		cr_expect_eq(plugins.n, 0, "cut to %zu bytes", n);
		cr_expect_eq(plugins.n_refused, 1);
		plugins_fini(&plugins);
	}
	write_file(dir, "cut.so", elf, size - 1);
	EXPECT_REFUSED("cut.so", "truncated");
}

/* Without a table of sections only the segments tell. */
Test(loader_file, truncated_and_stripped)
{
	Elf64_Ehdr *h = (void *)elf;
	size_t size;

	compile(dir, "cut.so", PLUGIN(HEAD("whole", "1")));
	size = read_file("cut.so", elf, sizeof(elf));
	h->e_shoff = 0;
	h->e_shnum = 0;
	write_file(dir, "cut.so", elf, size / 2);
	EXPECT_REFUSED("cut.so", "truncated");
}

static void patch(const char *name, size_t at, unsigned char value)
{
	size_t size = read_file(name, elf, sizeof(elf));

	elf[at] = (char)value;
	write_file(dir, name, elf, size);
}

Test(loader_file, other_machine)
{
	compile(dir, "arm.so", PLUGIN(HEAD("arm", "1")));
	patch("arm.so", offsetof(Elf64_Ehdr, e_machine), EM_S390);
	EXPECT_REFUSED("arm.so", "built for another kind of machine (ELF machine 22");
}

Test(loader_file, other_class)
{
	compile(dir, "c32.so", PLUGIN(HEAD("c32", "1")));
	patch("c32.so", EI_CLASS, ELFCLASS32);
	EXPECT_REFUSED("c32.so", "built for another kind of machine");
}

Test(loader_file, not_a_shared_object)
{
	compile(dir, "exec.so", PLUGIN(HEAD("exec", "1")));
	patch("exec.so", offsetof(Elf64_Ehdr, e_type), ET_EXEC);
	EXPECT_REFUSED("exec.so", "an ELF file, but not a shared object");
}

Test(loader_file, damaged_headers)
{
	size_t size;

	compile(dir, "some.so", PLUGIN(HEAD("some", "1")));
	size = read_file("some.so", elf, sizeof(elf));
	/* Any result will do; it must come back. */
	for (size_t at = offsetof(Elf64_Ehdr, e_phoff); at < sizeof(Elf64_Ehdr); at++) {
		char byte = elf[at];

		elf[at] = (char)0xff;
		write_file(dir, "some.so", elf, size);
		elf[at] = byte;
		cr_assert_eq(load(), 0);
		plugins_fini(&plugins);
	}
}

Test(loader_file, text_file)
{
	static const char text[] = "#!/bin/sh\n# This is long enough to be an ELF header, but is "
				   "none at all.\nexit 0\n";

	write_file(dir, "text.so", text, sizeof(text) - 1);
	EXPECT_REFUSED("text.so", "not a shared object (no ELF file)");
}

Test(loader_file, directory_called_so)
{
	cr_assert_eq(mkdir(path_of(dir, "folder.so"), 0755), 0);
	EXPECT_REFUSED("folder.so", "not a regular file");
}

Test(loader_file, fifo_called_so)
{
	cr_assert_eq(mkfifo(path_of(dir, "fifo.so"), 0644), 0);
	EXPECT_REFUSED("fifo.so", "not a regular file");
}

Test(loader_file, dangling_link)
{
	cr_assert_eq(symlink("nowhere", path_of(dir, "link.so")), 0);
	EXPECT_REFUSED("link.so", "can't be opened: No such file");
}
