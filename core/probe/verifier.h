/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why the kernel did not take a program. */
#ifndef CORE_PROBE_VERIFIER_H
#define CORE_PROBE_VERIFIER_H

#include "core/probe/splice.h"

struct bpf_prog_load_opts;

/*
 * Loads CODE, which failed with ERR, again with the verifier's log on: the line
 * that says why goes to WHY, the whole log to ours at debug level.
 */
void verifier_explain(enum bpf_prog_type type, const struct splice_code *code,
		      const struct bpf_prog_load_opts *opts, int err, char *why, size_t size);

/* The line of a verifier's LOG that names the cause; its length in N. */
const char *verifier_reason(const char *log, size_t *n);

#endif
