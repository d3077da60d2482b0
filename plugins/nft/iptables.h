/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decisions of iptables-legacy. */
#ifndef NFT_IPTABLES_H
#define NFT_IPTABLES_H

#include <retis/plugin.h>

#define IPTABLES_N_FIELDS 4
extern const struct retis_field iptables_fields[IPTABLES_N_FIELDS];

void iptables_print(const struct retis_view *view, const struct retis_print *how,
		    struct retis_text *out);

/* Some of its functions are there. */
bool iptables_is_there(const struct retis_host *host);
/* Adds probes at those that are. */
int iptables_setup(const struct retis_host *host);

#endif
