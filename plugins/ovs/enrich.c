/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "enrich.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <retis/clock.h>

#include "daemon.h"
#include "seen.h"

/* Between two looks at the flows, ns. */
#define LOOK_NS 100000000ULL
/* How often it is asked about a flow whose rules are not there yet. */
#define ASK_MAX 10

struct enrich {
	const struct retis_host *host;
	struct ovs_daemon daemon;
	struct ovs_seen_flows flows;
	struct ovs_detrace event;
	/* Of two requests, ns; when the next one may be sent. */
	uint64_t interval;
	uint64_t next;
	uint64_t told;
	uint64_t unknown;
};

/* Until TIME. 1: it is to end; 0; or a negative errno. */
static int wait_until(const struct enrich *e, uint64_t time)
{
	struct pollfd wait = { .fd = e->host->stop_fd(e->host), .events = POLLIN };
	uint64_t now = retis_clock_ns(), left = time > now ? time - now : 0;
	const struct timespec timeout = { .tv_sec = (time_t)(left / 1000000000),
					  .tv_nsec = (long)(left % 1000000000) };
	int got = ppoll(&wait, 1, &timeout, NULL);

	return got < 0 && errno != EINTR ? -errno : got > 0;
}

static int add_detrace(struct enrich *e, const struct ovs_seen_flow *flow, size_t rules)
{
	int err;

	e->event.id = flow->id;
	err = e->host->add_event(e->host, OVS_DETRACE_SECTION, 0, 0, &e->event,
				 offsetof(struct ovs_detrace, told.ofpflows) + rules);
	e->told += !err;
	/* The host counts it. */
	return err == -ENOSPC ? 0 : err;
}

static int ask_about(struct enrich *e, const struct ovs_seen_flow *flow)
{
	size_t rules;
	int got = ovs_daemon_ask(&e->daemon, &flow->id, &e->event.told, &rules), err = 0;
	bool done = got != OVS_ANSWER_EARLY || flow->seen.asked + 1 >= ASK_MAX;

	/* Its turn comes again. */
	if (got < 0)
		return 0;
	if (got == OVS_ANSWER_NONE)
		e->unknown++;
	else if (done)
		err = add_detrace(e, flow, rules);
	ovs_seen_note(&e->flows, flow, done);
	return err;
}

/* Those of one look, or as many as can be asked for until the next one. 1: it is to end. */
static int ask_in_turn(struct enrich *e)
{
	uint64_t end = retis_clock_ns() + LOOK_NS;
	int got = 0;

	for (size_t i = 0; i < e->flows.n && !got && retis_clock_ns() < end; i++) {
		if (!ovs_daemon_ready(&e->daemon))
			break;
		got = wait_until(e, e->next);
		e->next = retis_clock_ns() + e->interval;
		if (!got)
			got = ask_about(e, &e->flows.list[i]);
	}
	return got ? got : wait_until(e, end);
}

static int enrich_all(struct enrich *e)
{
	int got = 0;

	while (!got) {
		/* What becomes of the daemon is said, whether there are flows or not. */
		ovs_daemon_ready(&e->daemon);
		got = ovs_seen_look(&e->flows);
		if (!got)
			got = ask_in_turn(e);
	}
	if (got > 0)
		got = ovs_seen_look(&e->flows);
	e->host->log(e->host, RETIS_LOG_INFO,
		     "%" PRIu64 " flow(s) told by the daemon, %" PRIu64 " unknown to it, %zu not "
		     "asked about",
		     e->told, e->unknown, e->flows.n);
	return got;
}

int ovs_enrich_work(const struct retis_host *host, uint64_t rate)
{
	struct enrich *e = calloc(1, sizeof(*e));
	int map = host->map_fd(host, "flows"), err;

	if (!e || map < 0) {
		free(e);
		return e ? map : -ENOMEM;
	}
	e->host = host;
	e->interval = 1000000000 / (rate ? rate : 1);
	err = ovs_daemon_init(&e->daemon, host);
	if (!err)
		err = ovs_seen_init(&e->flows, map);
	if (!err)
		err = enrich_all(e);
	ovs_seen_fini(&e->flows);
	ovs_daemon_fini(&e->daemon);
	free(e);
	return err;
}
