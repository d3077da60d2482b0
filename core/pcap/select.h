/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which probes' events are wanted, by what people type for 'retis collect -p'. */
#ifndef PCAP_SELECT_H
#define PCAP_SELECT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/event/probe_text.h"
#include "core/probe/probe.h"

struct selection {
	struct probe_spec *specs;
	/* By spec: there was an event of such a probe. */
	bool *seen;
	/* 0: all probes are wanted. */
	size_t n;
};

/* One more; -EINVAL with a sentence in WHY (PROBE_WHY_SIZE bytes), -ENOMEM. */
int selection_add(struct selection *s, const char *text, char *why);
void selection_fini(struct selection *s);

/* Options do not matter, nor does the module a function is in: events don't say. A
 * function without a type is meant however its entry was probed. */
bool selection_wants(const struct selection *s, const struct retis_file_probe *probe);
/* There was an event of PROBE. */
void selection_note(struct selection *s, const struct retis_file_probe *probe);

#endif
