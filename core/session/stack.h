/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stack traces: the section they travel in, and from addresses to names. The
 * trace is part of its event, so there is no table of stacks that could fill up.
 */
#ifndef CORE_SESSION_STACK_H
#define CORE_SESSION_STACK_H

#include "core/event/printer.h"

struct session;

extern const struct retis_section_type stack_section_type;

/*
 * Fills in STACK for printing traces of this session. Takes a new look at the
 * kernel's symbols: to be called once programs are attached, so that they are
 * known by name, and while the addresses may still be seen. Addresses are
 * printed as they are if it fails.
 */
void stack_prepare(struct printer_stack *stack, struct session *s);

/* How many of N frames from the top are code that is there because of us: programs,
 * trampolines, and the kernel's machinery around them. */
uint32_t stack_skip(const void *session, const uint64_t *frames, uint32_t n);

#endif
