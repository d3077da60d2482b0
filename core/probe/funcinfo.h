/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Function information for spliced programs. The kernel accepts a program with
 * callbacks (bpf_loop() and the like) only if BTF says that they are static
 * functions. It checks nothing else about them, so one small BTF object
 * serves all programs.
 */
#ifndef CORE_PROBE_FUNCINFO_H
#define CORE_PROBE_FUNCINFO_H

#include <linux/bpf.h>

#include "core/probe/splice.h"

struct btf;

/* BTF to give to bpf_prog_load() (`prog_btf_fd`, by btf__fd()), loaded into
 * the kernel; to be released with btf__free(). Negative errno on failure. */
int funcinfo_btf(struct btf **btf);

/* For `func_info`: one record for each of RESULT's parts, to be freed.
 * `func_info_rec_size` is sizeof(**records). -ENOMEM. */
int funcinfo_records(const struct splice_result *result, struct bpf_func_info **records);

#endif
