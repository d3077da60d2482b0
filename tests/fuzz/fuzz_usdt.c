/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any file as a program with usdt probes, and any text as their arguments: what comes of it are
 * strings that end, places within the file, registers that there are, and code that fits.
 */
#include <elf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/probe/read_args.h"
#include "core/usdt/notes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of what programs see of registers. */
#define REGISTERS_SIZE (32 * 8)

static void check(int condition)
{
	if (!condition)
		abort();
}

static void check_arg(const struct usdt_arg *a)
{
	if (a->kind == USDT_UNKNOWN)
		return;
	check(a->size == 1 || a->size == 2 || a->size == 4 || a->size == 8);
	check(a->base >= USDT_NO_REGISTER && a->base < REGISTERS_SIZE);
	check(a->index >= USDT_NO_REGISTER && a->index < REGISTERS_SIZE);
	check(a->shift <= 3 && a->skip <= 8);
	check(a->kind != USDT_REGISTER || a->base >= 0);
	check(*operand_type(a) != '\0');
}

static void parse(unsigned int machine, const char *text)
{
	struct usdt_arg args[USDT_MAX_ARGS] = {};
	unsigned int n = operand_parse_all(machine, text, args);
	struct splice_code code;

	check(n <= USDT_MAX_ARGS);
	for (unsigned int i = 0; i < n; i++)
		check_arg(&args[i]);
	if (read_args_build(args, (1u << n) - 1, &code))
		return;
	check(code.count >= 5);
	splice_code_fini(&code);
}

static int use(void *arg, unsigned int machine, const struct note *note)
{
	const size_t *size = arg;

	check(*note->provider && *note->name);
	check(note->offset < *size && note->semaphore < *size);
	parse(machine, note->args);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	char *text = malloc(size + 1);

	check(text && write(fd, data, size) == (ssize_t)size);
	notes_read(fd, use, &size);
	close(fd);
	memcpy(text, data, size);
	text[size] = '\0';
	parse(EM_X86_64, text);
	parse(EM_AARCH64, text);
	free(text);
	return 0;
}
