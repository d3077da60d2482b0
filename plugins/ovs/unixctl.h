/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks a daemon of Open vSwitch through its unixctl socket. It may say anything, or nothing:
 * answers are bounded in length and time, and nothing is waited for once STOP is readable.
 */
#ifndef OVS_UNIXCTL_H
#define OVS_UNIXCTL_H

#include <stdint.h>
#include <sys/types.h>

/* Bytes of one answer. */
#define OVS_ANSWER_MAX (256u << 10)

struct ovs_unixctl {
	/* -1: not connected. */
	int fd;
	int stop;
	uint64_t last_id;
	char *buffer;
};

/* Does not connect yet. STOP: a file descriptor. -ENOMEM. */
int ovs_unixctl_init(struct ovs_unixctl *u, int stop);
void ovs_unixctl_fini(struct ovs_unixctl *u);

/* PID: who has to be at the other end; 0: anybody. -ECONNREFUSED, -ENOENT, -EACCES..., -EPERM: it
 * is somebody else. */
int ovs_unixctl_connect(struct ovs_unixctl *u, const char *path, pid_t pid);
void ovs_unixctl_close(struct ovs_unixctl *u);

/* 0 as long as the other end is there and silent; else a negative errno, and there is no
 * connection any more. */
int ovs_unixctl_check(struct ovs_unixctl *u);

/*
 * Sends METHOD with the N texts at ARGS, in which nothing needs an escape. 0: *TEXT is the
 * answer; 1: it is what the daemon has against it; up to the next call. A negative errno, and
 * there is no connection any more: -ETIMEDOUT; -EMSGSIZE; -EBADMSG: what comes is no answer;
 * -ECANCELED: STOP is readable; others of the socket.
 */
int ovs_unixctl_call(struct ovs_unixctl *u, const char *method, const char *const *args, size_t n,
		     char **text);

#endif
