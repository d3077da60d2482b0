/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/session/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/util/log.h"

void command_save_limits(struct command_limits *limits)
{
	getrlimit(RLIMIT_NOFILE, &limits->files);
	getrlimit(RLIMIT_MEMLOCK, &limits->locked);
}

static void set_default_signals(void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Events alone go to our standard output. */
static void set_output(bool quiet)
{
	int null = quiet ? open("/dev/null", O_WRONLY) : -1;

	if (null >= 0)
		dup2(null, STDERR_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	if (null > STDERR_FILENO)
		close(null);
}

/* Only what may be done in the child of a process with threads. */
static _Noreturn void become_command(const char *text, bool quiet,
				     const struct command_limits *limits)
{
	setrlimit(RLIMIT_NOFILE, &limits->files);
	setrlimit(RLIMIT_MEMLOCK, &limits->locked);
	set_output(quiet);
	set_default_signals();
	execl("/bin/sh", "sh", "-c", text, (char *)NULL);
	_exit(127);
}

int command_start(struct command_run *c, const char *text, bool quiet,
		  const struct command_limits *limits)
{
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (!pid)
		become_command(text, quiet, limits);
	*c = (struct command_run){ .text = text, .pid = pid };
	return 0;
}

bool command_has_ended(struct command_run *c)
{
	pid_t found = c->pid && !c->ended ? waitpid(c->pid, &c->status, WNOHANG) : 0;

	/* Somebody else may have waited for it. */
	c->ended |= found > 0 || (found < 0 && errno == ECHILD);
	return found;
}

void command_report(struct command_run *c)
{
	/* The signal that ended us may have been for both. */
	command_has_ended(c);
	if (!c->pid)
		return;
	if (!c->ended)
		log_info("The command is still running (process %d): %s", (int)c->pid, c->text);
	else if (WIFSIGNALED(c->status))
		log_info("Command returned (signal: %d (SIG%s)), terminating ...",
			 WTERMSIG(c->status), sigabbrev_np(WTERMSIG(c->status)) ?: "?");
	else
		log_info("Command returned (exit status: %d), terminating ...",
			 WEXITSTATUS(c->status));
}

int command_exit_code(const struct command_run *c)
{
	if (!c->ended)
		return 0;
	return WIFSIGNALED(c->status) ? 128 + WTERMSIG(c->status) : WEXITSTATUS(c->status);
}
