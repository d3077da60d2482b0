/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FTRACE_H
#define KERNEL_FTRACE_H

#include <stdbool.h>

/* kernel.ftrace_enabled is 0: nothing attached to functions is called, and attaching
 * to them can leave the kernel's tracing unusable until the next boot. */
bool ftrace_is_off(void);

#endif
