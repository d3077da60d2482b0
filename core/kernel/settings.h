/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings of the running kernel that tracing depends on. */
#ifndef KERNEL_SETTINGS_H
#define KERNEL_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

/* The first line of a small file, without its end; false if it can't be read. */
bool setting_read(const char *path, char *line, size_t size);

/* kernel.ftrace_enabled is 0: nothing attached to functions is called, and attaching
 * to them can leave the kernel's tracing unusable until the next boot. */
bool ftrace_is_off(void);

/* kernel.perf_event_paranoid: perf events are for administrators only, as some distributions have
 * it, and so are kprobes that can't be attached in one go. */
bool perf_is_paranoid(void);

/* NULL, or that BPF programs may not read the kernel's memory, as it is locked down, and what to
 * do about it (LOCKDOWN_BPF_READ_KERNEL in include/linux/security.h). */
const char *lockdown_hides_memory(void);

#endif
