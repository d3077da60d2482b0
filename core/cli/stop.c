/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/cli/stop.h"

#include <signal.h>
#include <stddef.h>

#include "core/util/log.h"

static volatile sig_atomic_t caught;

static void note_signal(int signal)
{
	(void)signal;
	caught = 1;
}

void stop_catch(void)
{
	/* A second one of the same kind ends the process at once. */
	struct sigaction action = { .sa_handler = note_signal, .sa_flags = SA_RESETHAND };
	static const int signals[] = { SIGINT, SIGTERM, SIGQUIT };
	struct sigaction before;

	sigemptyset(&action.sa_mask);
	/* Whoever made us ignore it, nohup for one, means it. */
	if (!sigaction(SIGHUP, NULL, &before) && before.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &action, NULL);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

bool stop_requested(void)
{
	if (caught == 1) {
		caught = 2;
		log_info("Received signal, terminating...");
	}
	return caught;
}
