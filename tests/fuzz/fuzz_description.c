/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plugin's description as built by anybody: of any size, with lists of any number and
 * size of elements. What is not refused is used as if it were right: its hooks, options,
 * and sections, which print what is in an event.
 *
 * Input: bytes that are taken for each member in turn.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/plugin/private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Elements there are behind each list. */
#define ELEMENTS 4

struct bytes {
	const uint8_t *at;
	size_t left;
};

static uint8_t take_byte(struct bytes *b)
{
	if (!b->left)
		return 0;
	b->left--;
	return *b->at++;
}

static uint32_t take_number(struct bytes *b)
{
	uint8_t v = take_byte(b);

	/* Mostly small, now and then absurd. */
	return v < 0xf0 ? v % 16 : v < 0xf8 ? 1u << v % 32 : UINT32_MAX - v % 8;
}

/* What is there once a plugin is loaded: a string of the program, or none. */
static const char *take_string(struct bytes *b)
{
	static char texts[32][8];
	static unsigned int n;
	static const char *const usual[] = { "skb",
					     "1.0",
					     "GPL-2.0-or-later",
					     "packet",
					     "f",
					     "tp:net:netif_rx",
					     "struct sk_buff *",
					     NULL };
	uint8_t v = take_byte(b);
	char *text = texts[n++ % 32];

	if (v < 0xe0)
		return usual[v % 8];
	for (size_t i = 0; i < sizeof(texts[0]) - 1; i++)
		text[i] = (char)take_byte(b);
	return text;
}

static void fill_hook(struct bytes *b, struct retis_hook *hook, struct retis_arg *args)
{
	*hook = (struct retis_hook){
		.program = take_string(b),
		.args = take_byte(b) % 8 ? args : NULL,
		.n_args = take_number(b),
		.any_of = take_number(b),
		.all_of = take_number(b),
		.flags = take_number(b),
	};
	for (size_t i = 0; i < RETIS_HOOK_ARGS; i++)
		args[i] = (struct retis_arg){ .type = take_string(b), .name = take_string(b) };
}

static void fill_field(struct bytes *b, struct retis_field *f, const struct retis_field *inner)
{
	static const struct retis_enum_name words[] = { { 1, "one" }, { 0, NULL } };

	*f = (struct retis_field){
		.name = take_string(b),
		.about = take_string(b),
		.kind = take_byte(b) % 24,
		.offset = take_number(b),
		.size = take_number(b),
		.count = take_number(b),
		.present = take_number(b),
		.role = take_byte(b),
		.names = take_byte(b) % 4 ? words : NULL,
		.n_names = take_byte(b) % 3,
		.fields = inner,
		.n_fields = inner ? take_byte(b) % (ELEMENTS + 1) : 0,
	};
}

static struct retis_section_type sections[ELEMENTS];
static struct retis_hook hooks[ELEMENTS];
static struct retis_arg args[ELEMENTS][RETIS_HOOK_ARGS];
static struct retis_need needs[ELEMENTS];
static struct retis_option options[ELEMENTS];
static struct retis_counter counters[ELEMENTS];
static struct retis_field fields[2 * ELEMENTS];

static void fill_lists(struct bytes *b)
{
	static const struct retis_choice choices[] = { { .name = "one" }, { .name = NULL } };

	for (size_t i = 0; i < 2 * ELEMENTS; i++)
		fill_field(b, &fields[i], i < ELEMENTS ? fields + ELEMENTS : NULL);
	for (size_t i = 0; i < ELEMENTS; i++) {
		fill_hook(b, &hooks[i], args[i]);
		sections[i] = (struct retis_section_type){
			.name = take_string(b),
			.place = take_byte(b) % 3,
			.rank = take_number(b),
			.line = take_number(b),
			.joins = take_string(b),
			.fields = fields,
			.n_fields = take_byte(b) % (ELEMENTS + 1),
		};
		needs[i] = (struct retis_need){ .kind = take_byte(b) % 8, .name = take_string(b) };
		options[i] = (struct retis_option){
			.name = take_string(b),
			.type = take_byte(b) % 6,
			.value = take_string(b),
			.help = take_string(b),
			.offset = take_number(b),
			.min = take_number(b),
			.max = take_number(b),
			.choices = take_byte(b) % 4 ? choices : NULL,
		};
		counters[i] = (struct retis_counter){ .name = take_string(b) };
	}
}

/* As many as there are, or so many that they are not looked at. */
static uint32_t take_count(struct bytes *b)
{
	uint8_t v = take_byte(b);

	return v < 0xf8 ? v % (ELEMENTS + 1) : 1u << (11 + v % 8);
}

/* The struct's own size, smaller, or one that is refused. */
static uint32_t take_size(struct bytes *b, size_t own)
{
	uint8_t v = take_byte(b);

	return v < 0xc0 ? (uint32_t)own : v < 0xe0 ? (uint32_t)own - v % 32u / 8 * 8 : v % 8;
}

/* The same for elements of a list, which is put together as a plugin of that size has it. */
static uint32_t take_stride(struct bytes *b, void *list, size_t own)
{
	uint32_t size = take_size(b, own);

	for (size_t i = 1; size < own && i < ELEMENTS; i++)
		memmove((char *)list + i * size, (char *)list + i * own, size);
	return size;
}

#define LIST(NAME)                                        \
	.NAME##s = NAME##s, .n_##NAME##s = take_count(b), \
	.NAME##_size = take_stride(b, NAME##s, sizeof(NAME##s[0]))

static void fill_description(struct bytes *b, struct retis_plugin *desc)
{
	*desc = (struct retis_plugin){
		.abi_major = take_byte(b) < 0xf0 ? RETIS_ABI_MAJOR : 0,
		.size = take_size(b, sizeof(*desc)),
		.name = take_string(b),
		.version = take_string(b),
		.license = take_string(b),
		.summary = take_string(b),
		LIST(hook),
		LIST(need),
		LIST(section),
		LIST(option),
		LIST(counter),
		.state_size = take_number(b),
	};
}

/* What print does with a section that was taken. */
static void use_sections(const struct retis_plugin *desc)
{
	static struct registry registry;

	memset(&registry, 0, sizeof(registry));
	for (uint32_t i = 0; i < desc->n_sections; i++)
		registry_add(&registry, &desc->sections[i], desc->name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = { data, size };
	struct retis_plugin given, desc = { 0 };
	struct reason reason = { "" };
	int err;

	fill_lists(&b);
	fill_description(&b, &given);
	err = desc_copy(&desc, &given, sizeof(given), &reason);
	if (!err)
		err = desc_check(&desc, &reason);
	if (err && err != -12 && !*reason.text)
		abort();
	if (!err)
		use_sections(&desc);
	desc_free(&desc);
	return 0;
}
