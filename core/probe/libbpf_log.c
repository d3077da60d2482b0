/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libbpf's messages go to our log at debug level: what a user must know we say
 * in one sentence of our own, which may quote libbpf's last complaint.
 */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/probe/capture.h"
#include "core/probe/poison.h"
#include "core/util/log.h"

static _Thread_local char last[256];
static _Thread_local struct poison_list *poisons;

static void keep_message(const char *line)
{
	size_t n;

	if (!strncmp(line, "libbpf: ", 8))
		line += 8;
	n = strcspn(line, "\n");
	snprintf(last, sizeof(last), "%.*s", (int)n, line);
}

static void log_lines(enum retis_log_level level, char *text)
{
	for (char *line = text, *next; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		log_line(level, "%s", line);
	}
}

static int log_libbpf(enum libbpf_print_level level, const char *format, va_list args)
{
	enum retis_log_level to = level == LIBBPF_DEBUG ? RETIS_LOG_TRACE : RETIS_LOG_DEBUG;
	bool complaint = level == LIBBPF_WARN;
	va_list again;
	char *text;
	int n;

	if (level == LIBBPF_DEBUG && poisons) {
		va_copy(again, args);
		poison_read(poisons, format, again);
		va_end(again);
	}
	if (!complaint && !log_wants(to))
		return 0;
	n = vasprintf(&text, format, args);
	if (n < 0)
		return 0;
	if (complaint)
		keep_message(text);
	if (log_wants(to))
		log_lines(to, text);
	free(text);
	return n;
}

void libbpf_log_poisons(struct poison_list *list)
{
	poisons = list;
}

void libbpf_log_init(void)
{
	libbpf_set_print(log_libbpf);
}

const char *libbpf_log_last(void)
{
	static _Thread_local char taken[sizeof(last)];

	memcpy(taken, last, sizeof(taken));
	last[0] = '\0';
	return taken;
}
