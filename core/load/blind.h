/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Probes that would be attached and see nothing, or no packet. */
#ifndef CORE_LOAD_BLIND_H
#define CORE_LOAD_BLIND_H

#include "core/plan/plan.h"

/* Kprobes at functions go through ftrace, too, where a kernel has that. */
bool blind_without_ftrace(const struct plan *plan, const struct probe *probe);
/* NULL, or why PROBE would be attached and see nothing. */
const char *blind_reason(const struct plan *plan, const struct probe *probe);
/* NULL, or why PROBE has no packet to show. */
const char *blind_packetless(const struct plan *plan, const struct probe *probe);
/* Says which of all probes are blind, in a line. -EOPNOTSUPP: one that was asked for by
 * its name is, or all are. */
int blind_check(const struct plan *plan);

#endif
