/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options given by profiles: the command line goes before them. And words for shells. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/cli/options.h"
#include "core/util/quote.h"

struct values {
	struct option_list probes;
	const char *out;
	uint64_t count;
	uint64_t mask;
	uint8_t utc;
	struct option_list dirs;
};

static const struct retis_choice verdicts[] = { { "drop", 1 }, { "accept", 2 }, { "jump", 4 }, {} };

#define AT(MEMBER) .offset = offsetof(struct values, MEMBER)

static const struct option_spec specs[] = {
	{ .name = "probe", .letter = 'p', .type = OPTION_STRINGS, AT(probes) },
	{ .name = "out", .type = OPTION_STRING, .implied = "retis.data", AT(out) },
	{ .name = "stop-after", .type = OPTION_UINT, AT(count) },
	{ .name = "verdicts", .type = OPTION_CHOICES, .choices = verdicts, AT(mask) },
	{ .name = "utc", .type = OPTION_FLAG, AT(utc) },
	{ .name = "dir", .type = OPTION_STRINGS, .typed = true, AT(dirs) },
};

static struct values values;
static struct options o;
static char *said;
static size_t said_size;

static void begin(void)
{
	values = (struct values){ .mask = 7 };
	o = (struct options){ .command = "retis test",
			      .errors = open_memstream(&said, &said_size) };
	cr_assert_eq(options_add(&o, "Options", specs, sizeof(specs) / sizeof(specs[0]), &values),
		     0);
}

static void end(void)
{
	options_fini(&o);
	option_list_fini(&values.probes);
	option_list_fini(&values.dirs);
	fclose(o.errors);
	free(said);
}

TestSuite(presets, .init = begin, .fini = end);

#define PRESETS(...)                                             \
	const struct option_preset presets_[] = { __VA_ARGS__ }; \
	o.presets = presets_;                                    \
	o.n_presets = sizeof(presets_) / sizeof(presets_[0])

#define PARSE(...)                                                                       \
	({                                                                               \
		char *argv_[] = { "test", ##__VA_ARGS__, NULL };                         \
		int err_ = options_parse(&o, sizeof(argv_) / sizeof(*argv_) - 1, argv_); \
		fflush(o.errors);                                                        \
		err_;                                                                    \
	})

Test(presets, are_taken)
{
	PRESETS({ "probe", "a", "f:1:1" }, { "probe", "b", "f:1:2" }, { "out", NULL, "f:2:1" },
		{ "verdicts", "drop", "f:3:1" }, { "verdicts", "jump", "g:1:1" },
		{ "utc", NULL, "f:4:1" });

	cr_expect_eq(PARSE(), 0);
	cr_expect_eq(values.probes.n, 2);
	cr_expect_str_eq(values.out, "retis.data");
	cr_expect_eq(values.mask, 5);
	cr_expect(values.utc);
	cr_expect(options_given(&o, "out"));
	cr_expect(!options_given(&o, "stop-after"));
}

Test(presets, command_line_goes_before)
{
	PRESETS({ "probe", "a", "f:1:1" }, { "out", "x", "f:2:1" }, { "verdicts", "drop", "f:3:1" },
		{ "stop-after", "1", "f:4:1" }, { "stop-after", "2", "g:4:1" });

	cr_expect_eq(PARSE("-p", "b", "--out", "y", "--verdicts", "accept"), 0);
	cr_expect_eq(values.probes.n, 2);
	cr_expect_str_eq(values.probes.items[1], "b");
	cr_expect_eq(options_preset_items(&o, "probe"), 1);
	cr_expect_str_eq(values.out, "y");
	cr_expect_eq(values.mask, 2);
	cr_expect_eq(values.count, 2, "of profiles the last one counts");
}

Test(presets, bad_ones_say_where)
{
	static const struct {
		struct option_preset preset;
		const char *message;
	} bad[] = {
		{ { "prob", "a", "f:1:1" },
		  "error: f:1:1: 'retis test' has no option '--prob'; did you mean probe?" },
		{ { "dir", "a", "f:1:2" }, "error: f:1:2: 'retis test' has no option '--dir'" },
		{ { "utc", "a", "f:1:3" }, "error: f:1:3: the argument '--utc' takes no value" },
		{ { "probe", NULL, "f:1:4" },
		  "error: f:1:4: the argument '--probe' needs a value" },
		{ { "stop-after", "x", "f:1:5" }, "error: f:1:5: invalid value 'x'" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		o.presets = &bad[i].preset;
		o.n_presets = 1;
		cr_expect_eq(PARSE(), -EINVAL);
		cr_expect(strstr(said, bad[i].message), "%s: %s", bad[i].message, said);
	}
}

Test(presets, unknown_ones_may_be_left_out)
{
	PRESETS({ "ovs-track", NULL, "f:1:1" }, { "utc", NULL, "f:1:2" });

	o.lenient = true;
	cr_expect_eq(PARSE(), 0);
	cr_expect(values.utc);
}

Test(quote, words)
{
	static const struct {
		const char *word, *quoted;
	} cases[] = {
		{ "tp:skb:kfree_skb/stack", "tp:skb:kfree_skb/stack" },
		{ "skb,dev", "skb,dev" },
		{ "", "''" },
		{ "a b", "'a b'" },
		{ "it's", "'it'\\''s'" },
		{ "tcp_*", "'tcp_*'" },
		{ "~", "'~'" },
		{ "$(reboot)", "'$(reboot)'" },
		{ "=ls", "'=ls'" },
		{ "a\nb'\x1b", "$'a\\012b\\'\\033'" },
		{ "\xc3\xbc", "'\xc3\xbc'" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char buffer[128];
		struct retis_text text = { .data = buffer, .capacity = sizeof(buffer) - 1 };

		quote_word(&text, cases[i].word);
		buffer[text.length] = '\0';
		cr_expect_str_eq(buffer, cases[i].quoted);
	}
}
