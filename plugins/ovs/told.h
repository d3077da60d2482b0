/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers as they go into events: bounded, whatever they are. */
#ifndef OVS_TOLD_H
#define OVS_TOLD_H

#include <stddef.h>
#include <stdint.h>

#include "flow.h"

#define OVS_UFID_LENGTH 36

/* "ufid:" and the id as the daemon writes it. */
void ovs_write_ufid(const struct ovs_flow_id *id, char to[sizeof("ufid:") + OVS_UFID_LENGTH]);

/* Of dpctl/get-flow; what is too long ends with "...". */
void ovs_told_flow(struct ovs_told *told, const char *text);

/* Of ofproto/detrace: bytes of the rules in told->ofpflows. 0: it has none yet. Of rules that are
 * too many, the last line is "...". */
size_t ovs_told_rules(struct ovs_told *told, const char *text);

#endif
