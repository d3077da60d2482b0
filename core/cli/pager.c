/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/cli/pager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/util/log.h"

#define DEFAULT_PAGER "less"

static bool in_path(const char *name)
{
	const char *at = getenv("PATH");
	char file[4096];

	while (at && *at) {
		size_t n = strcspn(at, ":");

		snprintf(file, sizeof(file), "%.*s/%s", (int)(n < 4000 ? n : 0), at, name);
		if (n && !access(file, X_OK))
			return true;
		at += n + (at[n] == ':');
	}
	return false;
}

static bool find_pager(const char **command)
{
	*command = getenv("PAGER");
	if (*command && !(*command)[strspn(*command, " \t")])
		*command = NULL;
	if (getenv("NOPAGER") || !isatty(STDOUT_FILENO))
		return false;
	return *command || in_path(DEFAULT_PAGER);
}

/* A pager that can't be run has read nothing: all of it is still there. Pagers handle
 * ^C themselves, and the shell has to outlive it. */
static const char script[] = "trap : INT QUIT\n"
			     "sh -c \"$1\"\n"
			     "code=$?\n"
			     "case $code in 2 | 126 | 127) exec cat ;; esac\n"
			     "exit $code\n";

static void become_pager(int from, const char *command)
{
	/* The rest of the program ignores them. */
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	if (dup2(from, STDIN_FILENO) < 0)
		_exit(1);
	if (command)
		execl("/bin/sh", "sh", "-c", script, "sh", command, (char *)NULL);
	else
		execlp(DEFAULT_PAGER, DEFAULT_PAGER, "-FRX", (char *)NULL);
	log_fatal("the pager can't be started: %s", strerror(errno));
	_exit(1);
}

void pager_start(void)
{
	const char *command;
	int ends[2];
	pid_t pid;

	if (!find_pager(&command) || pipe2(ends, O_CLOEXEC))
		return;
	pid = fork();
	if (pid > 0)
		become_pager(ends[0], command);
	if (!pid && dup2(ends[1], STDOUT_FILENO) >= 0)
		dup2(ends[1], STDERR_FILENO);
	close(ends[0]);
	close(ends[1]);
}
