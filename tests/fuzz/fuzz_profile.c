/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a file of profiles: it is refused with one message that is safe to print,
 * or what is in it can be chosen from, written, and read again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/profile/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int condition)
{
	if (!condition)
		abort();
}

static void count_fatal(void *arg, bool fatal, const char *text)
{
	*(unsigned int *)arg += fatal;
	for (; *text; text++)
		check((unsigned char)*text >= ' ' && *text != 0x7f);
}

static bool no_symbol(void *arg, const char *name)
{
	(void)arg;
	return !*name;
}

static void use(const struct profile *p, FILE *out)
{
	const struct profile_machine machine = { .release = { { 6, 1, 0 }, 3, 44, true },
						 .has_symbol = no_symbol };

	check(p->name && *p->name);
	for (size_t i = 0; i < p->n_sections; i++)
		profile_choose(&p->sections[i], &machine);
	profile_write(out, p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const commands[] = { "collect", "pcap", NULL };
	unsigned int fatal = 0;
	const struct profile_reader reader = { commands, count_fatal, &fatal };
	struct profile_file file;
	FILE *out;
	int err = profile_parse(&reader, "f", (const char *)data, size, &file);

	check(fatal == (err != 0));
	if (err)
		return 0;
	out = fopen("/dev/null", "w");
	for (size_t i = 0; out && i < file.n; i++)
		use(&file.list[i], out);
	if (out)
		fclose(out);
	profile_file_fini(&file);
	return 0;
}
