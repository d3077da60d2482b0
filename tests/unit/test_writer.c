/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What gets into event files, also when something is in the way. */
#include "tests/unit/file_count.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include "core/file/index.h"
#include "core/file/limit.h"
#include "core/file/output.h"

TestSuite(writer, .fini = file_clean);

static _Atomic int synced, synced_whole;

/* In place of the C library's. */
int fdatasync(int fd)
{
	synced += fd >= 0;
	return 0;
}

int fsync(int fd)
{
	synced_whole += fd >= 0;
	return 0;
}

static struct found count(const char *path)
{
	return file_count(open(path, O_RDONLY));
}

Test(writer, losses_keep_their_place)
{
	struct writer_options options = { .path = file_path("a") };
	struct writer *w = file_open_writer(&options);
	struct retis_loss loss = { .since = 3, .until = 9, .count = 5, .cause = 1, .probe = 0 };
	enum retis_item_kind kinds[] = { RETIS_ITEM_START, RETIS_ITEM_EVENT, RETIS_ITEM_LOSS,
					 RETIS_ITEM_EVENT };
	struct file_event e = file_event(1);
	const struct retis_item *item;
	struct retis_reader *r;

	writer_event(w, &e.event);
	writer_loss(w, &loss);
	writer_event(w, &e.event);
	writer_close(w, NULL);
	cr_assert_eq(retis_reader_open(file_path("a"), NULL, &r), 0);
	for (size_t i = 0; i < 4; i++) {
		cr_assert_eq(retis_reader_next(r, &item), 1);
		cr_expect_eq(item->kind, kinds[i]);
		if (item->loss)
			cr_expect_arr_eq(item->loss, &loss, sizeof(loss));
	}
	retis_reader_close(r);
}

Test(writer, dictionary_grows)
{
	struct writer_options options = { .path = file_path("a") };
	struct writer *w = file_open_writer(&options);
	struct retis_text records;
	const struct retis_item *item;
	struct retis_reader *r;
	uint64_t offset = 0;
	int found;

	cr_assert_eq(text_init(&records, 64), 0);
	dictionary_put_symbol(&records, 0x2000, 0x100, "later");
	dictionary_put_symbol(&records, 0x1000, 0x100, "sooner");
	file_write_block(w, 0, 1);
	cr_assert_eq(writer_add(w, &records), 0);
	file_write_block(w, 1, 2);
	writer_close(w, NULL);
	cr_assert_eq(retis_reader_open(file_path("a"), NULL, &r), 0);
	while ((found = retis_reader_next(r, &item)) > 0)
		;
	cr_expect_eq(found, 0);
	cr_expect_str_eq(retis_reader_symbol(r, 0x1010, &offset), "sooner");
	cr_expect_eq(offset, 0x10);
	cr_expect_str_eq(retis_reader_symbol(r, 0x2000, &offset), "later");
	cr_expect_null(retis_reader_symbol(r, 0x1100, &offset));
	cr_expect_null(retis_reader_symbol(r, 0xfff, &offset));
	retis_reader_close(r);
	text_fini(&records);
}

Test(writer, large_file_is_linear_and_complete)
{
	struct writer_options options = { .path = file_path("a") };
	struct writer *w = file_open_writer(&options);
	struct found f;

	for (uint64_t i = 0; i < 200000; i++) {
		struct file_event e = file_event(i);

		cr_assert_eq(writer_event(w, &e.event), 0);
	}
	writer_close(w, NULL);
	f = count(file_path("a"));
	cr_expect_eq(f.events, 200000);
	cr_expect_eq(f.damages, 0);
}

/* Random time stamps are not compressed away. */
static void fill(const struct writer_options *options, uint64_t n, struct writer_result *result)
{
	struct writer *w = file_open_writer(options);

	srandom(3);
	for (uint64_t i = 0; i < n; i++) {
		struct file_event e = file_event(i);

		e.payload[0] = (uint64_t)random() << 32 | (uint64_t)random();
		e.payload[1] = (uint64_t)random() << 32 | (uint64_t)random();
		if (writer_event(w, &e.event))
			break;
	}
	writer_close(w, result);
}

Test(writer, rotates_by_size)
{
	struct writer_options options = {
		.path = file_path("r"),
		.split = { .kind = RETIS_SPLIT_SIZE, .limit = 1000000 },
	};
	struct writer_result result;
	uint64_t events = 0;
	struct stat st;

	fill(&options, 200000, &result);
	cr_expect_eq(result.error, 0);
	cr_expect(result.files > 2);
	cr_expect_neq(access(file_path("r"), F_OK), 0);
	for (uint32_t i = 0; i < result.files; i++) {
		char name[16];

		snprintf(name, sizeof(name), "r.%u", i);
		cr_assert_eq(stat(file_path(name), &st), 0);
		cr_expect(st.st_size <= 1000000, "%ld bytes", (long)st.st_size);
		cr_expect(i + 1 == result.files || st.st_size > 800000, "%ld bytes",
			  (long)st.st_size);
		cr_expect_eq(count(file_path(name)).nameless, 0);
		events += count(file_path(name)).events;
	}
	cr_expect_eq(events, 200000);
}

Test(writer, keeps_the_last_files)
{
	struct writer_options options = {
		.path = file_path("r"),
		.split = { .kind = RETIS_SPLIT_SIZE, .limit = 500000 },
		.keep = 2,
	};
	struct writer_result result;
	uint32_t there = 0;

	fill(&options, 200000, &result);
	for (uint32_t i = 0; i < result.files; i++) {
		char name[16];

		snprintf(name, sizeof(name), "r.%u", i);
		there += !access(file_path(name), F_OK);
	}
	cr_expect(result.files > 3);
	cr_expect_eq(there, 2);
}

Test(writer, rotates_by_time)
{
	struct writer_options options = {
		.path = file_path("r"),
		.split = { .kind = RETIS_SPLIT_TIME, .limit = 10 },
	};
	struct writer *w = file_open_writer(&options);
	struct writer_result result;
	struct timespec t;
	uint64_t now;

	clock_gettime(CLOCK_MONOTONIC, &t);
	now = (uint64_t)t.tv_sec * 1000000000;
	/* 0, 8, 16, 24 and 100 seconds from now: no empty files in between. */
	for (uint64_t i = 0; i < 5; i++) {
		struct file_event e = file_event(now + (i < 4 ? i * 8 : 100) * 1000000000);

		cr_assert_eq(writer_event(w, &e.event), 0);
	}
	writer_close(w, &result);
	cr_expect_eq(result.files, 4);
	cr_expect_eq(count(file_path("r.0")).events, 2);
	cr_expect_eq(count(file_path("r.3")).events, 1);
}

/* As a disk that is full: what was written stays readable. */
Test(writer, no_space_left)
{
	struct rlimit limit = { .rlim_cur = 300000, .rlim_max = RLIM_INFINITY };
	struct writer_options options = { .path = file_path("a") };
	struct writer_result result;
	struct found f;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	fill(&options, 100000, &result);
	limit.rlim_cur = RLIM_INFINITY;
	setrlimit(RLIMIT_FSIZE, &limit);
	cr_expect_eq(result.error, -EFBIG);
	cr_expect(strstr(result.why, "File too large"));
	f = count(file_path("a"));
	cr_expect_eq(f.error, 0);
	cr_expect_eq(f.damages, 0);
	cr_expect(f.events > 0);
	cr_expect_eq(f.events, result.events);
}

/* --- a disk with room for that much ---------------------------------------- */

static off_t disk_size;

static ssize_t write_to_disk(int fd, const void *data, size_t size)
{
	off_t room = disk_size - lseek(fd, 0, SEEK_CUR);

	if (room <= 0) {
		errno = ENOSPC;
		return -1;
	}
	return write(fd, data, size < (size_t)room ? size : (size_t)room);
}

static const struct output_calls small_disk = { write_to_disk, ftruncate };

#define DISK_EVENTS 24

/* Three blocks. Returns what writer_start() did. */
static int fill_disk(off_t size, struct writer_result *result)
{
	struct writer_options options = { .path = file_path("a"), .calls = &small_disk };
	char why[WRITER_WHY_SIZE];
	struct writer *w;
	int err;

	disk_size = size;
	cr_assert_eq(writer_open(&options, &w, why), 0);
	err = writer_start(w, &file_start);
	for (uint64_t i = 0; i < DISK_EVENTS && !err; i++) {
		struct file_event e = file_event(i);

		if (writer_event(w, &e.event))
			result->dropped++;
		if (i % 8 == 7) {
			writer_tick(w, 1);
			writer_tick(w, 2000000001);
		}
	}
	writer_close(w, result);
	return err;
}

/* Whatever byte is the first without room: nothing is damaged, what is said to be
 * stored can be read. */
Test(writer, disk_full_at_every_byte)
{
	struct writer_result result = {};
	struct found f;
	off_t complete;

	cr_assert_eq(fill_disk(1 << 20, &result), 0);
	cr_assert_eq(result.error, 0);
	complete = (off_t)result.bytes;
	for (off_t size = 0; size <= complete; size++) {
		int err = fill_disk(size, &result);

		f = count(file_path("a"));
		if (err) {
			cr_expect_eq(err, -ENOSPC, "%d with %ld bytes", err, (long)size);
			continue;
		}
		/* How events get into blocks depends on when they are fetched: it may be enough. */
		if (result.error || f.events != DISK_EVENTS)
			cr_expect_eq(result.error, -ENOSPC, "with %ld bytes", (long)size);
		cr_expect_eq(f.opened, 0, "not opened with %ld bytes", (long)size);
		cr_expect_eq(f.error, 0, "error %d with %ld bytes", f.error, (long)size);
		cr_expect_eq(f.damages, 0, "damaged with %ld bytes", (long)size);
		cr_expect_eq(f.events, result.events, "%lu of %lu events with %ld bytes", f.events,
			     result.events, (long)size);
	}
	cr_expect_eq(f.events, DISK_EVENTS);
}

/* --- the same with files that are rotated ---------------------------------- */

#define SET_FILES 20

static const char *set_path(int i)
{
	static char path[160];

	snprintf(path, sizeof(path), i < 0 ? "%s" : "%s.%d", file_path("s"), i);
	return path;
}

static ssize_t write_to_shared_disk(int fd, const void *data, size_t size)
{
	off_t room = disk_size;
	struct stat st;

	for (int i = -1; i < SET_FILES; i++)
		room -= stat(set_path(i), &st) ? 0 : st.st_size;
	if (room <= 0) {
		errno = ENOSPC;
		return -1;
	}
	return write(fd, data, size < (size_t)room ? size : (size_t)room);
}

static const struct output_calls shared_disk = { write_to_shared_disk, ftruncate };

static int fill_shared_disk(off_t size, struct writer_result *result)
{
	struct writer_options options = { .path = file_path("s"),
					  .split = { .kind = RETIS_SPLIT_SIZE, .limit = 1500 },
					  .calls = &shared_disk };
	char why[WRITER_WHY_SIZE];
	struct writer *w;
	int err;

	for (int i = -1; i < SET_FILES; i++)
		unlink(set_path(i));
	disk_size = size;
	cr_assert_eq(writer_open(&options, &w, why), 0);
	file_add_dictionary(w);
	err = writer_start(w, &file_start);
	for (uint64_t i = 0; i < DISK_EVENTS && !err; i++) {
		struct file_event e = file_event(i);

		if (writer_event(w, &e.event))
			result->dropped++;
		writer_tick(w, 4000000000 * i + 1);
		writer_tick(w, 4000000000 * i + 2000000001);
	}
	writer_close(w, result);
	return err;
}

static uint64_t count_set(off_t size)
{
	uint64_t events = 0;

	for (int i = -1; i < SET_FILES; i++) {
		struct found f;

		if (access(set_path(i), F_OK))
			continue;
		f = count(set_path(i));
		cr_expect_eq(f.opened, 0, "%s not opened with %ld bytes", set_path(i), (long)size);
		cr_expect_eq(f.damages, 0, "%s damaged with %ld bytes", set_path(i), (long)size);
		events += f.events;
	}
	return events;
}

/* No file is lost, none is empty, and what is said to be stored is there. */
Test(writer, disk_full_while_rotating)
{
	struct writer_result result = {};
	off_t whole;

	cr_assert_eq(fill_shared_disk(1 << 20, &result), 0);
	cr_assert_eq(result.error, 0, "%s", result.why);
	cr_assert_gt(result.files, 3);
	cr_assert_eq(count_set(0), DISK_EVENTS);
	whole = (off_t)result.bytes;
	for (off_t size = 0; size < whole; size += 211) {
		int err = fill_shared_disk(size, &result);
		uint64_t events = count_set(size);

		int error = err ? err : result.error;

		/* Success is said only of all events. */
		cr_expect(error == -ENOSPC || (!error && events == DISK_EVENTS),
			  "error %d, %lu events with %ld bytes", error, events, (long)size);
		cr_expect_eq(events, result.events, "%lu, not %lu events with %ld bytes", events,
			     result.events, (long)size);
	}
}

/* The number of a file that was closed may be another file's. */
Test(writer, never_writes_to_a_closed_descriptor)
{
	struct writer_options options = { .path = file_path("s"),
					  .split = { .kind = RETIS_SPLIT_SIZE, .limit = 1500 } };
	struct writer *w = file_open_writer(&options);
	struct writer_result result;
	struct rlimit limit = { .rlim_max = 4096 };
	int fd;

	/* The next file can't be opened. */
	fd = open("/dev/null", O_RDONLY);
	limit.rlim_cur = (rlim_t)fd;
	close(fd);
	file_write_block(w, 0, 10);
	setrlimit(RLIMIT_NOFILE, &limit);
	for (uint64_t i = 10; i < 200 && !writer_tick(w, 1); i++) {
		struct file_event e = file_event(i);

		writer_event(w, &e.event);
		writer_tick(w, 4000000000 * i + 1);
		writer_tick(w, 4000000000 * i + 2000000001);
	}
	writer_close(w, &result);
	limit.rlim_cur = 1024;
	setrlimit(RLIMIT_NOFILE, &limit);
	cr_expect_eq(result.error, -EMFILE, "%s", result.why);
	cr_expect_eq(count(set_path(0)).events, result.events);
}

Test(writer, nothing_can_be_written)
{
	struct writer_options options = { .path = "/dev/full" };
	char why[WRITER_WHY_SIZE];
	struct writer *w;

	cr_assert_eq(writer_open(&options, &w, why), 0);
	cr_expect_eq(writer_start(w, &file_start), -ENOSPC);
	writer_close(w, NULL);
}

Test(writer, refuses_what_can_not_be_opened)
{
	struct writer_options options = { .path = file_path("no/where") };
	struct writer_options twice = { .path = file_path("a") };
	char why[WRITER_WHY_SIZE];
	struct writer *w, *other;

	cr_expect_eq(writer_open(&options, &w, why), -ENOENT);
	cr_expect(strstr(why, "No such file or directory"));
	cr_assert_eq(writer_open(&twice, &w, why), 0);
	cr_expect_eq(writer_open(&twice, &other, why), -EBUSY);
	writer_close(w, NULL);
	/* It was not there before, and nothing was started. */
	cr_expect_neq(access(file_path("a"), F_OK), 0);
}

Test(writer, keeps_an_old_file_until_it_starts)
{
	struct writer_options options = { .path = file_path("a") };
	char why[WRITER_WHY_SIZE];
	struct writer *w;

	file_make(file_path("a"), 2);
	cr_assert_eq(writer_open(&options, &w, why), 0);
	writer_close(w, NULL);
	cr_expect_eq(count(file_path("a")).events, 20);
}

Test(writer, removed_while_it_is_written)
{
	struct writer_options options = { .path = file_path("a") };
	struct writer *w = file_open_writer(&options);
	struct writer_result result;

	unlink(file_path("a"));
	file_write_block(w, 0, 10);
	writer_close(w, &result);
	cr_expect_eq(result.error, -ENOENT);
}

static void *read_along(void *arg)
{
	struct retis_reader_options options = { .size = sizeof(options), .follow = true };
	struct retis_reader *r;
	struct found *f = arg;

	f->opened = retis_reader_open(file_path("live"), &options, &r);
	do {
		file_count_rest(r, f);
		usleep(100);
	} while (f->error == -EAGAIN);
	retis_reader_close(r);
	return NULL;
}

Test(writer, reader_along_with_it)
{
	struct writer_options options = { .path = file_path("live") };
	struct writer *w = file_open_writer(&options);
	struct found f = {};
	pthread_t thread;

	cr_assert_eq(pthread_create(&thread, NULL, read_along, &f), 0);
	for (uint64_t i = 0; i < 300; i++)
		file_write_block(w, 100 * i, 100 * i + 100);
	writer_close(w, NULL);
	pthread_join(thread, NULL);
	cr_expect_eq(f.opened, 0);
	cr_expect_eq(f.error, 0);
	cr_expect_eq(f.events, 30000);
	cr_expect_eq(f.damages, 0);
}

/* What a machine that loses its power keeps. */
Test(writer, is_on_disk_a_second_later)
{
	struct writer_options options = { .path = file_path("a") };
	struct writer *w = file_open_writer(&options);
	int before;

	file_write_block(w, 0, 1);
	usleep(1100000);
	cr_expect_eq(synced, 0, "more often than once a second");
	file_write_block(w, 1, 2);
	for (int i = 0; i < 500 && !synced; i++)
		usleep(10000);
	cr_expect_eq(synced, 1);
	before = synced_whole;
	writer_close(w, NULL);
	cr_expect_gt(synced_whole, before);
}

Test(writer, index_has_a_limit)
{
	struct index x = {};
	uint64_t offset;

	for (uint64_t i = 0; i < 5 * INDEX_MAX; i++)
		cr_assert_eq(index_add(&x, 1000 * i, 10 * i, 10 * i + 9), 0);
	cr_expect(x.n <= INDEX_MAX);
	for (uint64_t t = 0; t < 50 * INDEX_MAX; t += 777) {
		cr_assert(index_find(x.rows, x.n, t, &offset));
		cr_expect(offset <= t / 10 * 1000);
		cr_expect(offset + 8 * 1000 > t / 10 * 1000);
	}
	cr_expect_not(index_find(x.rows, x.n, 50 * INDEX_MAX, &offset));
	index_fini(&x);
}

Test(writer, limits)
{
	static const char *const bad[] = { "",
					   "1",
					   "MB",
					   "0MB",
					   "-1MB",
					   "1mb",
					   "1MBx",
					   "x1MB",
					   " 1MB",
					   "1.5MB",
					   "1 MB",
					   "1K",
					   "0s",
					   "1d",
					   "99999999999999999999MB",
					   "18446744073709551615GB" };
	struct retis_split split;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_expect_eq(limit_parse(bad[i], &split), -EINVAL, "%s", bad[i]);
	cr_assert_eq(limit_parse("10MB", &split), 0);
	cr_expect(split.kind == RETIS_SPLIT_SIZE && split.limit == 10000000);
	cr_assert_eq(limit_parse("2GiB", &split), 0);
	cr_expect(split.kind == RETIS_SPLIT_SIZE && split.limit == 2ull << 30);
	cr_assert_eq(limit_parse("10m", &split), 0);
	cr_expect(split.kind == RETIS_SPLIT_TIME && split.limit == 600);
}
