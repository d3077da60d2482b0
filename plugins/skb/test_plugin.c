/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the skb plugin asks of its host before it is loaded. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <retis/plugin.h>

#include "section.h"

/* A host that has some symbols and writes down what it is told. */
struct fake {
	/* First, so that the plugin's pointer leads back here. */
	struct retis_host api;
	/* The symbol it hasn't, and the error it gives for it. */
	const char *missing;
	int symbol_error;
	/* The constant it refuses, and how. */
	const char *refused;
	int constant_error;

	uint64_t snaplen, wanted, page_shift, page_offset_base, vmemmap_base;
	int unknown, logged;
	/* Of the map that tells whether fragments were missed. */
	int missed_fd;
};

static struct fake *fake_of(const struct retis_host *host)
{
	return (struct fake *)(uintptr_t)host;
}

static int take_constant(const struct retis_host *host, const char *name, const void *value,
			 size_t size)
{
	struct fake *f = fake_of(host);
	const struct {
		const char *name;
		size_t size;
		uint64_t *to;
	} constants[] = {
		{ "snaplen", 4, &f->snaplen },
		{ "wanted", 8, &f->wanted },
		{ "retis_page_shift", 4, &f->page_shift },
		{ "retis_page_offset_base_at", 8, &f->page_offset_base },
		{ "retis_vmemmap_base_at", 8, &f->vmemmap_base },
	};

	if (f->refused && !strcmp(name, f->refused))
		return f->constant_error;
	for (size_t i = 0; i < sizeof(constants) / sizeof(constants[0]); i++) {
		uint32_t word;

		if (strcmp(name, constants[i].name))
			continue;
		cr_assert_eq(size, constants[i].size, "%s", name);
		memcpy(&word, value, sizeof(word));
		*constants[i].to = word;
		if (size == sizeof(uint64_t))
			memcpy(constants[i].to, value, size);
		return 0;
	}
	f->unknown++;
	return -ENOENT;
}

static int give_symbol(const struct retis_host *host, const char *name, uint64_t *address)
{
	const struct fake *f = fake_of(host);

	if (f->missing && !strcmp(name, f->missing))
		return f->symbol_error;
	*address = !strcmp(name, "vmemmap_base") ? 0xffffffff82000008 : 0xffffffff82000010;
	return 0;
}

static void take_log(const struct retis_host *host, enum retis_log_level level, const char *format,
		     ...)
{
	char line[256];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	cr_expect(level >= RETIS_LOG_INFO && line[0], "%d: %s", (int)level, line);
	fake_of(host)->logged++;
}

static int give_map(const struct retis_host *host, const char *name)
{
	cr_expect_str_eq(name, "retis_frags_missed");
	return fake_of(host)->missed_fd;
}

static struct fake fake_new(void)
{
	return (struct fake){ .api = { .size = sizeof(struct retis_host),
				       .log = take_log,
				       .map_fd = give_map,
				       .symbol = give_symbol,
				       .set_constant = take_constant } };
}

/* What the host allocates: the defaults, with one option changed if NAME. */
static void *state_new(const char *name, uint64_t value)
{
	char *state = calloc(1, retis_plugin.state_size);
	bool found = !name;

	cr_assert(state);
	if (retis_plugin.state)
		memcpy(state, retis_plugin.state, retis_plugin.state_size);
	for (uint32_t i = 0; i < retis_plugin.n_options && name; i++) {
		const struct retis_option *o = &retis_plugin.options[i];

		if (strcmp(o->name, name))
			continue;
		cr_assert_leq(o->offset + sizeof(value), retis_plugin.state_size);
		memcpy(state + o->offset, &value, sizeof(value));
		found = true;
	}
	cr_assert(found, "there is no option %s", name);
	return state;
}

static int setup(struct fake *f, const char *option, uint64_t value)
{
	void *state = state_new(option, value);
	int err = retis_plugin.setup(&f->api, state);

	free(state);
	cr_expect_eq(f->unknown, 0, "it sets a constant that the test does not know");
	return err;
}

Test(skb_plugin, defaults)
{
	struct fake f = fake_new();

	cr_assert_eq(setup(&f, NULL, 0), 0);
	cr_expect_eq(f.snaplen, SKB_SNAPLEN_DEFAULT);
	cr_expect_eq(f.wanted, 0);
	cr_expect_eq(1L << f.page_shift, sysconf(_SC_PAGESIZE));
	cr_expect_eq(f.page_offset_base, 0xffffffff82000010);
	cr_expect_eq(f.vmemmap_base, 0xffffffff82000008);
	cr_expect_eq(f.logged, 0);
}

Test(skb_plugin, options_reach_the_hooks)
{
	struct fake f = fake_new();

	cr_assert_eq(setup(&f, "snaplen", SKB_SNAPLEN_MAX), 0);
	cr_expect_eq(f.snaplen, SKB_SNAPLEN_MAX);
	cr_assert_eq(setup(&f, "skb-sections", SKB_WANTS(SKB_GSO)), 0);
	cr_expect_eq(f.wanted, SKB_WANTS(SKB_GSO));
}

/* "all" is what it says, and old names change nothing. */
Test(skb_plugin, section_names)
{
	const struct retis_option *o = retis_plugin.options;
	uint64_t all = 0, one_by_one = 0;

	while (strcmp(o->name, "skb-sections"))
		o++;
	for (const struct retis_choice *c = o->choices; c->name; c++) {
		if (!strcmp(c->name, "all"))
			all = c->bits;
		else
			one_by_one |= c->bits;
	}
	cr_expect_eq(all, SKB_WANTS(SKB_META) | SKB_WANTS(SKB_DATA_REF) | SKB_WANTS(SKB_GSO));
	cr_expect_eq(one_by_one, all);
}

/*
 * Without both addresses the hook leaves fragments out: vmemmap_base_at, which
 * switches that on, must stay 0. Addresses are hidden from many a user (-EPERM), who is told
 * once something was missed.
 */
Test(skb_plugin, symbols_that_are_not_there)
{
	static const char *const names[] = { "page_offset_base", "vmemmap_base" };
	static const int errors[] = { -ENOENT, -EPERM };

	for (int i = 0; i < 4; i++) {
		struct fake f = fake_new();
		void *state = state_new(NULL, 0);
		uint32_t missed = 0;

		f.missing = names[i / 2];
		f.symbol_error = errors[i % 2];
		f.missed_fd = memfd_create("missed", 0);
		cr_assert_eq(write(f.missed_fd, &missed, sizeof(missed)), sizeof(missed));
		cr_expect_eq(retis_plugin.setup(&f.api, state), 0, "%s", f.missing);
		cr_expect_eq(f.vmemmap_base, 0);
		retis_plugin.tick(&f.api, state);
		cr_expect_eq(f.logged, 0, "nothing was missed");
		missed = 1;
		cr_assert_eq(pwrite(f.missed_fd, &missed, sizeof(missed), 0), sizeof(missed));
		retis_plugin.tick(&f.api, state);
		retis_plugin.stop(&f.api, state);
		cr_expect_eq(f.logged, 1, "it is told once");
		close(f.missed_fd);
		free(state);
	}
}

/* A constant that can't be set means that the object is not the plugin's. */
Test(skb_plugin, errors_are_passed_on)
{
	static const char *const constants[] = { "snaplen", "wanted", "retis_page_shift",
						 "retis_page_offset_base_at",
						 "retis_vmemmap_base_at" };

	for (size_t i = 0; i < sizeof(constants) / sizeof(constants[0]); i++) {
		struct fake f = fake_new();

		f.refused = constants[i];
		f.constant_error = -(int)(i + 1);
		cr_expect_eq(setup(&f, NULL, 0), f.constant_error, "%s", constants[i]);
	}
}
