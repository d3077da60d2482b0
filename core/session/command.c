/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/session/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/util/log.h"

extern char **environ;

static int spawn(pid_t *pid, char *text, const posix_spawn_file_actions_t *files)
{
	char *argv[] = { "sh", "-c", text, NULL };
	posix_spawnattr_t attr;
	sigset_t none, all;
	int err;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	err = posix_spawn(pid, "/bin/sh", files, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	return -err;
}

pid_t command_start(const char *text)
{
	posix_spawn_file_actions_t files;
	char *copy = strdup(text);
	pid_t pid;
	int err;

	if (!copy)
		return -ENOMEM;
	posix_spawn_file_actions_init(&files);
	err = -posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (!err)
		err = -posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
	if (!err)
		err = spawn(&pid, copy, &files);
	posix_spawn_file_actions_destroy(&files);
	free(copy);
	return err ? err : pid;
}

bool command_ended(pid_t pid)
{
	int status;

	pid_t found = waitpid(pid, &status, WNOHANG);

	if (found < 0 && errno == ECHILD)
		return true;
	if (found != pid)
		return false;
	if (WIFSIGNALED(status))
		log_info("Command returned (signal: %d (SIG%s)), terminating ...", WTERMSIG(status),
			 sigabbrev_np(WTERMSIG(status)) ?: "?");
	else
		log_info("Command returned (exit status: %d), terminating ...",
			 WEXITSTATUS(status));
	return true;
}
