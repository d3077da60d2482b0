/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Log lines. Each is written with one call, so lines of several threads never
 * mix. Info is the bare message, others carry their level; once debug is on,
 * every line starts with the UTC time and its level. Whatever a message contains,
 * it is one line of printable characters.
 */
#include "core/util/log.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct {
	const char *label, *colour;
} levels[] = {
	[RETIS_LOG_ERROR] = { "ERROR", "\033[31m" }, [RETIS_LOG_WARN] = { "WARN ", "\033[33m" },
	[RETIS_LOG_INFO] = { "INFO ", "\033[34m" },  [RETIS_LOG_DEBUG] = { "DEBUG", "\033[36m" },
	[RETIS_LOG_TRACE] = { "TRACE", "\033[37m" },
};

static _Atomic int threshold = RETIS_LOG_INFO;
static atomic_bool failed;
static FILE *redirected;
static __thread const struct log_capture *captured;

const struct log_capture *log_capture(const struct log_capture *capture)
{
	const struct log_capture *before = captured;

	captured = capture;
	return before;
}

void log_redirect(FILE *out)
{
	redirected = out;
}

void log_set_level(enum retis_log_level level)
{
	threshold = level;
}

bool log_wants(enum retis_log_level level)
{
	return (int)level <= threshold;
}

static bool wants_colours(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) && term && *term && strcmp(term, "dumb");
}

static int put_prefix(char *line, size_t size, enum retis_log_level level)
{
	bool detailed = threshold >= RETIS_LOG_DEBUG;
	char stamp[32] = "";
	struct timespec now;
	struct tm utc;

	if (level == RETIS_LOG_INFO && !detailed)
		return 0;
	if (detailed && !clock_gettime(CLOCK_REALTIME, &now) && gmtime_r(&now.tv_sec, &utc))
		snprintf(stamp, sizeof(stamp), "%02d:%02d:%02d.%06ld ", utc.tm_hour, utc.tm_min,
			 utc.tm_sec, now.tv_nsec / 1000);
	return snprintf(line, size, "%s%s%s%s ", stamp, wants_colours() ? levels[level].colour : "",
			levels[level].label, wants_colours() ? "\033[0m" : "");
}

#define MESSAGE_MAX 2048
/* The prefix, a message of which each byte is spelled out, and the end of the line. */
#define LINE_MAX_SIZE (64 + 4 * MESSAGE_MAX + 1)

/* What is no printable ASCII as \xNN; a backslash stays, as callers may have escaped
 * what comes from outside. The length of OUT. */
static size_t escape_message(char *out, const char *message)
{
	static const char digits[] = "0123456789abcdef";
	size_t used = 0;

	for (; *message; message++) {
		unsigned char c = (unsigned char)*message;

		if (c >= 0x20 && c < 0x7f) {
			out[used++] = (char)c;
			continue;
		}
		out[used++] = '\\';
		out[used++] = 'x';
		out[used++] = digits[c >> 4];
		out[used++] = digits[c & 15];
	}
	return used;
}

/* LINE has LINE_MAX_SIZE bytes, USED of them a prefix. */
static void write_log_line(enum retis_log_level level, char *line, size_t used, const char *format,
			   va_list args)
{
	char message[MESSAGE_MAX];

	if (vsnprintf(message, sizeof(message), format, args) < 0)
		return;
	used += escape_message(line + used, message);
	if (captured) {
		line[used] = '\0';
		captured->line(captured->arg, level, line);
		return;
	}
	line[used++] = '\n';
	if (redirected) {
		fwrite(line, 1, used, redirected);
		return;
	}
	/* Nobody is left to tell if stderr fails. */
	if (write(STDERR_FILENO, line, used) < 0)
		return;
}

void log_line_va(enum retis_log_level level, const char *format, va_list args)
{
	bool bare = redirected || captured;
	char line[LINE_MAX_SIZE];

	if (log_wants(level))
		write_log_line(level, line, bare ? 0 : (size_t)put_prefix(line, 64, level), format,
			       args);
}

void log_line(enum retis_log_level level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_line_va(level, format, args);
	va_end(args);
}

void log_fatal(const char *format, ...)
{
	char line[LINE_MAX_SIZE] = "Error: ";
	bool bare = redirected || captured;
	va_list args;

	if (!captured)
		failed = true;
	va_start(args, format);
	write_log_line(RETIS_LOG_ERROR, line, bare ? 0 : strlen(line), format, args);
	va_end(args);
}

bool log_failed(void)
{
	return failed;
}
