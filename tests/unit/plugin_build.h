/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plugins compiled by a test, into two directories, and loaded from there. */
#ifndef PLUGIN_BUILD_H
#define PLUGIN_BUILD_H

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/plugin/loader.h"
#include "core/util/log.h"

static char dir[PATH_MAX];
static char other[PATH_MAX];
static struct plugins plugins;

static void setup(void)
{
	snprintf(dir, sizeof(dir), "/tmp/retis-loader-XXXXXX");
	cr_assert(mkdtemp(dir));
	snprintf(other, sizeof(other), "/tmp/retis-loader-XXXXXX");
	cr_assert(mkdtemp(other));
	log_set_level(RETIS_LOG_ERROR);
}

static void remove_dir(const char *path)
{
	char command[PATH_MAX + 16];

	snprintf(command, sizeof(command), "rm -rf '%s'", path);
	cr_expect_eq(system(command), 0);
}

static void teardown(void)
{
	plugins_fini(&plugins);
	remove_dir(dir);
	remove_dir(other);
}

static const char *path_of(const char *where, const char *name)
{
	static char path[2 * PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", where, name);
	return path;
}

static void write_file(const char *where, const char *name, const void *data, size_t size)
{
	FILE *f = fopen(path_of(where, name), "w");

	cr_assert(f);
	cr_assert_eq(fwrite(data, 1, size, f), size);
	fclose(f);
}

/* Compiles CODE into WHERE/NAME. */
static void compile(const char *where, const char *name, const char *code)
{
	char command[4 * PATH_MAX];
	FILE *gcc;

	snprintf(command, sizeof(command),
		 "gcc -shared -fPIC -fvisibility=hidden -Iinclude -x c -o '%s/%s' - && "
		 "chmod 644 '%s/%s'",
		 where, name, where, name);
	gcc = popen(command, "w");
	cr_assert(gcc);
	fprintf(gcc, "#include <retis/plugin.h>\n%s", code);
	cr_assert_eq(pclose(gcc), 0);
}

#define HEAD(NAME, VERSION)                                                      \
	".abi_major = RETIS_ABI_MAJOR, .size = sizeof(struct retis_plugin), "    \
	".name = \"" NAME "\", .version = \"" VERSION "\", .license = \"MIT\", " \
	".summary = \"test\", "
#define PLUGIN(MEMBERS) "RETIS_EXPORT const struct retis_plugin retis_plugin = { " MEMBERS " };\n"

static int load(void)
{
	char *dirs[] = { dir, other };
	struct plugins_search search = { .dirs = dirs, .n_dirs = 2, .not_installed = true };

	return plugins_load(&plugins, &search);
}

/* Nothing is loaded, and the reason names FILE and says TEXT. */
#define EXPECT_REFUSED(FILE, TEXT)                                                               \
	do {                                                                                     \
		cr_assert_eq(load(), 0);                                                         \
		cr_expect_eq(plugins.n, 0, "%s was loaded", FILE);                               \
		cr_assert_eq(plugins.n_refused, 1);                                              \
		cr_expect(strstr(plugins.refused[0].path, FILE), "%s", plugins.refused[0].path); \
		cr_expect(strstr(plugins.refused[0].reason, TEXT), "\"%s\" in: %s", TEXT,        \
			  plugins.refused[0].reason);                                            \
	} while (0)

#endif
