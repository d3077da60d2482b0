/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A report for maintainers: one text file. It is made in memory, and what names machines or
 * people is hidden before it gets out; whoever sends it can read it first.
 */
#include "core/doctor/bug_report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "core/doctor/doctor.h"
#include "core/inspect/inspect.h"
#include "core/plugin/list.h"
#include "core/probe/capture.h"
#include "core/util/log.h"
#include "core/util/redact.h"

/* "NAME: what is in the file", of files with one line. */
static void print_setting(const char *path, FILE *out)
{
	char line[256];
	FILE *f = fopen(path, "re");

	if (!f) {
		fprintf(out, "%s: %s\n", path, strerror(errno));
		return;
	}
	if (fgets(line, sizeof(line), f))
		fprintf(out, "%s: %.*s\n", path, (int)strcspn(line, "\n"), line);
	fclose(f);
}

static void print_settings(FILE *out)
{
	static const char *const paths[] = {
		"/proc/sys/kernel/kptr_restrict",
		"/proc/sys/kernel/perf_event_paranoid",
		"/proc/sys/kernel/unprivileged_bpf_disabled",
		"/proc/sys/kernel/ftrace_enabled",
		"/proc/sys/net/core/bpf_jit_enable",
		"/proc/sys/net/core/bpf_jit_harden",
		"/sys/kernel/security/lockdown",
		"/sys/kernel/security/lsm",
		"/sys/devices/system/cpu/online",
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		print_setting(paths[i], out);
}

static int print_plugins(const struct plugins *plugins, FILE *out)
{
	struct inspect what = { .kernel = kernel_new(), .plugins = plugins, .out = out };
	int err;

	if (!what.kernel)
		return -ENOMEM;
	err = plugins_list(plugins, what.kernel, LIST_TEXT, out);
	fputc('\n', out);
	if (!err)
		err = inspect_features(&what);
	fputc('\n', out);
	kernel_free(what.kernel);
	return err;
}

static int print_report(const struct collect_options *options, struct plugins *plugins, FILE *out)
{
	int err;

	versions_print(options->version, plugins, out);
	print_setting("/etc/os-release", out);
	fputc('\n', out);
	print_settings(out);
	fputc('\n', out);
	err = print_plugins(plugins, out);
	/* That it would not work is what the report is for. */
	if (!err)
		doctor_report(options, plugins, out);
	return err;
}

/* Names that packet filters look up: those behind "host" and the like. FILTER is cut. */
static void hide_hosts(struct redact *r, char *filter)
{
	bool named = false;

	for (char *rest = filter, *word; (word = strtok_r(rest, " ()", &rest));) {
		if (named)
			redact_add(r, word);
		named = !strcmp(word, "host") || !strcmp(word, "gateway") || !strcmp(word, "net");
	}
}

static int write_report_file(const char *text, const struct redact *r, const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	int err;

	if (!out) {
		err = -errno;
		if (fd >= 0)
			close(fd);
		return err;
	}
	redact_write(r, text, out);
	err = ferror(out) ? -EIO : 0;
	if (fclose(out) && !err)
		err = -errno;
	return err;
}

static int write_report(const struct collect_options *options, const char *text)
{
	static const char *const users[] = { "USER", "SUDO_USER", "LOGNAME" };
	const char *packet = options->filter_packet, *inner = options->filter_inner;
	char name[64], *filter;
	time_t now = time(NULL);
	struct redact r = {};
	struct utsname uts;
	int err;

	if (asprintf(&filter, "%s %s", packet ? packet : "", inner ? inner : "") < 0)
		return -ENOMEM;
	if (!uname(&uts) && strcmp(uts.nodename, "localhost"))
		redact_add(&r, uts.nodename);
	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++)
		if (getenv(users[i]) && strcmp(getenv(users[i]), "root"))
			redact_add(&r, getenv(users[i]));
	hide_hosts(&r, filter);
	strftime(name, sizeof(name), "retis-report-%Y%m%d-%H%M%S.txt", gmtime(&now));
	err = write_report_file(text, &r, name);
	free(filter);
	if (err)
		log_fatal("can't write %s: %s", name, strerror(-err));
	else
		printf("%s is for maintainers. Addresses and names of hosts are hidden in it; read "
		       "it before you pass it on.\n",
		       name);
	return err;
}

int report_bug(const struct collect_options *options, struct plugins *plugins)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int err;

	if (!out)
		return -ENOMEM;
	libbpf_log_init();
	err = print_report(options, plugins, out);
	if (fclose(out) && !err)
		err = -ENOMEM;
	if (!err)
		err = write_report(options, text);
	free(text);
	return err;
}
