/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this process may do, and what its threads keep of that while it collects. */
#ifndef CORE_SESSION_PRIVILEGES_H
#define CORE_SESSION_PRIVILEGES_H

#include "core/session/session.h"

/* 0, or a negative errno after logging why. */
int session_check_privileges(void);

/* While probes are attached: what the threads are for. */
enum session_role {
	ROLE_MAIN,
	ROLE_STORE,
	ROLE_PRINT,
	ROLE_DRAIN,
	ROLE_ORDER,
	ROLE_ORDER_AND_ATTACH,
};
/* This thread, and those it starts from now on, give up what ROLE does not need. */
void session_confine(const struct session *s, enum session_role role);
/* The same for a collector's thread. */
void session_confine_worker(const struct retis_plugin *plugin);
/* Event files that are still to be opened need CAP_DAC_OVERRIDE. */
bool session_needs_override(const struct session_options *o);

#endif
