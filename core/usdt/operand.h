/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arguments of usdt probes, as their notes describe them in the assembler's words:
 * "-4@%edi 8@-16(%rbp) 4@$7". The text comes from a file and may be anything.
 */
#ifndef CORE_USDT_OPERAND_H
#define CORE_USDT_OPERAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* <sys/sdt.h> makes no more. */
#define USDT_MAX_ARGS 12

enum usdt_kind {
	/* Not in a way that can be read: a floating point register, a symbol. */
	USDT_UNKNOWN,
	/* `value` itself. */
	USDT_CONSTANT,
	/* `base`. */
	USDT_REGISTER,
	/* What is at `base` + (`index` << `shift`) + `value`. */
	USDT_MEMORY,
};

#define USDT_NO_REGISTER (-1)

struct usdt_arg {
	enum usdt_kind kind;
	/* In bytes: 1, 2, 4 or 8. */
	uint8_t size;
	bool is_signed;
	/* Bits of a register below the argument: 8 for "%ah". */
	uint8_t skip;
	uint8_t shift;
	/* Where in the registers a program sees, in bytes; or USDT_NO_REGISTER. */
	int16_t base;
	int16_t index;
	int64_t value;
};

/* The arguments in TEXT, for the processor MACHINE (EM_X86_64, EM_AARCH64), to ARGS.
 * Returns how many; what can't be read is USDT_UNKNOWN. */
unsigned int operand_parse_all(unsigned int machine, const char *text,
			       struct usdt_arg args[USDT_MAX_ARGS]);

/* "u32", "s8", and "?" if it can't be read. */
const char *operand_type(const struct usdt_arg *arg);

#endif
