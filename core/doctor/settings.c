/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings of the machine that tracing depends on, and what to do about them. */
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "core/doctor/doctor.h"
#include "core/kernel/settings.h"
#include "core/probe/features.h"

static void look_at_lockdown(struct doctor *d)
{
	const char *hidden = lockdown_hides_memory();

	if (hidden)
		doctor_say(d, FINDING_PROBLEM, "%s", hidden);
	else if (!access("/sys/kernel/security/lockdown", F_OK))
		doctor_say(d, FINDING_OK, "kernel lockdown does not stand in the way");
}

static void look_at_addresses(struct doctor *d)
{
	char level[16] = "?";
	uint64_t address;

	if (kernel_symbol(d->plan.kernel, "_stext", &address) != -EPERM) {
		doctor_say(d, FINDING_OK, "kernel addresses can be seen");
		return;
	}
	setting_read("/proc/sys/kernel/kptr_restrict", level, sizeof(level));
	doctor_say(d, FINDING_NOTE,
		   "kernel addresses are hidden, stack traces have no names; CAP_SYSLOG is needed, "
		   "and kernel.kptr_restrict (now %s) must be below 2: sysctl "
		   "kernel.kptr_restrict=1",
		   level);
}

static void look_at_tracefs(struct doctor *d)
{
	const char *mount = d->contained ? "give it to the container: '-v "
					   "/sys/kernel/tracing:/sys/kernel/tracing:ro'"
					 : "mount it: mount -t tracefs tracefs /sys/kernel/tracing";
	int err = kernel_lists_functions(d->plan.kernel);

	if (!err)
		doctor_say(d, FINDING_OK, "tracefs can be read");
	else
		doctor_say(d, FINDING_NOTE,
			   "tracefs can't be read (%s): wildcards go by symbols and BTF; %s",
			   strerror(-err), err == -ENOENT ? mount : "CAP_DAC_READ_SEARCH would do");
}

static void look_at_paranoia(struct doctor *d)
{
	char level[16];

	if (d->privileged ||
	    !setting_read("/proc/sys/kernel/perf_event_paranoid", level, sizeof(level)))
		return;
	doctor_say(d, FINDING_NOTE,
		   "kernel.perf_event_paranoid is %s: probes at functions need CAP_PERFMON", level);
}

static void look_at_ftrace(struct doctor *d)
{
	char on[16];

	if (ftrace_is_off())
		doctor_say(d, FINDING_NOTE,
			   "ftrace is off, so is fentry and kprobe.multi: sysctl "
			   "kernel.ftrace_enabled=1");
	if (setting_read("/sys/kernel/debug/kprobes/enabled", on, sizeof(on)) && *on == '0')
		doctor_say(d, FINDING_NOTE,
			   "kprobes are off: echo 1 > /sys/kernel/debug/kprobes/enabled");
}

static void look_at_backend(struct doctor *d, enum backend backend)
{
	const char *config = backend_get(backend)->config;
	const struct feature *f = feature_get(backend);

	if (f->result == 1)
		doctor_say(d, FINDING_OK, "%s", f->name);
	else if (config && kernel_has_config(d->plan.kernel, config) == 0)
		doctor_say(d, FINDING_NOTE, "no %s: this kernel is built without %s", f->name,
			   config);
	else
		doctor_say(d, FINDING_NOTE, "no %s: %s", f->name, f->why);
}

/* As the collection will find out: then it goes on without. */
static void look_at_probe_stack(struct doctor *d)
{
	const struct feature *single;
	uint64_t address;

	if (!d->privileged || !d->plan.options->probe_stack)
		return;
	if (kernel_symbol(d->plan.kernel, "_stext", &address) == -EPERM) {
		doctor_say(d, FINDING_NOTE,
			   "functions in stack traces can't be probed: addresses of symbols are "
			   "hidden");
		return;
	}
	if (feature_get(BACKEND_KPROBE_MULTI)->result > 0)
		return;
	single = feature_get(BACKEND_KPROBE);
	if (single->result <= 0)
		doctor_say(d, FINDING_NOTE, "functions in stack traces can't be probed: %s: %s",
			   single->name, single->why);
}

void doctor_settings(struct doctor *d)
{
	struct utsname name;

	if (!uname(&name))
		doctor_say(d, FINDING_OK, "Linux %s, with BTF", name.release);
	look_at_lockdown(d);
	look_at_addresses(d);
	look_at_tracefs(d);
	look_at_paranoia(d);
	look_at_ftrace(d);
	for (int i = 1; d->privileged && i < BACKEND_COUNT; i++)
		look_at_backend(d, (enum backend)i);
	look_at_probe_stack(d);
}
