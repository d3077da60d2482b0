/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Profiles: the format, what is said about bad ones, versions, files written. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/profile/profile.h"

static const char *const commands[] = { "collect", "pcap", NULL };

/* Messages, each with a line feed behind it. */
struct said {
	char text[4096];
	unsigned int fatal;
};

static void note_message(void *arg, bool fatal, const char *text)
{
	struct said *said = arg;
	size_t used = strlen(said->text);

	said->fatal += fatal;
	snprintf(said->text + used, sizeof(said->text) - used, "%s\n", text);
}

static int parse_with(struct said *said, const char *text, struct profile_file *file)
{
	const struct profile_reader reader = { commands, note_message, said };

	*said = (struct said){};
	return profile_parse(&reader, "f.yaml", text, strlen(text), file);
}

static void refuses(const char *text, const char *message)
{
	struct profile_file file;
	struct said said;

	cr_expect_eq(parse_with(&said, text, &file), -EINVAL, "accepted: %s", text);
	cr_expect_eq(said.fatal, 1);
	cr_expect(strstr(said.text, message), "'%s' is not in: %s", message, said.text);
	profile_file_fini(&file);
}

static void warns(const char *text, const char *message)
{
	struct profile_file file;
	struct said said;

	cr_expect_eq(parse_with(&said, text, &file), 0, "refused: %s", said.text);
	cr_expect(strstr(said.text, message), "'%s' is not in: %s", message, said.text);
	profile_file_fini(&file);
}

#define HEAD "version: 1.0\nname: n\n"

Test(profile, whole_format)
{
	static const char text[] = HEAD "about: what it does\n"
					"collect:\n"
					"  - name: old\n"
					"    when:\n"
					"      - {type: version, version: '< 5.17'}\n"
					"      - type: symbol\n"
					"        name: ip_rcv\n"
					"    args:\n"
					"      probe: [b, a]\n"
					"      nft_verdicts: drop,accept\n"
					"      ovs_track: ~\n"
					"      stack: true\n"
					"      print: false\n"
					"      stop_after: 10\n"
					"  - args:\n"
					"pcap:\n"
					"  - args: {probe: tp:skb:kfree_skb}\n"
					"---\n"
					"version: '1.0'\n"
					"name: second\n";
	struct profile_file file;
	struct said said;
	const struct profile_variant *v;

	cr_assert_eq(parse_with(&said, text, &file), 0, "%s", said.text);
	cr_assert_str_empty(said.text);
	cr_assert_eq(file.n, 2);
	cr_expect_str_eq(file.list[0].about, "what it does");
	cr_expect_str_eq(file.list[1].name, "second");
	cr_assert_eq(profile_section(&file.list[0], "collect")->n_variants, 2);
	v = &profile_section(&file.list[0], "collect")->variants[0];
	cr_expect_str_eq(v->name, "old");
	cr_expect_eq(v->n_conditions, 2);
	cr_expect(v->conditions[1].exists);
	cr_assert_eq(v->n_args, 6);
	cr_expect_str_eq(v->args[0].name, "nft-verdicts");
	cr_expect_str_eq(v->args[0].value, "drop,accept");
	cr_expect_str_eq(v->args[0].origin, "f.yaml:12:21");
	cr_expect_str_eq(v->args[1].name, "ovs-track");
	cr_expect_null(v->args[1].value);
	cr_expect_str_eq(v->args[2].value, "b", "items keep their order");
	cr_expect_str_eq(v->args[3].value, "a");
	cr_expect_str_eq(v->args[4].name, "stack");
	cr_expect_null(v->args[4].value);
	cr_expect_str_eq(v->args[5].value, "10");
	cr_expect_str_eq(v[1].name, "Default");
	cr_expect_eq(v[1].n_args, 0);
	profile_file_fini(&file);
}

Test(profile, bad_ones_say_where, .timeout = 10)
{
	refuses("just text", "f.yaml:1:1: the profile: a single value where a map");
	refuses("- a", "a list where a map");
	refuses("name: n", "no 'version'");
	refuses("version: 1.0", "no 'name'");
	refuses("version: one\nname: n", "f.yaml:1:10: 'one' is no version of the format");
	refuses(HEAD "collect: yes", "f.yaml:3:10: 'collect' is a single value where a list");
	refuses(HEAD "collect:\n  - probe: x", "f.yaml:4:5: the variant has no 'args'");
	refuses(HEAD "collect:\n  - args: x", "f.yaml:4:11: args: a single value where a map");
	refuses(HEAD "collect:\n  - args: {Probe: x}", "f.yaml:4:12: 'Probe' is no name");
	refuses(HEAD "collect:\n  - args: {p: {a: b}}", "f.yaml:4:15: 'p' is a map where text");
	refuses(HEAD "collect:\n  - args: {p: [~]}", "an item of 'p' must be text");
	refuses(HEAD "collect:\n  - args: {a_b: x, a-b: y}", "f.yaml:4:20: 'a-b' is here twice");
	refuses(HEAD "name: m", "f.yaml:3:1: 'name' is here twice");
	refuses(HEAD "collect:\n  - args: {p: \"a\\0b\"}", "NUL");
	refuses(HEAD "collect: [}", "f.yaml:3:11: ");
	refuses(HEAD "collect: *nowhere", "f.yaml:3:10: ");
	refuses("version: 1.0\nname: \xff", "f.yaml:1:1: ");
	refuses("\tversion: 1.0", "f.yaml:1:1: ");
}

Test(profile, bad_conditions)
{
#define WHEN(condition) HEAD "collect:\n  - when: [" condition "]\n    args: ~"
	refuses(WHEN("{version: '> 1'}"), "f.yaml:4:12: the condition has no 'type'");
	refuses(WHEN("{type: moon}"), "unknown type of condition 'moon'");
	refuses(WHEN("{type: version}"), "has no 'version'");
	refuses(WHEN("{type: symbol}"), "has no 'name'");
	refuses(WHEN("{type: symbol, name: f, exists: maybe}"), "'exists' must be true or false");
	refuses(WHEN("{type: version, version: '> 6.0.0 <= 7'}"), "f.yaml:4:46: '> 6.0.0 <= 7'");
	warns(WHEN("{type: symbol, name: f, moon: 1}"), "f.yaml:4:36: unknown key 'moon'");
}

Test(profile, odd_ones_are_told)
{
	warns(HEAD "colect: []", "f.yaml:3:1: unknown key 'colect'; did you mean collect?");
	warns("version: 2.0\nname: n", "f.yaml:1:10: profile passed over: its format 2.0");
	warns("version: 1.7\nname: n", "newer than 1.0");
	warns(HEAD "\"\\e[31m\": 1", "\\x1b");
}

Test(profile, aliases_do_not_multiply, .timeout = 10)
{
	struct profile_file file;
	struct said said;
	char text[65536];
	size_t used;

	used = (size_t)snprintf(text, sizeof(text), HEAD "collect:\n- args: &a\n    p: &l [x");
	for (int i = 0; i < 1000; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, ",x");
	used += (size_t)snprintf(text + used, sizeof(text) - used, "]\n");
	for (int i = 0; i < 200; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "    p%d: *l\n", i);
	for (int i = 0; i < 1000; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "- args: *a\n");
	cr_expect_eq(parse_with(&said, text, &file), -EINVAL);
	cr_expect(strstr(said.text, "too large"), "%s", said.text);

	/* Used as one would, they are fine. */
	cr_expect_eq(parse_with(&said,
				HEAD "collect:\n- args: &a {p: x}\n- args: *a\npcap: [args: *a]",
				&file),
		     0, "%s", said.text);
	profile_file_fini(&file);
}

Test(profile, deep_nesting_is_refused, .timeout = 10)
{
	char text[40000];

	memset(text, '[', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	refuses(text, "f.yaml:1:65: nested more than 64 deep");
	for (size_t i = 0; i + 5 < sizeof(text); i += 4)
		memcpy(text + i, i % 8 ? "']'," : "[   ", 4);
	refuses(text, "nested more than 64 deep");
}

/* --- versions ------------------------------------------------------------------- */

static bool holds(const char *range_text, const char *release_text)
{
	struct version_range range;
	struct release release;
	size_t at;

	cr_assert_eq(version_range_parse(range_text, &range, &at), 0, "%s at %zu", range_text, at);
	cr_assert_eq(release_parse(release_text, &release), 0);
	return version_range_holds(&range, &release);
}

Test(profile, versions)
{
	cr_expect(holds("= 6.2", "6.2.14"));
	cr_expect(!holds("> 6.2", "6.2.14"));
	cr_expect(holds(">= 6.2", "6.2.14"));
	cr_expect(holds("<=6.2", "6.2.14"));
	cr_expect(holds("!= 6.2.13", "6.2.14"));
	cr_expect(holds("> 5.10, < 7", "6.1.0-44-amd64"));
	cr_expect(!holds("> 5.10, < 6", "6.1.0"));
	cr_expect(holds("> 6.1.0-43", "6.1.0-44-amd64"));
	cr_expect(!holds("> 6.1.0-44", "6.1.0-44-amd64"));
	cr_expect(holds("= 6.4.12-1", "6.4.12-arch1-1"));
	cr_expect(holds("> 6.1.0-99", "6.1.0"), "without a build it counts as greater");
	cr_expect(holds("= 6.18.0", "6.18"));
	cr_expect(holds("< 6.18", "6.17.0-rc1+"));
}

Test(profile, bad_versions)
{
	static const char *const bad[] = { "",
					   "6.2",
					   "> ",
					   "> x",
					   "> 6.",
					   "> 6,",
					   ">> 6",
					   "> 6 7",
					   "> 6, < 7,",
					   "> 6, < 7, = 8",
					   "> 6-x",
					   "> 6.-1",
					   "> 99999999999999999999" };
	struct version_range range;
	size_t at;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_expect_eq(version_range_parse(bad[i], &range, &at), -EINVAL, "'%s'", bad[i]);
}

static bool knows_ip_rcv(void *arg, const char *name)
{
	(void)arg;
	return !strcmp(name, "ip_rcv");
}

Test(profile, first_variant_that_fits)
{
	static const char text[] =
		HEAD "collect:\n"
		     "- {name: a, when: [{type: symbol, name: gone}], args: ~}\n"
		     "- {name: b, when: [{type: symbol, name: ip_rcv, exists: false}], args: ~}\n"
		     "- {name: c, when: [{type: symbol, name: ip_rcv}, {type: version, version: '< "
		     "6'}], args: ~}\n"
		     "- {name: d, when: [{type: version, version: '>= 6.1'}], args: ~}\n"
		     "- {name: e, args: ~}\n";
	struct profile_machine machine = { .has_symbol = knows_ip_rcv };
	const struct profile_section *section;
	struct profile_file file;
	struct said said;

	cr_assert_eq(parse_with(&said, text, &file), 0, "%s", said.text);
	section = profile_section(&file.list[0], "collect");
	release_parse("6.1.0", &machine.release);
	cr_expect_str_eq(profile_choose(section, &machine)->name, "d");
	release_parse("5.10.0", &machine.release);
	cr_expect_str_eq(profile_choose(section, &machine)->name, "c");
	release_parse("6.0.9", &machine.release);
	cr_expect_str_eq(profile_choose(section, &machine)->name, "e");
	cr_expect_null(profile_section(&file.list[0], "pcap"));
	profile_file_fini(&file);
}

/* --- files ------------------------------------------------------------------------ */

static void put_file(const char *dir, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	cr_assert(f && fputs(text, f) >= 0 && !fclose(f));
}

Test(profile, found_by_name_in_order)
{
	char a[] = "/tmp/retis-profile-a-XXXXXX", b[] = "/tmp/retis-profile-b-XXXXXX", cmd[128];
	struct said said = {};
	const struct profile_reader reader = { commands, note_message, &said };
	struct profile_dirs dirs = { .n = 2 };
	struct profile p;

	cr_assert(mkdtemp(a) && mkdtemp(b));
	dirs.dirs[0] = a;
	dirs.dirs[1] = b;
	put_file(a, "x.yaml", HEAD "about: first\n");
	put_file(a, "broken.yml", ": [");
	put_file(a, "no.txt", "version: 1.0\nname: txt\n");
	put_file(b, "x.yaml", HEAD "about: second\n");
	put_file(b, "y.yaml", "version: 1.0\nname: twice\n");
	put_file(b, "z.yaml", "version: 1.0\nname: twice\n");
	cr_expect_eq(profile_find(&reader, &dirs, "n", &p), 0);
	cr_expect_str_eq(p.about, "first");
	profile_fini(&p);
	cr_expect_eq(profile_find(&reader, &dirs, "twice", &p), -EINVAL);
	cr_expect(strstr(said.text, "two profiles are called 'twice'"));
	cr_expect_eq(profile_find(&reader, &dirs, "txt", &p), -EINVAL);
	cr_expect(strstr(said.text, "'txt' not found"));
	cr_expect_eq(profile_find(&reader, &dirs, "/tmp", &p), -EINVAL);
	cr_expect(strstr(said.text, "/tmp: not a regular file"));
	snprintf(cmd, sizeof(cmd), "rm -r %s %s", a, b);
	cr_expect_eq(system(cmd), 0);
}

Test(profile, written_ones_read_back)
{
	struct profile_arg args[] = {
		{ .name = "filter-packet", .value = "host \"1\" \\ 'x'\nüber" },
		{ .name = "probe", .value = "a" },
		{ .name = "probe", .value = "true" },
		{ .name = "stack" },
	};
	struct profile_variant variant = { .args = args, .n_args = 4 };
	struct profile_section section = { "collect", &variant, 1 };
	const struct profile profile = { "null", "~", &section, 1 };
	const struct profile_variant *v;
	struct profile_file file;
	struct said said;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(profile_write(out, &profile), 0);
	fclose(out);
	cr_assert_eq(parse_with(&said, text, &file), 0, "%s%s", said.text, text);
	cr_expect_str_eq(file.list[0].name, "null");
	cr_expect_str_eq(file.list[0].about, "~");
	v = file.list[0].sections[0].variants;
	cr_assert_eq(v->n_args, 4);
	for (size_t i = 0; i < 3; i++)
		cr_expect_str_eq(v->args[i].value, args[i].value);
	cr_expect_null(v->args[3].value);
	profile_file_fini(&file);
	free(text);
	args[1].value = "\x1b";
	out = fopen("/dev/null", "w");
	cr_expect_eq(profile_write(out, &profile), -EILSEQ);
	fclose(out);
}
