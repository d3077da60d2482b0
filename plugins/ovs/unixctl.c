/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unixctl.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <retis/clock.h>

#include "reply.h"

/* For sending a request, and for its answer. */
#define PATIENCE_MS 500
#define REQUEST_MAX 512

int ovs_unixctl_init(struct ovs_unixctl *u, int stop)
{
	*u = (struct ovs_unixctl){ .fd = -1, .stop = stop, .buffer = malloc(OVS_ANSWER_MAX + 1) };
	return u->buffer ? 0 : -ENOMEM;
}

void ovs_unixctl_close(struct ovs_unixctl *u)
{
	if (u->fd >= 0)
		close(u->fd);
	u->fd = -1;
}

void ovs_unixctl_fini(struct ovs_unixctl *u)
{
	ovs_unixctl_close(u);
	free(u->buffer);
	u->buffer = NULL;
}

static int check_peer(int fd, pid_t pid)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size))
		return -errno;
	return !pid || peer.pid == pid ? 0 : -EPERM;
}

int ovs_unixctl_connect(struct ovs_unixctl *u, const char *path, pid_t pid)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int err = 0;

	ovs_unixctl_close(u);
	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path));
	u->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (u->fd < 0)
		return -errno;
	if (connect(u->fd, (struct sockaddr *)&address, sizeof(address)))
		err = -errno;
	if (!err)
		err = check_peer(u->fd, pid);
	if (err)
		ovs_unixctl_close(u);
	return err;
}

int ovs_unixctl_check(struct ovs_unixctl *u)
{
	char byte;
	ssize_t n = recv(u->fd, &byte, sizeof(byte), MSG_DONTWAIT | MSG_PEEK);
	int err = n > 0 ? -EBADMSG : !n ? -ECONNRESET : -errno;

	if (err == -EAGAIN || err == -EINTR)
		return 0;
	ovs_unixctl_close(u);
	return err;
}

/* --- waiting ---------------------------------------------------------------------------- */

/* Until the socket is ready for EVENTS. */
static int wait_for_socket(const struct ovs_unixctl *u, short events, int64_t until)
{
	struct pollfd wait[] = { { .fd = u->stop, .events = POLLIN },
				 { .fd = u->fd, .events = events } };
	int64_t left = until - retis_clock_ms();
	int got = left > 0 ? poll(wait, 2, (int)left) : 0;

	if (got < 0)
		return errno == EINTR ? 0 : -errno;
	if (wait[0].revents)
		return -ECANCELED;
	return got ? 0 : -ETIMEDOUT;
}

static int send_all(const struct ovs_unixctl *u, const char *text, size_t size, int64_t until)
{
	while (size) {
		ssize_t n = send(u->fd, text, size, MSG_NOSIGNAL);
		int err = n < 0 && errno != EINTR && errno != EAGAIN ? -errno : 0;

		if (!err && n < 0)
			err = wait_for_socket(u, POLLOUT, until);
		if (err)
			return err;
		text += n > 0 ? n : 0;
		size -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* One answer, *SIZE bytes. What comes behind it was not asked for. */
static int receive_answer(struct ovs_unixctl *u, size_t *size, int64_t until)
{
	struct ovs_reply_end end = {};
	size_t used = 0;
	int got = 0;

	while (!got && used < OVS_ANSWER_MAX) {
		ssize_t n = recv(u->fd, u->buffer + used, OVS_ANSWER_MAX - used, 0);

		if (!n)
			return -ECONNRESET;
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		used += n > 0 ? (size_t)n : 0;
		got = n > 0 ? ovs_reply_find_end(&end, u->buffer, used)
			    : wait_for_socket(u, POLLIN, until);
	}
	*size = end.at;
	if (!got)
		return -EMSGSIZE;
	return got < 0 ? got : used > end.at ? -EBADMSG : 0;
}

/* --- requests ---------------------------------------------------------------------------- */

/* Its bytes; -EMSGSIZE. */
static int write_request(struct ovs_unixctl *u, const char *method, const char *const *args,
			 size_t n, char to[REQUEST_MAX])
{
	int used = snprintf(to, REQUEST_MAX, "{\"id\":%" PRIu64 ",\"method\":\"%s\",\"params\":[",
			    ++u->last_id, method);

	for (size_t i = 0; i < n && used < REQUEST_MAX; i++)
		used += snprintf(to + used, REQUEST_MAX - (size_t)used, "%s\"%s\"", i ? "," : "",
				 args[i]);
	if (used < REQUEST_MAX)
		used += snprintf(to + used, REQUEST_MAX - (size_t)used, "]}");
	return used < REQUEST_MAX ? used : -EMSGSIZE;
}

static int exchange_texts(struct ovs_unixctl *u, const char *request, size_t length, char **text)
{
	int64_t until = retis_clock_ms() + PATIENCE_MS;
	struct ovs_reply reply;
	size_t size = 0;
	int err = send_all(u, request, length, until);

	if (!err)
		err = receive_answer(u, &size, until);
	if (!err)
		err = ovs_reply_read(u->buffer, size, &reply);
	if (err)
		return err;
	if (reply.id != u->last_id || (!reply.result && !reply.error))
		return -EBADMSG;
	*text = (char *)(uintptr_t)(reply.error ? reply.error : reply.result);
	return reply.error != NULL;
}

int ovs_unixctl_call(struct ovs_unixctl *u, const char *method, const char *const *args, size_t n,
		     char **text)
{
	char request[REQUEST_MAX];
	int got = write_request(u, method, args, n, request);

	if (u->fd < 0)
		return -ENOTCONN;
	if (got >= 0)
		got = exchange_texts(u, request, (size_t)got, text);
	if (got < 0)
		ovs_unixctl_close(u);
	return got;
}
