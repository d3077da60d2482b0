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

Test(loader_file, folder_above_that_others_can_write)
{
	char inner[2 * PATH_MAX];

	if (geteuid())
		cr_skip_test("only root is protected");
	snprintf(inner, sizeof(inner), "%s", path_of(dir, "inner"));
	cr_assert_eq(mkdir(inner, 0755), 0);
	compile(inner, "safe.so", PLUGIN(HEAD("safe", "1")));
	chmod(dir, 0777);
	memcpy(dir, inner, strlen(inner) + 1);
	EXPECT_REFUSED(dir, "the folder above: use chmod go-w");
	/* For the end of the test. */
	*strrchr(dir, '/') = '\0';
}

/* Where its library is. */
static const char *library_folder(void)
{
	static char folder[PATH_MAX + 8];

	snprintf(folder, sizeof(folder), "%s/lib", other);
	return folder;
}

/* dir/needy.so, which names libneeded.so.1 by the linker's OPTION and looks for it in FOLDER. */
static void compile_naming(const char *option, const char *folder)
{
	char command[6 * PATH_MAX];
	FILE *gcc;

	cr_assert_eq(mkdir(library_folder(), 0755), 0);
	snprintf(command, sizeof(command),
		 "cd '%s' && echo 'int needed;' | gcc -shared -fPIC -x c - -o libneeded.so.1 && "
		 "chmod 644 libneeded.so.1",
		 library_folder());
	cr_assert_eq(system(command), 0);
	snprintf(command, sizeof(command),
		 "gcc -shared -fPIC -fvisibility=hidden -Iinclude -x c -o '%s/needy.so' - "
		 "-Wl,--no-as-needed -L'%s' %slibneeded.so.1 -Wl,-rpath,'%s' && "
		 "chmod 644 '%s/needy.so'",
		 dir, library_folder(), option, folder, dir);
	gcc = popen(command, "w");
	cr_assert(gcc);
	fprintf(gcc, "#include <retis/plugin.h>\n%s", PLUGIN(HEAD("needy", "1")));
	cr_assert_eq(pclose(gcc), 0);
}

static void compile_needy(const char *folder)
{
	compile_naming("-l:", folder);
}

Test(loader_file, library_out_of_reach)
{
	if (geteuid())
		cr_skip_test("only root is protected");
	compile_needy(library_folder());
	load();
	cr_assert_eq(plugins.n, 1, "%s", plugins.n_refused ? plugins.refused[0].reason : "");
}

Test(loader_file, library_that_others_can_write)
{
	if (geteuid())
		cr_skip_test("only root is protected");
	compile_needy(library_folder());
	chmod(path_of(library_folder(), "libneeded.so.1"), 0666);
	EXPECT_REFUSED("needy.so", "its library libneeded.so.1: others than its owner can write");
}

/* A filter has its symbols in another library, which is loaded with it. */
Test(loader_file, filtered_library_that_others_can_write)
{
	if (geteuid())
		cr_skip_test("only root is protected");
	compile_naming("-Wl,--filter,", library_folder());
	chmod(path_of(library_folder(), "libneeded.so.1"), 0666);
	EXPECT_REFUSED("needy.so", "its library libneeded.so.1: others than its owner can write");
}

Test(loader_file, auxiliary_library_that_others_can_write)
{
	if (geteuid())
		cr_skip_test("only root is protected");
	compile_naming("-Wl,--auxiliary,", library_folder());
	chmod(path_of(library_folder(), "libneeded.so.1"), 0666);
	EXPECT_REFUSED("needy.so", "its library libneeded.so.1: others than its owner can write");
}

Test(loader_file, library_that_audits)
{
	if (geteuid())
		cr_skip_test("only root is protected");
	compile_naming("-Wl,--audit,", library_folder());
	EXPECT_REFUSED("needy.so", "it names a library to audit the linking");
}

Test(loader_file, library_that_audits_libraries)
{
	if (geteuid())
		cr_skip_test("only root is protected");
	compile_naming("-Wl,--depaudit,", library_folder());
	EXPECT_REFUSED("needy.so", "it names a library to audit the linking");
}

Test(loader_file, library_in_a_folder_that_others_can_write)
{
	if (geteuid())
		cr_skip_test("only root is protected");
	compile_needy(library_folder());
	chmod(library_folder(), 0777);
	EXPECT_REFUSED("needy.so", "its library libneeded.so.1: others than its owner can write");
}

Test(loader_file, library_in_a_folder_that_others_can_make)
{
	if (geteuid())
		cr_skip_test("only root is protected");
	compile_needy("/tmp/retis-nowhere/lib");
	EXPECT_REFUSED("needy.so", "its library libneeded.so.1: others than its owner can write");
}

Test(loader_file, library_wherever_we_are)
{
	if (geteuid())
		cr_skip_test("only root is protected");
	compile_needy("lib");
	EXPECT_REFUSED("needy.so", "it is looked for in 'lib'");
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
