/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words, each up to a zero byte, as a command line with options of all types: what is refused
 * gets a message in printable characters, what is taken is within the bounds it was given.
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/cli/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define WORDS 16

struct line_values {
	struct option_list list;
	struct option_list files;
	const char *text;
	uint64_t number;
	uint64_t bytes;
	uint64_t choices;
	unsigned int choice;
	uint8_t flag;
};

static const struct retis_choice line_choices[] = { { "one", 1 }, { "two", 2 }, {} };

#define AT(MEMBER) .offset = offsetof(struct line_values, MEMBER)

static const struct option_spec line_specs[] = {
	{ .name = "list", .letter = 'l', .type = OPTION_STRINGS, .split = true, AT(list) },
	{ .name = "text", .letter = 't', .type = OPTION_STRING, .implied = "x", AT(text) },
	{ .name = "number", .letter = 'n', .type = OPTION_UINT, .min = 3, .max = 9, AT(number) },
	{ .name = "bytes", .type = OPTION_SIZE, .min = 4096, .max = 1 << 30, AT(bytes) },
	{ .name = "choice", .type = OPTION_CHOICE, .choices = line_choices, AT(choice) },
	{ .name = "choices", .type = OPTION_CHOICES, .choices = line_choices, AT(choices) },
	{ .name = "flag", .letter = 'f', .type = OPTION_FLAG, AT(flag) },
};

static void check_line(int condition)
{
	if (!condition)
		abort();
}

static void check_message(const char *said, size_t n)
{
	check_line(n > 0);
	for (size_t i = 0; i < n; i++)
		check_line(said[i] == '\n' || (said[i] >= ' ' && said[i] < 0x7f));
}

static void check_values(const struct line_values *v)
{
	check_line(v->number >= 3 && v->number <= 9);
	check_line(v->bytes >= 4096 && v->bytes <= 1 << 30);
	check_line(v->choice <= 2 && v->choices <= 3 && v->flag <= 1);
}

static void parse_line(int argc, char **argv, FILE *errors, char *const *said, const size_t *n)
{
	struct line_values v = { .number = 3, .bytes = 4096 };
	const struct option_operand files = { .value = "FILE", .max = 4, .list = &v.files };
	struct options o = { .command = "retis", .operand = &files, .errors = errors };
	int err = options_add(&o, "Options", line_specs, sizeof(line_specs) / sizeof(line_specs[0]),
			      &v);

	if (!err)
		err = options_parse(&o, argc, argv);
	fflush(errors);
	if (!err)
		check_values(&v);
	else if (err == -EINVAL)
		check_message(*said, *n);
	options_fini(&o);
	option_list_fini(&v.list);
	option_list_fini(&v.files);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *argv[WORDS + 2] = { (char *)"retis" }, *said = NULL;
	size_t n = 0;
	FILE *errors = open_memstream(&said, &n);
	int argc = 1;

	if (text && errors) {
		memcpy(text, data, size);
		text[size] = '\0';
		for (size_t at = 0; at < size && argc <= WORDS; at += strlen(text + at) + 1)
			argv[argc++] = text + at;
		parse_line(argc, argv, errors, &said, &n);
	}
	if (errors)
		fclose(errors);
	free(said);
	free(text);
	return 0;
}
