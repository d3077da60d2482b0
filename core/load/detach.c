/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Detaching a function probe waits for an RCU grace period; hundreds of them keep
 * a process busy for half a minute. Nobody shall wait for that: a child
 * inherits the probes, this process lets go of them, which is quick as they
 * stay in use, and the child ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <retis/clock.h>

#include "core/load/loaded.h"
#include "core/probe/attach.h"

/* Together with all else at the end: within half a second where the machine is idle,
 * a second where it is not. */
#define PATIENCE_MS 250

/* Who reads our output waits until it is closed everywhere. */
static void close_own_output(void)
{
	int null = open("/dev/null", O_RDWR);

	for (int fd = 0; fd <= 2; fd++)
		if (null >= 0)
			dup2(null, fd);
		else
			close(fd);
}

/* Only what may be done in the child of a process with threads. */
static _Noreturn void detach_in_child(const int go[2])
{
	char none;

	close(go[1]);
	close_own_output();
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	prctl(PR_SET_NAME, "retis-detach");
	/* Ends when the parent has let go. */
	while (read(go[0], &none, 1) < 0 && errno == EINTR)
		;
	_exit(0);
}

void loaded_detach(struct loaded *loaded)
{
	int go[2];

	if (!loaded->engine || !engine_links(loaded->engine))
		return;
	loaded->detach_began = retis_clock_ms();
	if (pipe2(go, O_CLOEXEC)) {
		engine_detach(loaded->engine);
		return;
	}
	loaded->detacher = fork();
	if (!loaded->detacher)
		detach_in_child(go);
	engine_detach(loaded->engine);
	close(go[0]);
	close(go[1]);
}

void loaded_detach_wait(struct loaded *loaded)
{
	const struct timespec step = { .tv_nsec = 5000000 };

	while (loaded->detacher > 0 && retis_clock_ms() - loaded->detach_began < PATIENCE_MS) {
		if (waitpid(loaded->detacher, NULL, WNOHANG))
			return;
		nanosleep(&step, NULL);
	}
}

void loaded_fini(struct loaded *loaded)
{
	loaded_detach(loaded);
	engine_free(loaded->engine);
	loaded->engine = NULL;
}
