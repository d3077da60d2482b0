/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks the daemon about each flow that was looked up, once, at a given rate, and makes
 * events of what it says. Lookups wait for none of that.
 */
#ifndef OVS_ENRICH_H
#define OVS_ENRICH_H

#include <retis/plugin.h>

#define OVS_RATE_DEFAULT 20
#define OVS_RATE_MAX 1000

/* The thread's work, until it is to end; RATE: flows a second. 0 or a negative errno. */
int ovs_enrich_work(const struct retis_host *host, uint64_t rate);

#endif
