/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Stack traces of what is read. */
#ifndef INPUT_STACK_H
#define INPUT_STACK_H

#include <retis/text.h>

/* For struct printer_stack; ARG is a struct input_names. */
void stack_frame(const void *arg, uint64_t address, struct retis_text *out);
uint32_t stack_skip(const void *arg, const uint64_t *frames, uint32_t n);

#endif
