/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a BPF object reads and this kernel's types do not have. libbpf puts an
 * instruction in its place that no kernel takes, unless it is never reached, and
 * says what it was in two lines of its log.
 */
#ifndef CORE_PROBE_POISON_H
#define CORE_PROBE_POISON_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* As the verifier calls the instruction. */
#define POISON_NAME "unknown#195896080"

struct poison_list {
	/* Of a program each: "PROGRAM", '\0', "struct sk_buff.mark", '\0'. */
	char *text;
	size_t size;
};

void poison_fini(struct poison_list *list);

/* A line of libbpf's at debug level; errors of memory only cost the name. */
void poison_read(struct poison_list *list, const char *format, va_list args);

/* Writes what PROGRAM reads in vain to TEXT: "struct a.b, struct c". False: nothing. */
bool poison_name(const struct poison_list *list, const char *program, char *text, size_t size);

#endif
