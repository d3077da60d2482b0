/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A collector for tests: its code tries what no plugin may do, in the threads in
 * which plugins' code runs, and says how far it came. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <retis/plugin.h>
#include <retis/text.h>

#include "section.h"

/* --- none of them does harm where it is allowed ------------------------------ */

static long try_execve(void)
{
	return execl("/nowhere", "nowhere", (char *)NULL);
}

static long try_execveat(void)
{
	return syscall(SYS_execveat, AT_FDCWD, "/nowhere", NULL, NULL, 0);
}

static long try_ptrace(void)
{
	return ptrace(PTRACE_CONT, getpid(), NULL, NULL);
}

static long try_mount(void)
{
	return mount("none", "/nowhere", "tmpfs", 0, NULL);
}

static long try_module(void)
{
	return syscall(SYS_finit_module, -1, "", 0);
}

static long try_io_uring(void)
{
	return syscall(SYS_io_uring_setup, 0, NULL);
}

static long try_writing(void)
{
	return open("/proc/self/comm", O_WRONLY | O_CLOEXEC);
}

static long try_reading(void)
{
	return open("/proc/self/comm", O_RDONLY | O_CLOEXEC);
}

static const struct {
	const char *name;
	long (*run)(void);
} attempts[] = {
	{ "execve", try_execve }, { "execveat", try_execveat }, { "ptrace", try_ptrace },
	{ "mount", try_mount },	  { "module", try_module },	{ "io_uring", try_io_uring },
	{ "write", try_writing }, { "read", try_reading },
};

static void try_all(struct retis_text *out)
{
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		long got = attempts[i].run();

		if (i)
			retis_text_char(out, ' ');
		retis_text_str(out, attempts[i].name);
		retis_text_char(out, '=');
		retis_text_str(out, got < 0 ? strerrorname_np(errno) : "done");
		if (got >= 0)
			close((int)got);
	}
}

/* --- where it runs ------------------------------------------------------------ */

static void print(const struct retis_view *view, const struct retis_print *how,
		  struct retis_text *out)
{
	(void)view;
	(void)how;
	retis_text_str(out, "prisoner ");
	try_all(out);
}

/* With what would change the terminal's colour, or write lines of others. */
static void tick(const struct retis_host *host, void *state)
{
	char line[512];
	struct retis_text text = { .data = line, .capacity = sizeof(line) - 1 };

	(void)state;
	try_all(&text);
	line[text.length] = '\0';
	host->log(host, RETIS_LOG_INFO, "tick %s", line);
	host->log(host, RETIS_LOG_INFO, "\033[31mred\nWARN  forged");
}

static const struct retis_field fields[] = {
	RETIS_FIELD(struct prisoner_section, nothing, RETIS_UINT),
};

static const struct retis_section_type sections[] = {
	[PRISONER_SECTION] = { .name = "prisoner",
			       .version = 1,
			       .rank = 2002,
			       .line = 2002,
			       .fields = fields,
			       .n_fields = 1,
			       .print = print },
};

static const char *const probes[] = { "tp:net:netif_receive_skb", NULL };

static const struct retis_hook hooks[] = {
	{ .program = "prisoner", .probes = probes, .order = 2000 },
};

RETIS_OBJECT_FILE(prisoner_direct, "hook.direct.bpf.o");
RETIS_OBJECT_FILE(prisoner_probe, "hook.probe.bpf.o");

RETIS_EXPORT const struct retis_plugin retis_plugin = {
	.abi_major = RETIS_ABI_MAJOR,
	.abi_minor = RETIS_ABI_MINOR,
	.size = sizeof(struct retis_plugin),
	.name = "prisoner",
	.version = "1.0",
	.license = "GPL-2.0-or-later",
	.summary = "tries to get out, for tests",
	.direct = RETIS_OBJECT_OF(prisoner_direct),
	.probe = RETIS_OBJECT_OF(prisoner_probe),
	RETIS_LIST(hook, hooks),
	RETIS_LIST(section, sections),
	.tick = tick,
};
