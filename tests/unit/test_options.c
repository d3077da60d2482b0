/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a user types, and what arrives in the caller's struct or on the screen. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/cli/command.h"
#include "core/cli/options.h"

struct values {
	struct option_list collectors;
	struct option_list probes;
	struct option_list files;
	const char *out;
	const char *filter;
	uint64_t stop_after;
	uint64_t size;
	uint64_t rate;
	uint64_t mask;
	unsigned int format;
	uint8_t utc;
	uint8_t link_layer;
};

static const struct retis_choice formats[] = {
	{ "multi-line", 0 },
	{ "single-line", 1 },
	{ "json", 2 },
	{},
};

static const struct retis_choice verdicts[] = {
	{ "all", 0x7 }, { "drop", 0x1 }, { "accept", 0x2 }, { "jump", 0x4 }, { "old", 0 }, {},
};

#define AT(MEMBER) .offset = offsetof(struct values, MEMBER)

static const struct option_spec specs[] = {
	{ .name = "collectors",
	  .letter = 'c',
	  .type = OPTION_STRINGS,
	  .split = true,
	  .value = "LIST",
	  .help = "Collectors to run.",
	  AT(collectors) },
	{ .name = "probe",
	  .letter = 'p',
	  .type = OPTION_STRINGS,
	  .value = "PROBE",
	  .help = "Probe.",
	  AT(probes) },
	{ .name = "out",
	  .letter = 'o',
	  .type = OPTION_STRING,
	  .value = "FILE",
	  .implied = "retis.data",
	  .help = "Write to a file.",
	  AT(out) },
	{ .name = "filter-packet",
	  .letter = 'f',
	  .type = OPTION_STRING,
	  .value = "TEXT",
	  .help = "Filter.",
	  AT(filter) },
	{ .name = "stop-after",
	  .type = OPTION_UINT,
	  .value = "N",
	  .help = "Stop.",
	  AT(stop_after) },
	{ .name = "buffer-size",
	  .type = OPTION_SIZE,
	  .value = "SIZE",
	  .min = 4096,
	  .max = 1 << 30,
	  .help = "Memory.",
	  AT(size) },
	{ .name = "format",
	  .type = OPTION_CHOICE,
	  .value = "FORMAT",
	  .choices = formats,
	  .help = "Layout.",
	  AT(format) },
	{ .name = "utc", .type = OPTION_FLAG, .help = "UTC.", AT(utc) },
	{ .letter = 'e', .type = OPTION_FLAG, .help = "Link layer.", AT(link_layer) },
};

#define N_SPECS (sizeof(specs) / sizeof(specs[0]))

static struct values values;
static struct options o;
static char *said;
static size_t said_size;

static void setup(void)
{
	values = (struct values){ .size = 1 << 20, .mask = 0x3, .rate = 20 };
	o = (struct options){ .command = "retis test", .about = "Tests options." };
	o.errors = open_memstream(&said, &said_size);
	cr_assert(o.errors);
	cr_assert_eq(options_add(&o, "Options", specs, N_SPECS, &values), 0);
}

static void teardown(void)
{
	options_fini(&o);
	fclose(o.errors);
	free(said);
	said = NULL;
	option_list_fini(&values.collectors);
	option_list_fini(&values.probes);
	option_list_fini(&values.files);
}

TestSuite(options, .init = setup, .fini = teardown);
TestSuite(command, .init = setup, .fini = teardown);

#define PARSE(...)                                                                       \
	({                                                                               \
		char *argv_[] = { "test", __VA_ARGS__, NULL };                           \
		int err_ = options_parse(&o, sizeof(argv_) / sizeof(*argv_) - 1, argv_); \
		fflush(o.errors);                                                        \
		err_;                                                                    \
	})

#define REFUSED(TEXT, ...)                                                           \
	do {                                                                         \
		cr_expect_eq(PARSE(__VA_ARGS__), -EINVAL);                           \
		cr_expect(strstr(said, TEXT), "expected \"%s\" in: %s", TEXT, said); \
	} while (0)

Test(options, values_arrive)
{
	cr_assert_eq(PARSE("-c", "skb,dev", "--collectors=ns", "-ptp:net:x,y", "--stop-after", "7",
			   "--buffer-size=2M", "--format", "json", "-e", "--utc"),
		     0);
	cr_assert_eq(values.collectors.n, 3);
	cr_expect_str_eq(values.collectors.items[1], "dev");
	cr_expect_str_eq(values.collectors.items[2], "ns");
	cr_assert_eq(values.probes.n, 1);
	cr_expect_str_eq(values.probes.items[0], "tp:net:x,y");
	cr_expect_eq(values.stop_after, 7);
	cr_expect_eq(values.size, 2 << 20);
	cr_expect_eq(values.format, 2);
	cr_expect(values.link_layer && values.utc);
	cr_expect(options_given(&o, "utc"));
	cr_expect_not(options_given(&o, "out"));
}

Test(options, letters_cluster)
{
	cr_assert_eq(PARSE("-ec", "skb"), 0);
	cr_expect(values.link_layer);
	cr_expect_str_eq(values.collectors.items[0], "skb");
}

Test(options, optional_value_is_the_next_word)
{
	cr_assert_eq(PARSE("-o", "file", "--utc"), 0);
	cr_expect_str_eq(values.out, "file");
}

Test(options, optional_value_attached)
{
	cr_assert_eq(PARSE("-eofile"), 0);
	cr_expect_str_eq(values.out, "file");
}

Test(options, optional_value_long)
{
	cr_assert_eq(PARSE("--out", "file"), 0);
	cr_expect_str_eq(values.out, "file");
}

Test(options, optional_value_left_out)
{
	cr_assert_eq(PARSE("--out", "-e"), 0);
	cr_expect_str_eq(values.out, "retis.data");
	cr_expect(values.link_layer);
}

Test(options, optional_value_left_out_at_the_end)
{
	cr_assert_eq(PARSE("-eo"), 0);
	cr_expect_str_eq(values.out, "retis.data");
}

Test(options, dash_is_a_value)
{
	cr_assert_eq(PARSE("-o", "-"), 0);
	cr_expect_str_eq(values.out, "-");
}

Test(options, operands_anywhere)
{
	const struct option_operand files = { "FILE", "Files.", 1, 2, &values.files };

	o.operand = &files;
	cr_assert_eq(PARSE("a", "--utc", "--", "-b"), 0);
	cr_assert_eq(values.files.n, 2);
	cr_expect_str_eq(values.files.items[0], "a");
	cr_expect_str_eq(values.files.items[1], "-b");
	cr_expect(values.utc);
}

Test(options, operand_after_optional_value)
{
	const struct option_operand files = { "FILE", "Files.", 1, 2, &values.files };

	o.operand = &files;
	cr_assert_eq(PARSE("a", "-o", "out", "b"), 0);
	cr_assert_eq(values.files.n, 2);
	cr_expect_str_eq(values.files.items[1], "b");
	cr_expect_str_eq(values.out, "out");
}

Test(options, operands_are_counted)
{
	const struct option_operand files = { "FILE", "Files.", 1, 1, &values.files };

	o.operand = &files;
	REFUSED("FILE is missing", "--utc");
	REFUSED("unexpected argument 'b'", "a", "b");
}

Test(options, no_operands)
{
	REFUSED("unexpected argument 'x'", "x");
}

Test(options, no_abbreviations)
{
	REFUSED("unexpected argument '--collect'; did you mean '--collectors'?", "--collect", "x");
	REFUSED("unexpected argument '--collect'", "--collect=x");
	REFUSED("unexpected argument '--ut'", "--ut");
	REFUSED("unexpected argument '--collector'", "--collector");
	REFUSED("unexpected argument '--o'; did you mean '--out'?", "--o");
	REFUSED("unexpected argument '--fo'", "--fo", "json");
}

Test(options, unknown)
{
	REFUSED("unexpected argument '--stop-afer'; did you mean '--stop-after'?", "--stop-afer=5");
	REFUSED("unexpected argument '-x'", "-ex");
	REFUSED("unexpected argument '--zzzzzzzzzzzz'\n", "--zzzzzzzzzzzz");
	REFUSED("\\x1b[31m", "--\033[31m");
	REFUSED("unexpected argument '-\\xc3'", "-\xc3\xa9");
	REFUSED("Try 'retis test --help'.", "--nothing");
}

Test(options, once_only)
{
	REFUSED("the argument '--utc' cannot be used multiple times", "--utc", "--utc");
	REFUSED("the argument '--out' cannot be used multiple times", "-o", "-o");
	REFUSED("the argument '-e' cannot be used multiple times", "-ee");
}

Test(options, value_missing_or_too_many)
{
	REFUSED("the argument '--probe' needs a value", "--probe");
	REFUSED("the argument '--probe' needs a value", "-ep");
	REFUSED("the argument '--utc' takes no value", "--utc=yes");
}

Test(options, bad_number)
{
	static const char *const bad[] = { "",
					   "-1",
					   "+1",
					   "1x",
					   "0x10",
					   " 1",
					   "1 ",
					   "1K",
					   "18446744073709551616",
					   "99999999999999999999999" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		options_fini(&o);
		cr_assert_eq(options_add(&o, "Options", specs, N_SPECS, &values), 0);
		REFUSED("for '--stop-after': needs a number", "--stop-after", (char *)bad[i]);
	}
	cr_expect_eq(values.stop_after, 0);
}

Test(options, largest_number)
{
	cr_assert_eq(PARSE("--stop-after", "18446744073709551615"), 0);
	cr_expect_eq(values.stop_after, UINT64_MAX);
}

Test(options, size_within_bounds)
{
	REFUSED("from 4096 to 1073741824", "--buffer-size", "4095");
	REFUSED("from 4096 to 1073741824", "--buffer-size", "2G");
	REFUSED("from 4096 to 1073741824", "--buffer-size", "18014398509481984K");
	REFUSED("from 4096 to 1073741824", "--buffer-size", "8KK");
	cr_assert_eq(PARSE("--buffer-size", "1g"), 0);
	cr_expect_eq(values.size, 1 << 30);
}

Test(options, bad_choice)
{
	REFUSED("invalid value 'xml' for '--format': possible values are multi-line, single-line, "
		"json",
		"--format", "xml");
	REFUSED("invalid value 'js' for", "--format", "js");
}

Test(options, empty_list_items)
{
	REFUSED("for '--collectors'", "-c", "skb,");
	REFUSED("for '--collectors'", "-c", ",skb");
	REFUSED("for '--collectors'", "-c", "");
}

static const struct retis_option plugin_options[] = {
	{ .name = "nft-verdicts",
	  .type = RETIS_OPT_CHOICES,
	  .value = "LIST",
	  .help = "Verdicts.",
	  .offset = offsetof(struct values, mask),
	  .choices = verdicts },
	{ .name = "ovs-rate",
	  .type = RETIS_OPT_UINT,
	  .value = "N",
	  .help = "Requests a second.",
	  .offset = offsetof(struct values, rate),
	  .min = 1,
	  .max = 1000 },
};

static const struct retis_plugin plugin = { .name = "nft", RETIS_LIST(option, plugin_options) };

Test(options, plugin_choices_replace_the_default)
{
	cr_assert_eq(options_add_plugin(&o, &plugin, &values), 0);
	cr_assert_eq(PARSE("--nft-verdicts", "jump", "--ovs-rate=5"), 0);
	cr_expect_eq(values.mask, 0x4);
	cr_expect_eq(values.rate, 5);
}

Test(options, plugin_choices_add_up)
{
	cr_assert_eq(options_add_plugin(&o, &plugin, &values), 0);
	cr_assert_eq(PARSE("--nft-verdicts", "jump,old", "--nft-verdicts=drop"), 0);
	cr_expect_eq(values.mask, 0x5);
}

Test(options, plugin_errors)
{
	cr_assert_eq(options_add_plugin(&o, &plugin, &values), 0);
	REFUSED("from 1 to 1000", "--ovs-rate", "0");
	REFUSED("for '--nft-verdicts': possible values are all, drop", "--nft-verdicts", "drop,x");
	REFUSED("did you mean '--nft-verdicts'?", "--nft-verdict", "drop");
}

Test(options, help_wins)
{
	cr_expect_eq(PARSE("--bogus", "--utc", "--utc", "-h"), OPTIONS_HELP);
	cr_expect_eq(values.utc, 0);
	cr_expect_eq(PARSE("-eh"), OPTIONS_HELP);
}

Test(options, help_is_no_value)
{
	cr_expect_eq(PARSE("-f", "-h"), 0);
	cr_expect_str_eq(values.filter, "-h");
}

Test(options, help_text)
{
	char *help;
	size_t size;
	FILE *out = open_memstream(&help, &size);
	const char *line, *end;

	cr_assert_eq(options_add_plugin(&o, &plugin, &values), 0);
	options_help(&o, out);
	fclose(out);
	cr_expect(strstr(help, "Usage: retis test [OPTIONS]\n\nTests options.\n"), "%s", help);
	cr_expect(strstr(help, "  -o, --out [FILE]"), "%s", help);
	cr_expect(strstr(help, "Memory. Default: 1M."), "%s", help);
	cr_expect(strstr(help, "\nOptions of the nft collector:\n"), "%s", help);
	cr_expect(strstr(help, "Verdicts. Values: all, drop, accept, jump.\n"), "%s", help);
	cr_expect(strstr(help, "Requests a second. Default: 20."), "%s", help);
	for (line = help; (end = strchr(line, '\n')); line = end + 1)
		cr_expect_leq(end - line, 80, "%.*s", (int)(end - line), line);
	free(help);
}

Test(options, peek_ignores_the_rest)
{
	static const struct option_spec dir = { .name = "dir", .type = OPTION_STRINGS };
	char *argv[] = { "test",    "-x",     "op", "--dir",   "a", "--dira=b",
			 "--dir=c", "--di=d", "--", "--dir=e", NULL };
	struct option_list found = { 0 };
	struct options few = { .errors = o.errors };

	cr_assert_eq(options_add(&few, "Options", &dir, 1, NULL), 0);
	cr_assert_eq(options_peek(&few, "dir", &found, 10, argv), 0);
	cr_assert_eq(found.n, 2);
	cr_expect_str_eq(found.items[0], "a");
	cr_expect_str_eq(found.items[1], "c");
	option_list_fini(&found);
	options_fini(&few);
}

Test(options, posix_environment_changes_nothing)
{
	const struct option_operand files = { "FILE", "Files.", 1, 1, &values.files };

	setenv("POSIXLY_CORRECT", "1", 1);
	o.operand = &files;
	cr_assert_eq(PARSE("a", "--utc"), 0);
	cr_expect(values.utc);
}

static int ran;

static int run_collect(int argc, char **argv, struct globals *globals)
{
	(void)globals;
	ran = 1;
	cr_expect_eq(argc, 2);
	cr_expect_str_eq(argv[1], "--utc");
	return 7;
}

static int run_other(int argc, char **argv, struct globals *globals)
{
	(void)argc;
	(void)argv;
	(void)globals;
	ran = 2;
	return 0;
}

static const struct command commands[] = {
	{ "collect", "Collects.", run_collect },
	{ "print", "Prints.", run_other },
	{ "profile", "Profiles.", run_other },
	{ "print-all", "Prints all.", run_other },
	{},
};

#define RUN(...)                                                                               \
	({                                                                                     \
		char *argv_[] = { "retis", __VA_ARGS__, NULL };                                \
		struct globals globals_ = { .log_level = RETIS_LOG_INFO };                     \
		int status_;                                                                   \
		o.subcommand = true;                                                           \
		status_ = command_run(commands, &o, sizeof(argv_) / sizeof(*argv_) - 1, argv_, \
				      &globals_);                                              \
		fflush(o.errors);                                                              \
		status_;                                                                       \
	})

Test(command, options_before_and_behind)
{
	cr_expect_eq(RUN("--utc", "collect", "--utc"), 7);
	cr_expect_eq(ran, 1);
	cr_expect(values.utc);
}

Test(command, unambiguous_beginning)
{
	cr_expect_eq(RUN("c", "--utc"), 7);
	cr_expect_eq(RUN("prof"), 0);
	cr_expect_eq(ran, 2);
}

Test(command, whole_name_is_not_ambiguous)
{
	cr_expect_eq(RUN("print"), 0);
	cr_expect_eq(ran, 2);
}

Test(command, ambiguous_beginning)
{
	cr_expect_eq(RUN("pr"), EXIT_USAGE);
	cr_expect(strstr(said, "'pr' is ambiguous: print, profile, print-all"), "%s", said);
	cr_expect_eq(ran, 0);
}

Test(command, missing_or_unknown)
{
	cr_expect_eq(RUN("--utc"), EXIT_USAGE);
	cr_expect(strstr(said, "a sub-command is missing"), "%s", said);
	cr_expect_eq(RUN("profil"), 0);
	cr_expect_eq(RUN("colect"), EXIT_USAGE);
	cr_expect(strstr(said, "no such sub-command 'colect'; did you mean collect?"), "%s", said);
	cr_expect_eq(RUN(""), EXIT_USAGE);
}
