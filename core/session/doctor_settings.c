/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings of the machine that tracing depends on, and what to do about them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "core/probe/features.h"
#include "core/session/doctor.h"

/* The first line of a small file; false if it can't be read. */
static bool read_first_line(const char *path, char *line, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, line, size - 1);
	close(fd);
	if (n < 0)
		return false;
	line[n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return true;
}

static void look_at_lockdown(struct doctor *d)
{
	char line[64];

	if (!read_first_line("/sys/kernel/security/lockdown", line, sizeof(line)))
		return;
	if (strstr(line, "[confidentiality]"))
		doctor_say(d, FINDING_PROBLEM,
			   "kernel lockdown is 'confidentiality': BPF programs may not read kernel "
			   "memory; boot with lockdown=integrity or without it");
	else
		doctor_say(d, FINDING_OK, "kernel lockdown does not stand in the way");
}

static void look_at_addresses(struct doctor *d)
{
	char level[16] = "?";
	uint64_t address;

	if (kernel_symbol(d->session.kernel, "_stext", &address) != -EPERM) {
		doctor_say(d, FINDING_OK, "kernel addresses can be seen");
		return;
	}
	read_first_line("/proc/sys/kernel/kptr_restrict", level, sizeof(level));
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
	int err = kernel_lists_functions(d->session.kernel);

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
	    !read_first_line("/proc/sys/kernel/perf_event_paranoid", level, sizeof(level)))
		return;
	doctor_say(d, FINDING_NOTE,
		   "kernel.perf_event_paranoid is %s: probes at functions need CAP_PERFMON", level);
}

static void look_at_ftrace(struct doctor *d)
{
	char on[16];

	if (read_first_line("/proc/sys/kernel/ftrace_enabled", on, sizeof(on)) && *on == '0')
		doctor_say(d, FINDING_NOTE,
			   "ftrace is off, so is fentry and kprobe.multi: sysctl "
			   "kernel.ftrace_enabled=1");
	if (read_first_line("/sys/kernel/debug/kprobes/enabled", on, sizeof(on)) && *on == '0')
		doctor_say(d, FINDING_NOTE,
			   "kprobes are off: echo 1 > /sys/kernel/debug/kprobes/enabled");
}

/* What a kernel must be built with; others are refused for other reasons. */
static const char *missing_config(struct kernel *k, enum feature_id feature)
{
	static const char *const options[FEATURE_COUNT] = {
		[FEATURE_FENTRY] = "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS",
		[FEATURE_FEXIT] = "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS",
		[FEATURE_KPROBE] = "CONFIG_KPROBES",
		[FEATURE_KRETPROBE] = "CONFIG_KRETPROBES",
		[FEATURE_KPROBE_MULTI] = "CONFIG_FPROBE",
		[FEATURE_KRETPROBE_MULTI] = "CONFIG_FPROBE",
		[FEATURE_KPROBE_SESSION] = "CONFIG_FPROBE",
	};
	const char *option = options[feature];

	return option && kernel_has_config(k, option) == 0 ? option : NULL;
}

static void look_at_backends(struct doctor *d)
{
	for (int i = 0; d->privileged && i < FEATURE_COUNT; i++) {
		const struct feature *f = feature_get((enum feature_id)i);
		const char *option = missing_config(d->session.kernel, (enum feature_id)i);

		if (f->result == 1)
			doctor_say(d, FINDING_OK, "%s", f->name);
		else if (option)
			doctor_say(d, FINDING_NOTE, "no %s: this kernel is built without %s",
				   f->name, option);
		else
			doctor_say(d, FINDING_NOTE, "no %s: %s", f->name, f->why);
	}
}

/* As the collection will find out: then it goes on without. */
static void look_at_probe_stack(struct doctor *d)
{
	const struct feature *single;
	uint64_t address;

	if (!d->privileged || !d->session.options->probe_stack)
		return;
	if (kernel_symbol(d->session.kernel, "_stext", &address) == -EPERM) {
		doctor_say(d, FINDING_NOTE,
			   "functions in stack traces can't be probed: addresses of symbols are "
			   "hidden");
		return;
	}
	if (feature_get(FEATURE_KPROBE_MULTI)->result > 0)
		return;
	single = feature_get(FEATURE_KPROBE);
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
	look_at_backends(d);
	look_at_probe_stack(d);
}
