/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which descriptions become plugins, and what is said about the others. Plugins
 * are built from the public header, or bent in the way a test needs.
 */
#include <errno.h>

#include "tests/unit/plugin_build.h"

TestSuite(loader, .init = setup, .fini = teardown, .timeout = 120);

/* A plugin of MEMBERS behind CODE is refused, saying TEXT. */
#define REFUSES(TEXT, CODE, MEMBERS)                          \
	do {                                                  \
		compile(dir, "bad.so", CODE PLUGIN(MEMBERS)); \
		EXPECT_REFUSED("bad.so", TEXT);               \
	} while (0)

#define GOOD                                                                  \
	"struct state { uint64_t mask; const char *text; uint8_t flag; };\n"  \
	"static const struct state defaults = { .mask = 5 };\n"               \
	"static const struct retis_option options[] = {\n"                    \
	"{ .name = \"good-text\", .type = RETIS_OPT_STRING, .help = \"x\",\n" \
	"  .offset = offsetof(struct state, text) } };\n"                     \
	"static const struct retis_field fields[] = {\n"                      \
	"{ .name = \"a\", .kind = RETIS_UINT, .size = 4 } };\n"               \
	"static const struct retis_section_type sections[] = {\n"             \
	"{ .name = \"good\", .fields = fields, .n_fields = 1 } };\n"          \
	"static const struct retis_need needs[] = {\n"                        \
	"{ RETIS_NEED_TYPE, \"sk_buff\", \"all\" } };\n"                      \
	"static const char *const aliases[] = { \"fine\", NULL };\n"
#define GOOD_MEMBERS                                                               \
	".state = &defaults, .state_size = sizeof(defaults), .aliases = aliases, " \
	"RETIS_LIST(option, options), RETIS_LIST(section, sections), RETIS_LIST(need, needs)"

Test(loader, good_plugin)
{
	const struct plugin *p;

	compile(dir, "good.so", GOOD PLUGIN(HEAD("good", "1.2") GOOD_MEMBERS));
	cr_assert_eq(load(), 0);
	cr_assert_eq(plugins.n, 1);
	cr_expect_eq(plugins.n_refused, 0);
	p = plugins_find(&plugins, "good");
	cr_assert(p);
	cr_expect_eq(plugins_find(&plugins, "fine"), p);
	cr_expect_eq(plugins_find(&plugins, "goo"), NULL);
	cr_expect_str_eq(p->desc.version, "1.2");
	cr_expect_str_eq(p->desc.options[0].name, "good-text");
	cr_expect_str_eq(p->desc.needs[0].name, "sk_buff");
	cr_expect_eq(*(uint64_t *)p->state, 5);
	cr_expect_str_eq(p->path, path_of(dir, "good.so"));
}

Test(loader, one_bad_file_does_not_stop_the_others)
{
	compile(dir, "a.so", PLUGIN(HEAD("a", "1")));
	write_file(dir, "b.so", "nonsense", 8);
	compile(dir, "c.so", PLUGIN(HEAD("c", "1")));
	write_file(dir, "ignored.txt", "nonsense", 8);
	cr_assert_eq(load(), 0);
	cr_assert_eq(plugins.n, 2);
	cr_expect_str_eq(plugins.list[0]->desc.name, "a");
	cr_expect_str_eq(plugins.list[1]->desc.name, "c");
	cr_assert_eq(plugins.n_refused, 1);
	cr_expect(strstr(plugins.refused[0].reason, "not a shared object"));
}

/* Descriptors get reused, and dlopen() knows objects by theirs. */
Test(loader, refused_ones_are_not_taken_for_the_next)
{
	compile(dir, "a.so", PLUGIN(HEAD("A", "1")));
	compile(dir, "b.so", PLUGIN(HEAD("b", "1")));
	compile(dir, "c.so", PLUGIN(HEAD("C", "1")));
	compile(dir, "d.so", PLUGIN(HEAD("d", "1")));
	cr_assert_eq(load(), 0);
	cr_assert_eq(plugins.n, 2);
	cr_expect_str_eq(plugins.list[1]->desc.name, "d");
	cr_expect_eq(plugins.n_refused, 2);
}

Test(loader, refused_ones_that_stay_mapped_are_not_taken_for_the_next)
{
	char command[2 * PATH_MAX];

	compile(dir, "a.so", PLUGIN(HEAD("A", "1")));
	snprintf(command, sizeof(command),
		 "echo 'int x;' | gcc -shared -fPIC -Wl,-z,nodelete -x c -o %s/b.so -", dir);
	cr_assert_eq(system(command), 0);
	compile(dir, "c.so", PLUGIN(HEAD("c", "1")));
	cr_assert_eq(chmod(path_of(dir, "b.so"), 0644), 0);
	cr_assert_eq(load(), 0);
	cr_assert_eq(plugins.n, 1);
	cr_expect_str_eq(plugins.list[0]->desc.name, "c");
}

Test(loader, wrong_abi)
{
	REFUSES("built for plugin interface 2, this retis has 1: rebuild it", "",
		HEAD("bad", "1") ".abi_major = 2");
}

Test(loader, missing_symbol)
{
	compile(dir, "bad.so", "RETIS_EXPORT int something;\n");
	EXPECT_REFUSED("bad.so", "exports no 'retis_plugin'");
}

Test(loader, symbol_is_a_function)
{
	compile(dir, "bad.so",
		"RETIS_EXPORT void g(void) __asm__(\"retis_plugin\"); void g(void) { }\n");
	EXPECT_REFUSED("bad.so", "not a struct retis_plugin");
}

Test(loader, unresolved_symbol)
{
	compile(dir, "bad.so",
		"extern int nowhere(void); int use(void) { return nowhere(); }\n"
		"RETIS_EXPORT int (*p)(void) = nowhere;\n" PLUGIN(HEAD("bad", "1")));
	EXPECT_REFUSED("bad.so", "can't be loaded: undefined symbol: nowhere");
}

Test(loader, shorter_struct_means_defaults)
{
	compile(dir, "short.so",
		"RETIS_EXPORT const struct { uint16_t a, b; uint32_t size; const char *s[4]; }\n"
		"head __asm__(\"retis_plugin\") = { 1, 0, 40, { \"short\", \"1\", \"MIT\", \"x\" } "
		"};\n");
	cr_assert_eq(load(), 0);
	cr_assert_eq(plugins.n, 1);
	cr_expect_str_eq(plugins.list[0]->desc.name, "short");
	cr_expect_eq(plugins.list[0]->desc.n_hooks, 0);
	cr_expect_eq((void *)plugins.list[0]->desc.stop, NULL);
}

#define LONGER                                                                                    \
	"struct longer { struct retis_plugin p; uint64_t more[2]; };\n"                           \
	"RETIS_EXPORT const struct longer longer __asm__(\"retis_plugin\") = { { " HEAD("longer", \
											"1")

Test(loader, longer_struct_with_zero_tail)
{
	compile(dir, "longer.so", LONGER ".size = sizeof(struct longer) } };\n");
	cr_assert_eq(load(), 0);
	cr_expect_eq(plugins.n, 1);
}

Test(loader, longer_struct_with_used_tail)
{
	compile(dir, "longer.so", LONGER ".size = sizeof(struct longer) }, { 0, 1 } };\n");
	EXPECT_REFUSED("longer.so", "a newer retis is needed");
}

Test(loader, size_beyond_the_symbol)
{
	REFUSES("can't have 1024 bytes", "", HEAD("bad", "1") ".size = 1024");
}

Test(loader, size_below_the_head)
{
	REFUSES("can't have 32 bytes", "", HEAD("bad", "1") ".size = 32");
}

#define STRIDES                                                  \
	"struct need { struct retis_need n; uint64_t more; };\n" \
	"static const struct need needs[] = { { { 1, \"a\" } }, { { 1, \"b\" }, TAIL } };\n"
#define STRIDE_MEMBERS ".needs = &needs[0].n, .n_needs = 2, .need_size = sizeof(needs[0])"

Test(loader, longer_elements_with_zero_tail)
{
	compile(dir, "ok.so", "#define TAIL 0\n" STRIDES PLUGIN(HEAD("ok", "1") STRIDE_MEMBERS));
	cr_assert_eq(load(), 0);
	cr_assert_eq(plugins.n, 1);
	cr_expect_str_eq(plugins.list[0]->desc.needs[1].name, "b");
}

Test(loader, longer_elements_with_used_tail)
{
	REFUSES("its needs use what this retis does not know", "#define TAIL 1\n" STRIDES,
		HEAD("bad", "1") STRIDE_MEMBERS);
}

Test(loader, shorter_elements)
{
	compile(dir, "ok.so",
		"struct need { uint64_t kind; const char *name; };\n"
		"static const struct need needs[] = { { 1, \"a\" }, { 2, \"b.c\" } };\n" PLUGIN(
			HEAD("ok",
			     "1") ".needs = (const void *)needs, .n_needs = 2, .need_size = 16"));
	cr_assert_eq(load(), 0);
	cr_assert_eq(plugins.n, 1);
	cr_expect_str_eq(plugins.list[0]->desc.needs[1].name, "b.c");
	cr_expect_eq(plugins.list[0]->desc.needs[1].purpose, NULL);
}

Test(loader, list_without_elements)
{
	REFUSES("its list of 3 hooks is not valid", "", HEAD("bad", "1") ".n_hooks = 3");
}

Test(loader, list_that_is_too_long)
{
	REFUSES("its list of 4000000000 needs is not valid", "#define TAIL 0\n" STRIDES,
		HEAD("bad", "1") STRIDE_MEMBERS ", .n_needs = 4000000000u");
}

Test(loader, elements_of_no_size)
{
	REFUSES("its needs can't have 0 bytes each", "#define TAIL 0\n" STRIDES,
		HEAD("bad", "1") STRIDE_MEMBERS ", .need_size = 0");
}

Test(loader, licences)
{
	static const struct {
		const char *text;
		bool good;
	} cases[] = {
		{ "GPL-2.0-or-later", true },
		{ "GPL-2.0-only WITH Linux-syscall-note", true },
		{ "GPL-2.0+", true },
		{ "mit", true },
		{ "MIT+Proprietary", false },
		{ "Proprietary OR BSD-2-Clause AND LGPL-2.1-or-later", true },
		{ "MIT OR Proprietary AND MIT", true },
		{ "Proprietary AND MIT OR Proprietary", false },
		{ "Apache-2.0", true },
		{ "Proprietary", false },
		{ "MIT AND Proprietary", false },
		{ "LicenseRef-ours", false },
		{ "GPL", false },
		{ "", false },
		{ "MIT OR", false },
		{ "(MIT", false },
		{ "MIT)", false },
		{ "MIT MIT", false },
		{ "OR", false },
		{ "MIT WITH", false },
		{ "MIT\\nGPL", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char code[512];

		snprintf(code, sizeof(code), PLUGIN(HEAD("some", "1") ".license = \"%s\""),
			 cases[i].text);
		compile(dir, "some.so", code);
		cr_assert_eq(load(), 0);
		cr_expect_eq(plugins.n, cases[i].good, "%s", cases[i].text);
		cr_assert_eq(plugins.n_refused, !cases[i].good);
		cr_expect(cases[i].good || strstr(plugins.refused[0].reason, "licence"));
		plugins_fini(&plugins);
	}
}

Test(loader, no_licence)
{
	REFUSES("says no licence", "", HEAD("bad", "1") ".license = 0");
}

Test(loader, bad_names)
{
	static const char *const names[] = {
		"", "Upper", "a_b", "a b", "auto", "-a", "a\\033[31m"
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char code[512];

		snprintf(code, sizeof(code), PLUGIN(HEAD("%s", "1")), names[i]);
		compile(dir, "bad.so", code);
		EXPECT_REFUSED("bad.so", "its name");
		plugins_fini(&plugins);
	}
}

Test(loader, option_outside_of_the_state)
{
	REFUSES("option --good-text lies outside of the private state", GOOD,
		HEAD("bad", "1") GOOD_MEMBERS ", .state_size = 12");
}

Test(loader, bad_section)
{
	REFUSES("section 'x': field a",
		"static const struct retis_field f[] = {\n"
		"{ .name = \"a\", .kind = RETIS_UINT, .size = 3 } };\n"
		"static const struct retis_section_type s[] = {\n"
		"{ .name = \"x\", .fields = f, .n_fields = 1 } };\n",
		HEAD("bad", "1") "RETIS_LIST(section, s)");
}

Test(loader, hooks_without_objects)
{
	REFUSES("has hooks but no BPF objects",
		"static const struct retis_hook h[] = { { .program = \"x\" } };\n",
		HEAD("bad", "1") "RETIS_LIST(hook, h)");
}

Test(loader, objects_that_are_none)
{
	REFUSES("its BPF objects are damaged",
		"static const uint64_t o[16];\n"
		"static const struct retis_hook h[] = { { .program = \"x\" } };\n",
		HEAD("bad",
		     "1") "RETIS_LIST(hook, h), .direct = { o, o + 16 }, .probe = { o, o + 16 }");
}

Test(loader, same_name_in_one_directory)
{
	compile(dir, "a.so", PLUGIN(HEAD("same", "1")));
	compile(dir, "b.so", PLUGIN(HEAD("same", "2")));
	cr_assert_eq(load(), 0);
	cr_assert_eq(plugins.n, 1);
	cr_expect_str_eq(plugins.list[0]->desc.version, "1");
	cr_assert_eq(plugins.n_refused, 1);
	cr_expect(strstr(plugins.refused[0].path, "/b.so"));
	cr_expect(strstr(plugins.refused[0].reason, path_of(dir, "a.so")));
}

Test(loader, same_name_in_a_later_directory)
{
	compile(other, "a.so", PLUGIN(HEAD("same", "1")));
	compile(dir, "b.so", PLUGIN(HEAD("same", "2")));
	cr_assert_eq(load(), 0);
	cr_assert_eq(plugins.n, 1);
	cr_expect_str_eq(plugins.list[0]->desc.version, "2");
	cr_expect_eq(plugins.n_refused, 0);
}

Test(loader, same_file_in_a_later_directory)
{
	char target[2 * PATH_MAX];

	compile(dir, "a.so", PLUGIN(HEAD("same", "1")));
	snprintf(target, sizeof(target), "%s/a.so", dir);
	cr_assert_eq(symlink(target, path_of(other, "z.so")), 0);
	cr_assert_eq(load(), 0);
	cr_expect_eq(plugins.n, 1);
	cr_expect_eq(plugins.n_refused, 0);
}

static const char *version_of(const char *name)
{
	const struct plugin *plugin = plugins_find(&plugins, name);

	return plugin ? plugin->desc.version : "none";
}

/* Next to this program, where plugins get installed, is one of the name "stages". */
Test(loader, installed_ones_are_replaced_on_purpose)
{
	char *dirs[] = { dir, other };
	const struct plugins_search search = { .dirs = dirs, .n_dirs = 2 };

	compile(dir, "a.so", PLUGIN(HEAD("stages", "17")));
	compile(other, "a.so", PLUGIN(HEAD("stages", "18")));
	cr_assert_eq(plugins_load(&plugins, &search), 0);
	cr_expect_str_eq(version_of("stages"), "17");
	cr_expect_eq(plugins.n_refused, 0);
}

Test(loader, installed_ones_are_not_replaced_by_the_environment)
{
	const struct plugins_search search = { .path = dir };

	compile(dir, "a.so", PLUGIN(HEAD("stages", "17")));
	cr_assert_eq(plugins_load(&plugins, &search), 0);
	cr_expect_str_eq(version_of("stages"), "1.0");
	cr_assert_eq(plugins.n_refused, 1);
	cr_expect(strstr(plugins.refused[0].reason, "the name 'stages' is taken by"));
}

Test(loader, section_of_the_program)
{
	static const struct retis_section_type own = { .name = "good", .version = 1 };
	char *dirs[] = { dir };
	const struct plugins_search search = {
		.dirs = dirs, .n_dirs = 1, .not_installed = true, .own_section = &own
	};

	compile(dir, "good.so", GOOD PLUGIN(HEAD("good", "1.2") GOOD_MEMBERS));
	cr_assert_eq(plugins_load(&plugins, &search), 0);
	cr_assert_eq(plugins.n_refused, 1);
	cr_expect(strstr(plugins.refused[0].reason, "its section 'good' is one of retis itself"));
}

Test(loader, same_option_or_section)
{
	compile(dir, "a.so", GOOD PLUGIN(HEAD("good", "1.2") GOOD_MEMBERS));
	compile(dir, "b.so", GOOD PLUGIN(HEAD("b", "1.2") GOOD_MEMBERS ", .aliases = 0"));
	compile(dir, "c.so",
		GOOD PLUGIN(HEAD("c", "1.2") GOOD_MEMBERS ", .aliases = 0, .n_options = 0"));
	cr_assert_eq(load(), 0);
	cr_assert_eq(plugins.n, 1);
	cr_assert_eq(plugins.n_refused, 2);
	cr_expect(strstr(plugins.refused[0].reason, "its option --good-text is taken by"));
	cr_expect(strstr(plugins.refused[1].reason, "its section 'good' is taken by"));
}

static bool is_good_text(const char *name)
{
	return !strcmp(name, "good-text");
}

Test(loader, option_of_the_program)
{
	char *dirs[] = { dir };
	struct plugins_search search = {
		.dirs = dirs,
		.n_dirs = 1,
		.not_installed = true,
		.option_taken = is_good_text,
	};

	compile(dir, "good.so", GOOD PLUGIN(HEAD("good", "1.2") GOOD_MEMBERS));
	cr_assert_eq(plugins_load(&plugins, &search), 0);
	cr_assert_eq(plugins.n_refused, 1);
	cr_expect(strstr(plugins.refused[0].reason, "--good-text is one of retis itself"));
}

Test(loader, missing_directory_of_the_user)
{
	char *dirs[] = { "/nonexistent/plugins" };
	struct plugins_search search = { .dirs = dirs, .n_dirs = 1, .not_installed = true };

	cr_expect_eq(plugins_load(&plugins, &search), -ENOENT);
}

Test(loader, path_of_the_environment)
{
	char path[3 * PATH_MAX];
	struct plugins_search search = { .path = path, .not_installed = true };

	snprintf(path, sizeof(path), "/nonexistent:%s::%s:", other, dir);
	compile(other, "a.so", PLUGIN(HEAD("same", "1")));
	compile(dir, "a.so", PLUGIN(HEAD("same", "2")));
	compile(dir, "b.so", PLUGIN(HEAD("b", "2")));
	cr_assert_eq(plugins_load(&plugins, &search), 0);
	cr_assert_eq(plugins.n, 2);
	cr_expect_str_eq(plugins.list[0]->desc.version, "1");
	cr_expect_str_eq(plugins.list[1]->desc.name, "b");
}
