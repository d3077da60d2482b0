/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/load/blind.h"

#include <errno.h>

#include "core/kernel/settings.h"
#include "core/plan/track.h"
#include "core/util/log.h"

bool blind_without_ftrace(const struct plan *plan, const struct probe *probe)
{
	if (!probe_is_function(&probe->spec))
		return false;
	return probe->spec.family != PROBE_KPROBE ||
	       kernel_has_config(plan->kernel, "CONFIG_KPROBES_ON_FTRACE") != 0;
}

const char *blind_reason(const struct plan *plan, const struct probe *probe)
{
	if (blind_without_ftrace(plan, probe) && ftrace_is_off())
		return "it would see nothing, as ftrace is off: sysctl kernel.ftrace_enabled=1";
	return NULL;
}

static bool is_packet_return(const struct probe *probe)
{
	bool indirect;

	return !probe->internal && probe->spec.type == PROBE_FUNCTION_RETURN &&
	       probe_packet(probe, &indirect) >= 0;
}

const char *blind_packetless(const struct plan *plan, const struct probe *probe)
{
	if (!is_packet_return(probe))
		return NULL;
	if (plan_refuses_tracking(plan))
		return "without tracking nobody knows whether a packet is still there when a "
		       "function returns: nothing of it is shown";
	if (plan_ends_packet(probe))
		return "the packet is gone when it returns; probe its call to see that";
	return NULL;
}

/* Once for each reason. */
static void tell_packetless(const struct plan *plan)
{
	const char *why, *last = NULL;
	char name[192];

	for (size_t i = 0; i < plan->n_probes; i++) {
		why = blind_packetless(plan, &plan->probes[i]);
		if (!why || why == last)
			continue;
		probe_text(&plan->probes[i], name, sizeof(name));
		log_warn("%s: %s", name, why);
		last = why;
	}
}

static size_t count_wanted(const struct plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_probes; i++)
		n += !plan->probes[i].internal;
	return n;
}

int blind_check(const struct plan *plan)
{
	const struct probe *first = NULL;
	size_t blind = 0;
	char name[192];
	bool off = ftrace_is_off();

	tell_packetless(plan);
	for (size_t i = 0; i < plan->n_probes && off; i++) {
		const struct probe *probe = &plan->probes[i];

		if (probe->internal || !blind_without_ftrace(plan, probe))
			continue;
		if (!blind++ || (probe->named && !first->named))
			first = probe;
	}
	if (!blind)
		return 0;
	probe_text(first, name, sizeof(name));
	if (first->named || blind == count_wanted(plan)) {
		log_fatal("%s: %s", name, blind_reason(plan, first));
		return -EOPNOTSUPP;
	}
	log_warn("%zu probe(s) see nothing, such as %s, as ftrace is off: sysctl "
		 "kernel.ftrace_enabled=1",
		 blind, name);
	return 0;
}
