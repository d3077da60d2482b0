/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes small event files. */
#ifndef TESTS_FILE_BUILD_H
#define TESTS_FILE_BUILD_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include <retis/reader.h>

#include "core/event/buffer.h"
#include "core/file/dictionary.h"
#include "core/file/format.h"
#include "core/file/writer.h"

static const struct retis_enum_name file_names[] = { { -1, "minus" }, { 3, "three" } };
static const struct retis_field file_inner[] = {
	{ .name = "word", .about = "inside", .kind = RETIS_UINT, .offset = 8, .size = 4 },
};
static const struct retis_field file_fields[] = {
	{ .name = "count", .about = "a number", .kind = RETIS_UINT, .size = 8 },
	{ .name = "group",
	  .kind = RETIS_OBJECT,
	  .present = 1,
	  .fields = file_inner,
	  .n_fields = 1 },
	{ .name = "state",
	  .kind = RETIS_ENUM,
	  .offset = 12,
	  .size = 4,
	  .names = file_names,
	  .n_names = 2 },
};
static const struct retis_file_section file_section = {
	.plugin = "counter",
	.plugin_version = "1.2",
	.type = { .name = "my-count",
		  .about = "counts",
		  .version = 7,
		  .rank = 1001,
		  .line = 1002,
		  .place = RETIS_FIRST_LINE,
		  .fields = file_fields,
		  .n_fields = 3 },
};
static const struct retis_file_probe file_probe = { .symbol = "net:netif_rx",
						    .type = "raw_tracepoint",
						    .tag = "tp" };
static const struct retis_start file_start = {
	.version = "v1.2.3",
	.command_line = "retis collect -o",
	.kernel_release = "6.1.0",
	.kernel_version = "#1",
	.machine = "x86_64",
	.clock_offset = -5,
	.host_name = "one",
	.host_id = "0123",
	.clock_error = 7,
	.clock_error_max = 9,
};

struct file_event {
	struct retis_event event;
	struct retis_section section;
	uint64_t payload[2];
};

/* Number I of a file: its time stamp is I, too. */
static inline struct file_event file_event(uint64_t i)
{
	return (struct file_event){
		.event = { .size = sizeof(struct file_event), .timestamp = i, .comm = "x" },
		.section = { .size = 16, .present = 1 },
		.payload = { i },
	};
}

static inline void file_add_dictionary(struct writer *w)
{
	struct retis_text records;

	cr_assert_eq(text_init(&records, 64), 0);
	dictionary_put_section(&records, 0, &file_section);
	dictionary_put_probe(&records, 0, &file_probe);
	cr_assert_eq(writer_add(w, &records), 0);
	text_fini(&records);
}

static inline struct writer *file_open_writer(const struct writer_options *options)
{
	char why[WRITER_WHY_SIZE];
	struct writer *w;

	cr_assert_eq(writer_open(options, &w, why), 0, "%s", why);
	file_add_dictionary(w);
	cr_assert_eq(writer_start(w, &file_start), 0);
	return w;
}

/* Events FROM up to TO, in a block of their own. */
static inline void file_write_block(struct writer *w, uint64_t from, uint64_t to)
{
	static uint64_t now = 1;

	for (uint64_t i = from; i < to; i++) {
		struct file_event e = file_event(i);

		cr_assert_eq(writer_event(w, &e.event), 0);
	}
	writer_tick(w, now);
	now += 2000000000;
	writer_tick(w, now);
}

/* A file with blocks of 10 events each. */
static inline void file_make(const char *path, uint64_t blocks)
{
	struct writer_options options = { .path = path };
	struct writer *w = file_open_writer(&options);
	struct writer_result result;

	for (uint64_t i = 0; i < blocks; i++)
		file_write_block(w, 10 * i, 10 * i + 10);
	writer_close(w, &result);
	cr_assert_eq(result.error, 0);
	cr_assert_eq(result.events, 10 * blocks);
}

/* A path below a directory that is removed by file_clean(). */
static inline const char *file_path(const char *name)
{
	static char dir[64], paths[4][128];
	static unsigned int n;

	if (!dir[0]) {
		snprintf(dir, sizeof(dir), "/tmp/retis-test-XXXXXX");
		cr_assert(mkdtemp(dir));
	}
	n = (n + 1) % 4;
	snprintf(paths[n], sizeof(paths[n]), "%s%s%s", dir, *name ? "/" : "", name);
	return paths[n];
}

static inline void file_clean(void)
{
	char command[160];

	snprintf(command, sizeof(command), "rm -rf '%s'", file_path(""));
	cr_expect_eq(system(command), 0);
}

#endif
