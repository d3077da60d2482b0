/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts what comes out of event files. */
#ifndef TESTS_FILE_COUNT_H
#define TESTS_FILE_COUNT_H

#include <sys/mman.h>

#include "tests/unit/file_build.h"

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
