/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking the kernel for one symbol, which spares it writing all of them. */
#ifndef KERNEL_SYMBOL_QUERY_H
#define KERNEL_SYMBOL_QUERY_H

#include <stdint.h>

/* 0, or -ENOENT: there is none of that name. Anything else: it can't be asked. */
int query_symbol(const char *name, uint64_t *address);

#endif
