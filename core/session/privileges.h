/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the threads of a collection keep of privileges. */
#ifndef CORE_SESSION_PRIVILEGES_H
#define CORE_SESSION_PRIVILEGES_H

#include "core/plan/options.h"

struct retis_plugin;

/* While probes are attached: what the threads are for. */
enum collect_role {
	ROLE_MAIN,
	ROLE_STORE,
	ROLE_PRINT,
	ROLE_DRAIN,
	ROLE_ORDER,
	ROLE_ORDER_AND_ATTACH,
};
/* This thread, and those it starts from now on, give up what ROLE does not need. */
void confine_role(bool override, enum collect_role role);
/* The same for a collector's thread. */
void confine_worker(const struct retis_plugin *plugin);
/* Event files that are still to be opened need CAP_DAC_OVERRIDE. */
bool confine_needs_override(const struct collect_options *o);

#endif
