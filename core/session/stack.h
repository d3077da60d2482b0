/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stack traces: the section they travel in, and from addresses to names. The
 * trace is part of its event, so there is no table of stacks that could fill up.
 */
#ifndef CORE_SESSION_STACK_H
#define CORE_SESSION_STACK_H

#include "core/event/frame.h"
#include "core/event/printer.h"

struct plan;

/* Symbols as they were once probes were attached, for the threads that order and print; NULL
 * without stack traces and other addresses of code. */
struct stack_names {
	struct kernel *kernel;
};

/* A frame_symbol(); its argument are these. */
const char *stack_symbol(const void *names, uint64_t address, uint64_t *offset,
			 char room[FRAME_SYMBOL_SIZE]);

/*
 * Fills in STACK for printing traces of this collection, with NAMES, which are for other
 * addresses of code, too, if there are OTHERS. Takes a new look at the kernel's symbols: to be
 * called once programs are attached, so that they are known by name, and while the addresses may
 * still be seen. Addresses are printed as they are if that fails. -ENOMEM.
 */
int stack_prepare(struct printer_stack *stack, const struct plan *plan, bool others,
		  struct stack_names *names);
void stack_names_fini(struct stack_names *names);

#endif
