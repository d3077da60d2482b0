/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What hooks and plugin agree upon besides sections. */
#ifndef OVS_HOOK_H
#define OVS_HOOK_H

/* Arguments of hooks: of upcalls, lookups, flows that count a packet, actions, and the daemon's
 * probes. */
#define OVS_ARG_UPCALL 0
#define OVS_ARG_KEY 1
#define OVS_ARG_CUTLEN 2

#define OVS_LOOKUP_KEY 0
#define OVS_LOOKUP_MASK_HIT 1
#define OVS_LOOKUP_CACHE_HIT 2

#define OVS_HIT_FLOW 0

#define OVS_ACTION_KEY 0
#define OVS_ACTION_ATTR 1

#define OVS_USER_DATA 0
#define OVS_USER_SIZE 1
#define OVS_USER_TYPE 2
#define OVS_USER_KEY_SIZE 3

/* Packets that user space has, or is to get, if it is looked at: as many as its sockets may hold.
 */
#define OVS_QUEUED_MAX 65536

/* Threads of daemons that are followed. */
#define OVS_THREADS_MAX 1024

/* Counters. */
#define OVS_COUNT_COMMANDS 0
#define OVS_COUNT_FLOWS 1
#define OVS_COUNT_ALIKE 2
#define OVS_COUNT_THREADS 3
#define OVS_N_COUNTERS 4

#endif
