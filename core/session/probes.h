/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adding probes to a session's list: in the kernel probes.c, in programs usdt_probes.c. */
#ifndef CORE_SESSION_PROBES_H
#define CORE_SESSION_PROBES_H

#include "core/session/session.h"

/* All that there are of a usdt probe: it may be at several places. */
int session_add_usdt(struct session *s, struct probe *probe);
/* PROBE to the list, as its last one. */
int session_append_probe(struct session *s, const struct probe *probe);
/* What was asked for in PROBE is asked for in TO, which is at the same place. */
void session_merge_probe(struct probe *to, const struct probe *probe);
/* There is no such probe, for the reason WHY ("": none matches): said, and the end of the run
 * only if the user asked for it. */
int session_probe_missing(const struct probe *probe, int err, const char *why);

#endif
