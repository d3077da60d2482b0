/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel's configuration from a file that the user names. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "core/kernel/kernel.h"

static const char config[] = "#\n# Linux/x86 6.1.0 Kernel Configuration\n#\nCONFIG_BUILT_IN=y\n"
			     "CONFIG_MODULE=m\n# CONFIG_OFF is not set\nCONFIG_NUMBER=12\n";

static struct kernel *k;
static char path[] = "/tmp/retis-test-config-XXXXXX";
static char why[128];

static void setup(void)
{
	int fd = mkstemp(path);

	cr_assert(fd >= 0);
	close(fd);
	k = kernel_new();
}

static void teardown(void)
{
	kernel_free(k);
	unlink(path);
}

TestSuite(config, .init = setup, .fini = teardown);

/* Mode "wT" of zlib writes plain text. */
static void store(const char *mode, const char *text, unsigned int times)
{
	gzFile file = gzopen(path, mode);

	for (unsigned int i = 0; i < times; i++)
		gzputs(file, text);
	gzclose(file);
}

static void expect_options(void)
{
	cr_assert_eq(kernel_use_config(k, path, why, sizeof(why)), 0, "%s", why);
	cr_assert_eq(kernel_has_config(k, "CONFIG_BUILT_IN"), 1);
	cr_assert_eq(kernel_has_config(k, "CONFIG_MODULE"), 1);
	cr_assert_eq(kernel_has_config(k, "CONFIG_OFF"), 0);
	cr_assert_eq(kernel_has_config(k, "CONFIG_BUILT"), 0);
	cr_assert_eq(kernel_has_config(k, "CONFIG_NOT_THERE"), 0);
}

static void refuse(const char *reason)
{
	cr_assert(kernel_use_config(k, path, why, sizeof(why)) < 0);
	cr_assert(strstr(why, reason), "'%s' is not in '%s'", reason, why);
}

Test(config, plain)
{
	store("wT", config, 1);
	expect_options();
}

Test(config, compressed)
{
	store("wb", config, 1);
	expect_options();
}

Test(config, larger_than_usual)
{
	store("wT", "# a comment that is as long as a line may be in such a file\n", 30000);
	store("aT", config, 1);
	expect_options();
}

Test(config, nothing_of_use)
{
	store("wT", "", 1);
	refuse("not the configuration of a kernel");
	store("wT", "root:x:0:0\n", 1);
	refuse("not the configuration of a kernel");
}

Test(config, cut_short)
{
	store("wb", config, 2000);
	cr_assert_eq(truncate(path, 200), 0);
	refuse("");
	cr_assert_neq(why[0], '\0');
}

Test(config, without_end)
{
	/* 64 MiB from a small file. */
	store("wb", "CONFIG_A=y\n# ..................................................\n", 1 << 20);
	refuse("too large");
}

Test(config, not_there)
{
	unlink(path);
	refuse("No such file or directory");
}

Test(config, a_folder)
{
	cr_assert(kernel_use_config(k, "/tmp", why, sizeof(why)) < 0);
	cr_assert(strstr(why, "Is a directory"), "%s", why);
}
