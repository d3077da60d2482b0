/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions with the probe option `ftrace`: while one runs, probes without a packet report
 * what they see for its packet; see bpf/window.h. */
#include <errno.h>
#include <string.h>

#include "core/plan/plan.h"
#include "core/plan/track.h"
#include "core/util/log.h"

int plan_expect_windows(struct plan *plan)
{
	const struct collect_options *o = plan->options;
	char why[PROBE_WHY_SIZE];
	struct probe_spec spec;

	for (size_t i = 0; i < o->n_probes; i++)
		plan->windows |= !probe_parse(o->probes[i], &spec, why) && spec.window;
	if (!plan->windows)
		return 0;
	if (plan_refuses_tracking(plan)) {
		log_fatal("The probe option 'ftrace' needs to know packets: not with --no-track");
		return -EINVAL;
	}
	if (!plan_sees_functions()) {
		log_fatal("The probe option 'ftrace' needs probes at functions, which this kernel "
			  "does not allow");
		return -EOPNOTSUPP;
	}
	return 0;
}

/* The window, or what goes on inside, is over where the function returns. */
static void add_end(struct plan *plan, const struct probe *probe)
{
	struct probe end = { .spec = probe->spec,
			     .internal = true,
			     .role = probe->spec.window ? TRACK_WINDOW : TRACK_CALL,
			     .prog_fd = -1,
			     .link_fd = -1 };
	char why[PROBE_WHY_SIZE], name[192];

	end.spec.type = PROBE_FUNCTION_RETURN;
	end.spec.stack = end.spec.window = false;
	if (!plan_add_tracker(plan, &end, why) || !probe->spec.window)
		return;
	probe_text(probe, name, sizeof(name));
	log_warn("%s is no window for what it calls: %s", name, why);
}

void plan_windows(struct plan *plan)
{
	size_t n = plan->windows ? plan->n_probes : 0;

	for (size_t i = 0; i < n; i++) {
		struct probe *probe = &plan->probes[i];

		/* Only kprobes tell where the frame of a call is. */
		if (probe->spec.type != PROBE_RAW_TP && probe->spec.family == PROBE_ANY)
			probe->spec.family = PROBE_KPROBE;
	}
	for (size_t i = 0; i < n; i++) {
		const struct probe probe = plan->probes[i];

		if (probe.spec.type == PROBE_FUNCTION && !probe.internal)
			add_end(plan, &probe);
	}
}
