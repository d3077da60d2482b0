/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/session/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/kernel/settings.h"
#include "core/load/blind.h"
#include "core/util/list.h"
#include "core/util/log.h"

/* 0: it is not there. */
static ino_t module_inode(const char *name)
{
	char path[sizeof("/sys/module/") + KERNEL_MODULE_SIZE];
	struct stat st;

	snprintf(path, sizeof(path), "/sys/module/%s", name);
	return stat(path, &st) ? 0 : st.st_ino;
}

static struct watched_module *find_or_watch(struct watch *w, const char *name)
{
	for (size_t i = 0; i < w->n; i++)
		if (!strcmp(w->modules[i].name, name))
			return &w->modules[i];
	if (list_grow((void **)&w->modules, w->n, &w->room, sizeof(*w->modules)))
		return NULL;
	w->modules[w->n] = (struct watched_module){ .name = name, .inode = module_inode(name) };
	return &w->modules[w->n++];
}

static int watch_module(struct watch *w, const char *name)
{
	struct watched_module *module = find_or_watch(w, name);

	if (!module)
		return -ENOMEM;
	module->probes++;
	return 0;
}

static int watch_process(struct watch *w, pid_t pid)
{
	struct watched_process *p = w->processes;

	for (; p < w->processes + w->n_processes; p++)
		if (p->pid == pid) {
			p->probes++;
			return 0;
		}
	if (list_grow((void **)&w->processes, w->n_processes, &w->room_processes, sizeof(*p)))
		return -ENOMEM;
	p = &w->processes[w->n_processes++];
	*p = (struct watched_process){ .pid = pid, .probes = 1 };
	/* It may be gone already: then there is nothing to wait for. */
	p->fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (process_name(pid, p->name, sizeof(p->name)))
		snprintf(p->name, sizeof(p->name), "?");
	return 0;
}

int watch_start(struct watch *w, const struct plan *plan)
{
	int err = 0;

	w->plan = plan;
	w->told = calloc(plan->max_probes + 1, sizeof(*w->told));
	if (!w->told)
		return -ENOMEM;
	w->ftrace_off = ftrace_is_off();
	for (size_t i = 0; i < plan->n_probes && !err; i++) {
		const struct probe *probe = &plan->probes[i];

		if (probe->prog_fd < 0)
			continue;
		if (*probe->module)
			err = watch_module(w, probe->module);
		else if (probe->site && probe->site->file->pid)
			err = watch_process(w, probe->site->file->pid);
	}
	return err;
}

static void look_at_processes(struct watch *w)
{
	for (size_t i = 0; i < w->n_processes; i++) {
		struct watched_process *p = &w->processes[i];
		struct pollfd fd = { .fd = p->fd, .events = POLLIN };

		if (p->fd < 0 || poll(&fd, 1, 0) <= 0)
			continue;
		log_warn("Process %d (%s) has ended, and with it went %zu usdt probe(s): to see "
			 "the one that takes its place, collect anew with its number",
			 p->pid, p->name, p->probes);
		close(p->fd);
		p->fd = -1;
	}
}

static void look_at_modules(struct watch *w)
{
	for (size_t i = 0; i < w->n; i++) {
		struct watched_module *m = &w->modules[i];

		if (m->gone || module_inode(m->name) == m->inode)
			continue;
		m->gone = true;
		log_warn("Module %s was unloaded, and with it went %zu probe(s): to see it when it "
			 "is back, collect anew",
			 m->name, m->probes);
	}
}

static void look_at_ftrace_switch(struct watch *w)
{
	const struct plan *plan = w->plan;
	bool off = ftrace_is_off();
	size_t blind = 0, trackers = 0;

	for (size_t i = 0; i < plan->n_probes && off && !w->ftrace_off; i++) {
		bool sees_nothing = plan->probes[i].prog_fd >= 0 &&
				    blind_without_ftrace(plan, &plan->probes[i]);

		blind += sees_nothing && !plan->probes[i].internal;
		trackers += sees_nothing && plan->probes[i].internal;
	}
	if (trackers)
		log_warn("ftrace was switched off: ends and changes of packets are not seen, and "
			 "they may get the ids of others, until sysctl kernel.ftrace_enabled=1");
	if (blind)
		log_warn("ftrace was switched off: %zu probe(s) see nothing until sysctl "
			 "kernel.ftrace_enabled=1",
			 blind);
	w->ftrace_off = off;
}

void watch_look(struct watch *w)
{
	look_at_modules(w);
	look_at_processes(w);
	look_at_ftrace_switch(w);
}

void watch_returns(struct watch *w, const struct loss_counters *counted, uint64_t least)
{
	const struct plan *plan = w->plan;
	char name[192];

	for (size_t i = 0; i < plan->n_probes; i++) {
		const struct loss_counters *c = &counted[i];

		if (w->told[i] || c->kept || c->gone < least)
			continue;
		w->told[i] = true;
		if (blind_packetless(plan, &plan->probes[i]))
			continue;
		probe_text(&plan->probes[i], name, sizeof(name));
		log_warn("%s: in none of %" PRIu64 " returns was the packet still there; probe its "
			 "call to see that",
			 name, (uint64_t)c->gone);
	}
}

void watch_fini(struct watch *w)
{
	for (size_t i = 0; i < w->n_processes; i++)
		if (w->processes[i].fd >= 0)
			close(w->processes[i].fd);
	free(w->processes);
	free(w->modules);
	free(w->told);
	*w = (struct watch){};
}
