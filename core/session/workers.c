/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/session/privileges.h"
#include "core/session/workers.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <retis/clock.h>

#include "core/collect/mailbox.h"
#include "core/util/log.h"

/* A header and one section of the largest size. */
union whole_event {
	struct retis_event event;
	unsigned char bytes[RETIS_EVENT_MAX];
};

#define SECTION_MAX (RETIS_EVENT_MAX - sizeof(struct retis_event) - sizeof(struct retis_section))

static struct collector *collector_of(const struct host *host)
{
	return (struct collector *)((char *)(uintptr_t)host - offsetof(struct collector, host));
}

static void fill_header(struct retis_event *event, const struct host_event *from)
{
	*event = (struct retis_event){
		.size = (uint32_t)(sizeof(*event) + sizeof(struct retis_section) +
				   RETIS_ALIGNED(from->size)),
		.probe = RETIS_NO_PROBE,
		.timestamp = from->time ? from->time : retis_clock_ns(),
		.cpu = (uint32_t)sched_getcpu(),
		.pid = (uint32_t)getpid(),
		.tid = (uint32_t)gettid(),
	};
	prctl(PR_GET_NAME, event->comm);
}

static int add_host_event(const struct host *host, const struct host_event *from)
{
	struct collector *c = collector_of(host);
	struct retis_section section = { .type = (uint16_t)(c->plugin->section_base +
							    from->section),
					 .size = (uint16_t)from->size,
					 .present = from->present };
	union whole_event whole = {};
	int err;

	if (from->section >= c->plugin->desc.n_sections || from->size > SECTION_MAX)
		return -EINVAL;
	if (c->silenced)
		return -EPIPE;
	fill_header(&whole.event, from);
	memcpy(whole.bytes + sizeof(whole.event), &section, sizeof(section));
	if (from->size)
		memcpy(whole.bytes + sizeof(whole.event) + sizeof(section), from->data, from->size);
	err = mailbox_post(c->mailbox, &whole.event);
	if (err == -ENOSPC)
		c->dropped++;
	return err;
}

static void accept_events(struct plan *plan, struct mailbox *mailbox)
{
	for (size_t i = 0; i < plan->n_collectors; i++) {
		plan->collectors[i].mailbox = mailbox;
		plan->collectors[i].host.add_event = add_host_event;
	}
}

static void *run_worker(void *arg)
{
	struct collector *c = arg;
	const struct retis_plugin *desc = &c->plugin->desc;
	char name[16];
	int err;

	snprintf(name, sizeof(name), "retis-%s", desc->name);
	prctl(PR_SET_NAME, name);
	confine_worker(desc);
	err = desc->work(&c->host.api, c->plugin->state);
	if (err < 0)
		log_warn("Collector %s: its thread has ended: %s", desc->name, strerror(-err));
	return NULL;
}

static int start_worker(struct collector *c)
{
	int err;

	if (!c->plugin->desc.work)
		return 0;
	c->host.stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->host.stop_fd < 0)
		return -errno;
	err = -pthread_create(&c->worker, NULL, run_worker, c);
	c->works = !err;
	return err;
}

static void stop_worker(struct collector *c)
{
	const uint64_t one = 1;
	struct timespec end;

	if (c->works && write(c->host.stop_fd, &one, sizeof(one)) == sizeof(one)) {
		clock_gettime(CLOCK_REALTIME, &end);
		end.tv_sec += WORKER_PATIENCE_MS / 1000;
		c->works = pthread_timedjoin_np(c->worker, NULL, &end) != 0;
	}
	c->silenced = c->works;
}

static void join_worker(struct collector *c)
{
	if (c->works) {
		log_warn("Collector %s: waiting for its thread to end", c->plugin->desc.name);
		pthread_join(c->worker, NULL);
		c->works = false;
	}
	if (c->host.stop_fd >= 0)
		close(c->host.stop_fd);
	c->host.stop_fd = -1;
}

/* --- all of them ------------------------------------------------------------- */

static int start_collector(struct collector *c)
{
	const struct retis_plugin *desc = &c->plugin->desc;
	int err = 0;

	if (c->broken)
		return 0;
	c->host.running = true;
	if (desc->start)
		err = desc->start(&c->host.api, c->plugin->state);
	c->started = !err;
	return err ? err : start_worker(c);
}

int workers_start(struct plan *plan, struct mailbox *mailbox)
{
	accept_events(plan, mailbox);
	for (size_t i = 0; i < plan->n_collectors; i++) {
		struct collector *c = &plan->collectors[i];
		const struct retis_plugin *desc = &c->plugin->desc;
		int err = start_collector(c);

		if (err && c->asked) {
			log_fatal("could not start collector %s: %s", desc->name, strerror(-err));
			return err;
		}
		if (err)
			log_warn("Could not start collector %s: %s", desc->name, strerror(-err));
	}
	return 0;
}

void workers_stop(struct plan *plan)
{
	for (size_t i = plan->n_collectors; i-- > 0;) {
		struct collector *c = &plan->collectors[i];

		stop_worker(c);
		if (c->started && !c->works && c->plugin->desc.stop)
			c->plugin->desc.stop(&c->host.api, c->plugin->state);
		c->started = false;
	}
}

void workers_tick(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_collectors; i++) {
		struct collector *c = &plan->collectors[i];

		if (c->started && c->plugin->desc.tick)
			c->plugin->desc.tick(&c->host.api, c->plugin->state);
	}
}

void workers_join(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_collectors; i++)
		join_worker(&plan->collectors[i]);
}
