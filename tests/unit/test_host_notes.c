/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What plugins say to their host. */
#include <criterion/criterion.h>

#include "core/plugin/host.h"
#include "core/util/log.h"

static struct host hosts[2];
static int lines;

static bool is_other_note(const struct host *host, uint64_t note)
{
	return atomic_load(&hosts[host == hosts].note) == note;
}

static void count_line(void *arg, enum retis_log_level level, const char *text)
{
	(void)arg, (void)level, (void)text;
	lines++;
}

static void say(int who, enum retis_log_level level, const char *text)
{
	hosts[who].api.log(&hosts[who].api, level, "%s", text);
}

Test(host_notes, what_two_plugins_note_is_said_once)
{
	static const struct log_capture capture = { .line = count_line };

	for (int i = 0; i < 2; i++) {
		host_init(&hosts[i], i ? "one" : "two", NULL);
		hosts[i].is_noted = is_other_note;
	}
	log_capture(&capture);
	say(0, RETIS_LOG_INFO, "left out");
	cr_expect_eq(lines, 1);
	say(1, RETIS_LOG_INFO, "left out");
	cr_expect_eq(lines, 1);
	/* Other words, its own again, and warnings. */
	say(1, RETIS_LOG_INFO, "connected");
	say(1, RETIS_LOG_INFO, "connected");
	cr_expect_eq(lines, 3);
	say(0, RETIS_LOG_WARN, "connected");
	cr_expect_eq(lines, 4);
	log_capture(NULL);
}
