/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * It is looked for in the folder that OVS_RUNDIR names. If that is not set, in the usual one of
 * this machine, then in those of processes that are called so: they may run in containers.
 */
#include "daemon.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <retis/clock.h>

#include "process.h"
#include "told.h"

#define RUNDIR "/var/run/openvswitch"
#define PATH_SIZE 300

/* Between two looks. */
#define LOOK_MS 1000
#define LOOK_MAX_MS 5000

int ovs_daemon_init(struct ovs_daemon *d, const struct retis_host *host)
{
	*d = (struct ovs_daemon){ .host = host, .pause = LOOK_MS };
	return ovs_unixctl_init(&d->ctl, host->stop_fd(host));
}

void ovs_daemon_fini(struct ovs_daemon *d)
{
	ovs_unixctl_fini(&d->ctl);
}

/* --- where it is ------------------------------------------------------------------------- */

/* FOLDER is the daemon's, as seen from here; PID is known if it is that of a process. */
static int connect_in(struct ovs_daemon *d, const char *folder, pid_t pid, char path[PATH_SIZE])
{
	char number[16];
	int err;

	snprintf(path, PATH_SIZE, "%s/" OVS_PROGRAM ".pid", folder);
	err = ovs_read_line(path, number, sizeof(number));
	if (err || !ovs_is_pid_text(number))
		return err ? err : -EINVAL;
	snprintf(path, PATH_SIZE, "%s/" OVS_PROGRAM ".%s.ctl", folder, number);
	return ovs_unixctl_connect(&d->ctl, path, pid);
}

struct search {
	struct ovs_daemon *daemon;
	char *path;
};

/* What is seen below its root may be a trap: it has to be the process that answers. */
static int connect_to_process(void *arg, pid_t pid)
{
	static const char *const folders[] = { "/run/openvswitch", RUNDIR };
	const struct search *search = arg;
	char folder[64];
	int err = -ENOENT;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]) && err; i++) {
		snprintf(folder, sizeof(folder), "/proc/%d/root%s", pid, folders[i]);
		err = connect_in(search->daemon, folder, pid, search->path);
	}
	/* Then there may be another one. */
	return err ? -ENOENT : 0;
}

/* --- what it can ------------------------------------------------------------------------- */

static bool has_line(const char *text, const char *name)
{
	size_t length = strlen(name);

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		text += strspn(text, " ");
		if (!strncmp(text, name, length) && strchr(" \t\n", text[length]))
			return true;
	}
	return false;
}

static int get_acquainted(struct ovs_daemon *d)
{
	char *text;
	int got = ovs_unixctl_call(&d->ctl, "list-commands", NULL, 0, &text);

	if (got)
		return got < 0 ? got : -EOPNOTSUPP;
	d->has_flows = has_line(text, "dpctl/get-flow");
	d->has_rules = has_line(text, "ofproto/detrace");
	if (!d->has_flows)
		return -EOPNOTSUPP;
	got = ovs_unixctl_call(&d->ctl, "dpctl/dump-dps", NULL, 0, &text);
	d->names_datapath = !got && has_line(text, "system@ovs-system");
	return got < 0 ? got : 0;
}

static void say_ready(struct ovs_daemon *d, const char *path)
{
	const struct retis_host *host = d->host;

	host->log(host, RETIS_LOG_INFO, "flows are told by the daemon at %s%s", path,
		  d->has_rules ? ""
			       : ", without rules of OpenFlow: it has no ofproto/detrace, which "
				 "came with 3.4");
	d->missed = false;
}

static void say_missed(struct ovs_daemon *d, const char *path, int err)
{
	const struct retis_host *host = d->host;
	const char *why = err == -EOPNOTSUPP ? "it has no dpctl/get-flow" : strerror(-err);

	if (!d->missed && err != -ECANCELED)
		host->log(host, RETIS_LOG_WARN,
			  "flows have no details until " OVS_PROGRAM " answers: %s: %s; OVS_RUNDIR "
			  "names the folder of its socket",
			  path, why);
	d->missed = true;
}

static void say_lost(struct ovs_daemon *d, int err)
{
	const struct retis_host *host = d->host;

	if (err != -ECANCELED)
		host->log(host, RETIS_LOG_WARN, OVS_PROGRAM " does not answer any more: %s",
			  strerror(-err));
	d->missed = true;
}

/* Whoever comes and goes is not looked for all the time. */
static void look_later(struct ovs_daemon *d)
{
	d->look_at = retis_clock_ms() + d->pause;
	d->pause = d->pause * 2 < LOOK_MAX_MS ? d->pause * 2 : LOOK_MAX_MS;
}

/* PATH: where it is, or should be. */
static int connect_somewhere(struct ovs_daemon *d, char path[PATH_SIZE])
{
	const char *folder = getenv("OVS_RUNDIR");
	bool named = folder && *folder;
	char other[PATH_SIZE];
	struct search search = { d, other };
	int err = connect_in(d, named ? folder : RUNDIR, 0, path);

	/* Who names one means no other. */
	if (!err || named || ovs_each_process(connect_to_process, &search))
		return err;
	memcpy(path, other, sizeof(other));
	return 0;
}

static bool look_for_daemon(struct ovs_daemon *d)
{
	char path[PATH_SIZE];
	int err;

	look_later(d);
	err = connect_somewhere(d, path);
	if (!err)
		err = get_acquainted(d);
	if (err) {
		ovs_unixctl_close(&d->ctl);
		say_missed(d, path, err);
		return false;
	}
	say_ready(d, path);
	return true;
}

bool ovs_daemon_ready(struct ovs_daemon *d)
{
	int err;

	if (d->ctl.fd < 0)
		return retis_clock_ms() >= d->look_at && look_for_daemon(d);
	err = ovs_unixctl_check(&d->ctl);
	if (err)
		say_lost(d, err);
	return !err;
}

/* --- flows ------------------------------------------------------------------------------- */

static int call_about(struct ovs_daemon *d, const char *method, const char *const *args, size_t n,
		      char **text)
{
	const struct retis_host *host = d->host;
	int got = ovs_unixctl_call(&d->ctl, method, args, n, text);

	if (got < 0)
		say_lost(d, got);
	if (got > 0)
		host->log(host, RETIS_LOG_DEBUG, "%s %s: %.200s", method, args[n - 1], *text);
	return got;
}

int ovs_daemon_ask(struct ovs_daemon *d, const struct ovs_flow_id *id, struct ovs_told *told,
		   size_t *rules)
{
	char ufid[sizeof("ufid:") + OVS_UFID_LENGTH];
	const char *flow[] = { "system@ovs-system", ufid };
	const char *detrace[] = { ufid, "pmd=2147483647" };
	char *text;
	int got;

	*rules = 0;
	ovs_write_ufid(id, ufid);
	got = call_about(d, "dpctl/get-flow", d->names_datapath ? flow : flow + 1,
			 d->names_datapath ? 2 : 1, &text);
	if (got)
		return got < 0 ? got : OVS_ANSWER_NONE;
	/* It is there, and answers: the next time it is looked for at once. */
	d->pause = LOOK_MS;
	d->look_at = 0;
	ovs_told_flow(told, text);
	if (!d->has_rules)
		return OVS_ANSWER_WHOLE;
	got = call_about(d, "ofproto/detrace", detrace, 2, &text);
	if (got)
		return got < 0 ? got : OVS_ANSWER_EARLY;
	*rules = ovs_told_rules(told, text);
	return *rules ? OVS_ANSWER_WHOLE : OVS_ANSWER_EARLY;
}
