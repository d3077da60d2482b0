/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes small event files, and counts what comes out of files. */
#ifndef TESTS_FILE_BUILD_H
#define TESTS_FILE_BUILD_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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

struct bytes {
	unsigned char *data;
	size_t size;
};

static inline struct bytes file_load(const char *path)
{
	struct bytes b = {};
	struct stat st;
	int fd = open(path, O_RDONLY);

	cr_assert(fd >= 0 && !fstat(fd, &st));
	b.size = (size_t)st.st_size;
	b.data = malloc(b.size + 1);
	cr_assert_eq(read(fd, b.data, b.size), (ssize_t)b.size);
	close(fd);
	return b;
}

static inline int file_of_bytes(const void *data, size_t size)
{
	int fd = memfd_create("file", 0);

	cr_assert(fd >= 0);
	cr_assert_eq(write(fd, data, size), (ssize_t)size);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* What a reader gave. */
struct found {
	int opened;
	int error;
	uint64_t events;
	uint64_t losses;
	uint64_t starts;
	uint64_t damages;
	uint64_t skipped;
	/* Events whose sections or probe have no description. */
	uint64_t nameless;
	/* Time stamps, xor-ed, of the first and the last event. */
	uint64_t first;
	uint64_t last;
	bool complete;
	const char *reason;
};

static inline void file_count_item(struct retis_reader *r, const struct retis_item *item,
				   struct found *f)
{
	switch (item->kind) {
	case RETIS_ITEM_START:
		f->starts++;
		break;
	case RETIS_ITEM_DICTIONARY:
		break;
	case RETIS_ITEM_EVENT:
		if (!f->events++)
			f->first = item->event->timestamp;
		f->last = item->event->timestamp;
		f->nameless += !retis_reader_section(r, 0) || !retis_reader_probe(r, 0);
		break;
	case RETIS_ITEM_LOSS:
		f->losses += item->loss->count;
		break;
	case RETIS_ITEM_DAMAGE:
		f->damages++;
		f->skipped += item->damage->length;
		f->reason = item->damage->reason;
		break;
	}
}

static inline void file_count_rest(struct retis_reader *r, struct found *f)
{
	const struct retis_item *item;
	struct retis_reader_stats stats;
	int err;

	while ((err = retis_reader_next(r, &item)) > 0)
		file_count_item(r, item, f);
	f->error = err;
	retis_reader_get_stats(r, &stats, sizeof(stats));
	f->complete = stats.complete;
}

/* Closes FD. */
static inline struct found file_count(int fd)
{
	struct retis_reader *r;
	struct found f = {};

	f.opened = retis_reader_open_fd(fd, NULL, &r);
	if (!f.opened)
		file_count_rest(r, &f);
	retis_reader_close(r);
	close(fd);
	return f;
}

static inline struct found file_count_bytes(const void *data, size_t size)
{
	return file_count(file_of_bytes(data, size));
}

#endif
