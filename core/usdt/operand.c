/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/usdt/operand.h"

#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* An operand alone, or a part of it. */
#define OPERAND_SIZE 128

struct reg {
	int16_t offset;
	/* What the name stands for. */
	uint8_t size;
	uint8_t skip;
};

/* --- x86-64 --------------------------------------------------------------- */

/* In the order of struct pt_regs, which programs see. */
static const char *const x86_names[][5] = {
	{ "r15", "r15d", "r15w", "r15b" },
	{ "r14", "r14d", "r14w", "r14b" },
	{ "r13", "r13d", "r13w", "r13b" },
	{ "r12", "r12d", "r12w", "r12b" },
	{ "rbp", "ebp", "bp", "bpl" },
	{ "rbx", "ebx", "bx", "bl", "bh" },
	{ "r11", "r11d", "r11w", "r11b" },
	{ "r10", "r10d", "r10w", "r10b" },
	{ "r9", "r9d", "r9w", "r9b" },
	{ "r8", "r8d", "r8w", "r8b" },
	{ "rax", "eax", "ax", "al", "ah" },
	{ "rcx", "ecx", "cx", "cl", "ch" },
	{ "rdx", "edx", "dx", "dl", "dh" },
	{ "rsi", "esi", "si", "sil" },
	{ "rdi", "edi", "di", "dil" },
	{ NULL }, /* orig_rax */
	{ NULL }, /* rip: relative to what is behind the probe */
	{ NULL }, /* cs */
	{ NULL }, /* eflags */
	{ "rsp", "esp", "sp", "spl" },
};

static bool find_x86_register(const char *name, size_t n, struct reg *reg)
{
	for (size_t i = 0; i < sizeof(x86_names) / sizeof(x86_names[0]); i++)
		for (size_t form = 0; form < 5; form++) {
			const char *known = x86_names[i][form];

			if (!known || strlen(known) != n || memcmp(known, name, n))
				continue;
			*reg = (struct reg){ .offset = (int16_t)(8 * i),
					     .size = form < 3 ? (uint8_t)(8 >> form) : 1,
					     .skip = form == 4 ? 8 : 0 };
			return true;
		}
	return false;
}

/* A number that ends at END, in C's notation; nothing at all is 0 if EMPTY. */
static bool read_number(const char *text, const char *end, bool empty, int64_t *value)
{
	char *stop;

	*value = 0;
	if (text == end)
		return empty;
	if (!isdigit((unsigned char)*text) && *text != '-' && *text != '+')
		return false;
	errno = 0;
	*value = strtoll(text, &stop, 0);
	/* Unsigned 64-bit constants. */
	if (errno == ERANGE && *text != '-') {
		errno = 0;
		*value = (int64_t)strtoull(text, &stop, 0);
	}
	return !errno && stop == end;
}

/* "%rax" of whole width up to END. */
static bool read_x86_register(const char *text, const char *end, int16_t *offset)
{
	struct reg reg;

	if (text == end) {
		*offset = USDT_NO_REGISTER;
		return true;
	}
	if (*text != '%' || !find_x86_register(text + 1, (size_t)(end - text - 1), &reg) ||
	    reg.size != 8)
		return false;
	*offset = reg.offset;
	return true;
}

static bool read_scale(const char *text, const char *end, uint8_t *shift)
{
	if (text == end) {
		*shift = 0;
		return true;
	}
	for (*shift = 0; *shift < 4; (*shift)++)
		if (end - text == 1 && *text == '0' + (1 << *shift))
			return true;
	return false;
}

static const char *part_end(const char *text, const char *end)
{
	const char *comma = memchr(text, ',', (size_t)(end - text));

	return comma ? comma : end;
}

/* DISPLACEMENT(BASE,INDEX,SCALE), of which parts may be missing. */
static bool parse_x86_memory(const char *text, struct usdt_arg *arg)
{
	const char *open = strchr(text, '('), *end = text + strlen(text) - 1;
	const char *base_end, *index, *index_end, *scale;

	if (!open || *end != ')' || !read_number(text, open, true, &arg->value))
		return false;
	base_end = part_end(open + 1, end);
	index = base_end < end ? base_end + 1 : end;
	index_end = part_end(index, end);
	scale = index_end < end ? index_end + 1 : end;
	arg->kind = USDT_MEMORY;
	return read_x86_register(open + 1, base_end, &arg->base) &&
	       read_x86_register(index, index_end, &arg->index) &&
	       read_scale(scale, end, &arg->shift) && (arg->base >= 0 || arg->index >= 0);
}

static bool parse_x86(const char *text, struct usdt_arg *arg)
{
	size_t n = strlen(text);
	struct reg reg;

	if (*text == '$') {
		arg->kind = USDT_CONSTANT;
		return read_number(text + 1, text + n, false, &arg->value);
	}
	if (*text != '%')
		return parse_x86_memory(text, arg);
	if (!find_x86_register(text + 1, n - 1, &reg) || reg.size < arg->size)
		return false;
	arg->kind = USDT_REGISTER;
	arg->base = reg.offset;
	arg->skip = reg.skip;
	return true;
}

/* --- arm64 ---------------------------------------------------------------- */

/* struct user_pt_regs: x0 to x30, sp. */
#define ARM64_SP (31 * 8)

static bool find_arm64_register(const char *name, size_t n, struct reg *reg)
{
	unsigned int number = 0;

	*reg = (struct reg){ .offset = ARM64_SP, .size = 8 };
	if (n == 2 && !memcmp(name, "sp", 2))
		return true;
	if (n < 2 || n > 3 || (*name != 'x' && *name != 'w'))
		return false;
	for (size_t i = 1; i < n; i++) {
		if (!isdigit((unsigned char)name[i]))
			return false;
		number = number * 10 + (unsigned int)(name[i] - '0');
	}
	reg->offset = (int16_t)(8 * number);
	reg->size = *name == 'x' ? 8 : 4;
	return number <= 30;
}

static const char *skip_blanks(const char *text)
{
	while (*text == ' ' || *text == '\t')
		text++;
	return text;
}

/* [BASE], [BASE, DISPLACEMENT], [BASE, INDEX]. */
static bool parse_arm64_memory(const char *text, struct usdt_arg *arg)
{
	const char *end = text + strlen(text) - 1, *base = skip_blanks(text + 1), *more, *base_end;
	struct reg reg;

	if (*end != ']' || base > end)
		return false;
	base_end = part_end(base, end);
	more = skip_blanks(base_end < end ? base_end + 1 : end);
	while (base_end > base && base_end[-1] == ' ')
		base_end--;
	if (!find_arm64_register(base, (size_t)(base_end - base), &reg) || reg.size != 8)
		return false;
	arg->kind = USDT_MEMORY;
	arg->base = reg.offset;
	if (more < end && find_arm64_register(more, (size_t)(end - more), &reg)) {
		arg->index = reg.offset;
		return reg.size == 8;
	}
	return read_number(more + (*more == '#'), end, more == end, &arg->value);
}

static bool parse_arm64(const char *text, struct usdt_arg *arg)
{
	size_t n = strlen(text);
	struct reg reg;

	if (*text == '[')
		return parse_arm64_memory(text, arg);
	if (!strcmp(text, "xzr") || !strcmp(text, "wzr")) {
		arg->kind = USDT_CONSTANT;
		return true;
	}
	if (find_arm64_register(text, n, &reg)) {
		arg->kind = USDT_REGISTER;
		arg->base = reg.offset;
		return reg.size >= arg->size;
	}
	arg->kind = USDT_CONSTANT;
	return read_number(text, text + n, false, &arg->value);
}

/* --- all ------------------------------------------------------------------ */

/* Of "-4@...", and where the operand begins. */
static const char *parse_size(const char *text, struct usdt_arg *arg)
{
	char *end;
	long size = strtol(text, &end, 10);

	if (*end != '@' ||
	    (labs(size) != 1 && labs(size) != 2 && labs(size) != 4 && labs(size) != 8))
		return NULL;
	arg->size = (uint8_t)labs(size);
	arg->is_signed = size < 0;
	return end + 1;
}

/* Up to a space that is not between brackets. */
static size_t argument_length(const char *text)
{
	bool within = false;
	size_t n;

	for (n = 0; text[n] && (within || !isspace((unsigned char)text[n])); n++)
		within = text[n] == '[' || (within && text[n] != ']');
	return n;
}

static void parse_one(unsigned int machine, const char *text, size_t n, struct usdt_arg *arg)
{
	const struct usdt_arg unknown = { .base = USDT_NO_REGISTER, .index = USDT_NO_REGISTER };
	char copy[OPERAND_SIZE];
	const char *operand;
	bool known;

	*arg = unknown;
	if (n >= sizeof(copy))
		return;
	memcpy(copy, text, n);
	copy[n] = '\0';
	operand = parse_size(copy, arg);
	if (operand)
		operand = skip_blanks(operand);
	known = operand && *operand &&
		(machine == EM_X86_64	 ? parse_x86(operand, arg)
		 : machine == EM_AARCH64 ? parse_arm64(operand, arg)
					 : false);
	if (!known)
		*arg = unknown;
}

unsigned int operand_parse_all(unsigned int machine, const char *text,
			       struct usdt_arg args[USDT_MAX_ARGS])
{
	unsigned int n = 0;

	while (n < USDT_MAX_ARGS) {
		size_t length;

		while (isspace((unsigned char)*text))
			text++;
		length = argument_length(text);
		if (!length)
			break;
		parse_one(machine, text, length, &args[n++]);
		text += length;
	}
	return n;
}

const char *operand_type(const struct usdt_arg *arg)
{
	static const char *const names[2][9] = {
		{ [1] = "u8", [2] = "u16", [4] = "u32", [8] = "u64" },
		{ [1] = "s8", [2] = "s16", [4] = "s32", [8] = "s64" },
	};

	return arg->kind == USDT_UNKNOWN ? "?" : names[arg->is_signed][arg->size];
}
