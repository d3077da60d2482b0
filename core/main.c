/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program: a table of sub-commands. */
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "core/cli/command.h"

static const struct command commands[] = {
	{ "collect", "Collect events of packets and print them.", cmd_collect },
	{ "doctor", "Tell whether a collection would work here, and if not, why.", cmd_doctor },
	{ "report-bug", "Write what maintainers need to look into a problem.", cmd_report_bug },
	{ "inspect", "Show what can be probed, and what this kernel offers.", cmd_inspect },
	{ "convert", "Turn event files into JSON lines and back, cut them.", cmd_convert },
	{ "print", "Print the events of a file.", cmd_print },
	{ "merge", "Join event files of several hosts into one.", cmd_merge },
	{ "sort", "Print the events of a file packet by packet.", cmd_sort },
	{ "stats", "Show what is in an event file.", cmd_stats },
	{ "pcap", "Write packets for Wireshark and others (pcapng).", cmd_pcap },
	{ "python", "Run Python with the events of a file.", cmd_python },
	{ "schema", "Print the JSON schema of events.", cmd_schema },
	{ "plugin", "Show collector plugins.", cmd_plugin },
	{ "sh-complete", "Print a script that completes command lines.", cmd_sh_complete },
	{ "man-pages", "Write the manual pages of all commands.", cmd_man_pages },
	{ "profile", "Show and save profiles: arguments kept under a name.", cmd_profile },
	{},
};

/* Whoever started us may have closed them: what is opened next must not become one
 * of them. Reading and writing data fails as it would have; messages are lost. */
static void hold_standard_streams(void)
{
	static const int modes[] = { O_WRONLY, O_RDONLY, O_RDWR };

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
			_exit(EXIT_RUNTIME);
}

int main(int argc, char **argv)
{
	hold_standard_streams();
	/* A reader that goes away is an error of the write, not the end. */
	signal(SIGPIPE, SIG_IGN);
	/* A file as large as it may be, likewise. */
	signal(SIGXFSZ, SIG_IGN);
	return command_main(commands, argc, argv);
}
