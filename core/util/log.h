/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The one place that speaks to the user besides the events themselves: lines on
 * stderr. What is not printable is spelled out here, so nothing that comes from
 * outside reaches the terminal as it is.
 */
#ifndef UTIL_LOG_H
#define UTIL_LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include <retis/plugin.h>

/* Lines above this level are dropped; RETIS_LOG_INFO until set. */
void log_set_level(enum retis_log_level level);
bool log_wants(enum retis_log_level level);

/* Lines go to OUT from now on, without level and time; NULL: to stderr again. Only while no
 * other thread writes any. */
void log_redirect(FILE *out);

/* Takes the lines of the thread that calls it, as they are, instead of writing them. */
struct log_capture {
	void (*line)(void *arg, enum retis_log_level level, const char *text);
	void *arg;
};
/* From now on; NULL: nobody does. Returns who did before. */
const struct log_capture *log_capture(const struct log_capture *capture);

void log_line(enum retis_log_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void log_line_va(enum retis_log_level level, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* "Error: ...": why the command ends now. Always shown. */
void log_fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* It was called. */
bool log_failed(void);

#define log_error(...) log_line(RETIS_LOG_ERROR, __VA_ARGS__)
#define log_warn(...) log_line(RETIS_LOG_WARN, __VA_ARGS__)
#define log_info(...) log_line(RETIS_LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_line(RETIS_LOG_DEBUG, __VA_ARGS__)

#endif
