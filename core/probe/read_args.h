/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Code that reads the arguments of a probe in user space; pure. */
#ifndef CORE_PROBE_READ_ARGS_H
#define CORE_PROBE_READ_ARGS_H

#include "core/probe/splice.h"
#include "core/usdt/operand.h"

/*
 * The fill of RETIS_SLOT_USER_ARGS: those of ARGS whose bits are in WANTED, from registers and
 * the program's memory to their places in the context. CODE is the caller's, to be given to
 * splice_code_fini(). -ENOMEM.
 */
int read_args_build(const struct usdt_arg args[USDT_MAX_ARGS], uint32_t wanted,
		    struct splice_code *code);

#endif
