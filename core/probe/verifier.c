/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verifier's log of a program that does not load. */
#include "core/probe/verifier.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/util/log.h"

/* Kernels before 6.4 give no log at all if it does not fit. */
#define LOG_SIZE (16u << 20)

static bool is_summary(const char *line)
{
	static const char *const starts[] = { "processed ", "verification time", "stack depth",
					      "max_states", "cur state:",	 "old state:" };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (!strncmp(line, starts[i], strlen(starts[i])))
			return true;
	return false;
}

const char *verifier_reason(const char *log, size_t *n)
{
	const char *reason = log;
	size_t length = 0;

	for (const char *line = log; *line;) {
		size_t len = strcspn(line, "\n");

		if (len && !is_summary(line)) {
			reason = line;
			length = len;
		}
		line += len + (line[len] == '\n');
	}
	*n = length;
	return reason;
}

static void log_all(const char *log)
{
	for (const char *line = log; *line;) {
		size_t n = strcspn(line, "\n");

		log_debug("verifier: %.*s", (int)n, line);
		line += n + (line[n] == '\n');
	}
}

static void explain_errno(int err, char *why, size_t size)
{
	if (err == -EPERM || err == -EACCES)
		snprintf(why, size, "the kernel does not permit to load it: %s", strerror(-err));
	else
		snprintf(why, size, "the kernel does not load it: %s", strerror(-err));
}

void verifier_explain(enum bpf_prog_type type, const struct splice_code *code,
		      const struct bpf_prog_load_opts *opts, int err, char *why, size_t size)
{
	struct bpf_prog_load_opts again = *opts;
	char *log = calloc(1, LOG_SIZE);
	const char *reason;
	size_t n = 0;
	int fd;

	explain_errno(err, why, size);
	if (!log)
		return;
	again.log_buf = log;
	again.log_size = LOG_SIZE;
	again.log_level = 1;
	fd = bpf_prog_load(type, "retis", "GPL", code->insns, code->count, &again);
	if (fd >= 0)
		close(fd);
	reason = verifier_reason(log, &n);
	if (n)
		snprintf(why, size, "does not verify on this kernel: %.*s", (int)n, reason);
	if (log_wants(RETIS_LOG_DEBUG))
		log_all(log);
	free(log);
}
