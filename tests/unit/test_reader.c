/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What comes out of event files, sound ones and others. */
#include "tests/unit/file_count.h"

#include <errno.h>
#include <time.h>
#include <zlib.h>

#define BLOCKS 4
#define EVENTS (10 * BLOCKS)

TestSuite(reader, .fini = file_clean);

static struct bytes small_file(void)
{
	const char *path = file_path("small");

	file_make(path, BLOCKS);
	return file_load(path);
}

/* Where block N of events starts, and where it ends. */
static size_t block_at(const struct bytes *b, uint64_t n, size_t *end)
{
	struct block_header h;
	size_t at = sizeof(struct file_header);

	while (at + sizeof(h) <= b->size) {
		memcpy(&h, b->data + at, sizeof(h));
		*end = at + sizeof(h) + h.stored;
		if (h.kind == BLOCK_EVENTS && !n--)
			return at;
		at = *end;
	}
	cr_assert_fail("there is no such block");
	return 0;
}

Test(reader, gives_what_was_written)
{
	struct bytes b = small_file();
	struct found f = file_count_bytes(b.data, b.size);

	cr_expect_eq(f.error, 0);
	cr_expect_eq(f.events, EVENTS);
	cr_expect_eq(f.starts, 1);
	cr_expect_eq(f.damages, 0);
	cr_expect_eq(f.nameless, 0);
	cr_expect_eq(f.last, EVENTS - 1);
	cr_expect(f.complete);
	free(b.data);
}

Test(reader, dictionaries_are_complete)
{
	const struct retis_file_section *s;
	const struct retis_item *item;
	struct retis_reader *r;

	file_make(file_path("a"), 1);
	cr_assert_eq(retis_reader_open(file_path("a"), NULL, &r), 0);
	cr_assert_eq(retis_reader_next(r, &item), 1);
	cr_assert_eq(item->kind, RETIS_ITEM_START);
	cr_expect_str_eq(retis_reader_start(r)->command_line, "retis collect -o");
	cr_expect_eq(retis_reader_start(r)->clock_offset, -5);
	cr_expect_str_eq(retis_reader_probe(r, 0)->symbol, "net:netif_rx");
	cr_expect_null(retis_reader_probe(r, 0)->path);
	cr_expect_null(retis_reader_probe(r, 1));
	s = retis_reader_section(r, 0);
	cr_expect_str_eq(s->plugin_version, "1.2");
	cr_expect_str_eq(s->type.name, "my-count");
	cr_expect_eq(s->type.version, 7);
	cr_expect_eq(s->type.place, RETIS_FIRST_LINE);
	cr_assert_eq(s->type.n_fields, 3);
	cr_expect_str_eq(s->type.fields[1].fields[0].name, "word");
	cr_expect_str_eq(s->type.fields[2].names[1].name, "three");
	cr_expect_eq(s->type.fields[2].names[0].value, -1);
	retis_reader_close(r);
}

Test(reader, knows_hosts)
{
	const struct writer_options options = { .path = file_path("hosts"), .copy = true };
	const struct retis_start other = { .host_name = "two", .kernel_release = "6.12" };
	const struct retis_start *start;
	const struct retis_names *names;
	const struct retis_item *item;
	struct retis_text records;
	struct retis_reader *r;
	struct writer *w = file_open_writer(&options);
	uint8_t number = 3;

	cr_assert_eq(text_init(&records, 64), 0);
	dictionary_put_host(&records, number, &other);
	dictionary_put_host(&records, 0, &other);
	dictionary_put_host(&records, RETIS_HOSTS_MAX + 1, &other);
	cr_assert_eq(writer_add(w, &records), 0);
	text_fini(&records);
	writer_close(w, NULL);
	cr_assert_eq(retis_reader_open(file_path("hosts"), NULL, &r), 0);
	cr_assert_eq(retis_reader_next(r, &item), 1);
	start = retis_reader_start(r);
	cr_expect_str_eq(start->host_name, "one");
	cr_expect_str_eq(start->host_id, "0123");
	cr_expect_eq(start->clock_error, 7);
	cr_expect_eq(start->clock_error_max, 9);
	/* What makes no sense is damage. */
	cr_assert_eq(start->n_hosts, 3);
	cr_expect_null(start->hosts[0]);
	cr_expect_str_eq(start->hosts[2]->host_name, "two");
	cr_expect_str_eq(start->hosts[2]->kernel_release, "6.12");
	names = retis_reader_names(r);
	cr_expect_str_eq(names->find(names, "host", &number, 1, 0), "two");
	number = 0;
	cr_expect_str_eq(names->find(names, "host", &number, 1, 0), "one");
	retis_reader_close(r);
}

Test(reader, events_are_as_they_were)
{
	const struct retis_section *section;
	const struct retis_item *item;
	struct retis_reader *r;
	struct file_event e = file_event(0);

	file_make(file_path("a"), 1);
	cr_assert_eq(retis_reader_open(file_path("a"), NULL, &r), 0);
	cr_assert_eq(retis_reader_next(r, &item), 1);
	cr_assert_eq(retis_reader_next(r, &item), 1);
	cr_assert_eq(item->kind, RETIS_ITEM_EVENT);
	cr_expect_arr_eq(item->event, &e, sizeof(e));
	section = retis_section_next(item->event, NULL);
	cr_expect_eq(section->size, 16);
	cr_expect_null(retis_section_next(item->event, section));
	retis_reader_close(r);
}

/* All blocks that are whole are read, and nothing else is. */
Test(reader, truncated_at_every_byte)
{
	struct bytes b = small_file();
	size_t ends[BLOCKS];

	for (uint64_t i = 0; i < BLOCKS; i++)
		block_at(&b, i, &ends[i]);
	for (size_t size = 0; size < b.size; size++) {
		struct found f = file_count_bytes(b.data, size);
		uint64_t whole = 0;

		while (whole < BLOCKS && ends[whole] <= size)
			whole++;
		if (size < sizeof(struct file_header)) {
			cr_expect_eq(f.opened, size ? -EMEDIUMTYPE : -ENODATA);
			continue;
		}
		cr_expect_eq(f.error, 0);
		cr_expect_eq(f.events, 10 * whole, "%lu of %lu events in %zu bytes", f.events,
			     10 * whole, size);
		cr_expect(f.damages <= 1);
		cr_expect_not(f.complete);
	}
	free(b.data);
}

/* As a power cut may leave it: the file is as long as it should be. */
Test(reader, zeros_at_the_end)
{
	struct bytes b = small_file();
	size_t ends[BLOCKS];

	for (uint64_t i = 0; i < BLOCKS; i++)
		block_at(&b, i, &ends[i]);
	for (size_t at = sizeof(struct file_header); at < ends[BLOCKS - 1]; at++) {
		struct bytes cut = { malloc(b.size), b.size };
		struct found f;
		uint64_t whole = 0;

		memcpy(cut.data, b.data, at);
		memset(cut.data + at, 0, cut.size - at);
		f = file_count_bytes(cut.data, cut.size);
		while (whole < BLOCKS && ends[whole] <= at)
			whole++;
		cr_expect_eq(f.error, 0);
		cr_expect(f.events >= 10 * whole, "%lu of %lu events, zeros at %zu", f.events,
			  10 * whole, at);
		cr_expect_eq(f.damages, 1);
		free(cut.data);
	}
	free(b.data);
}

/* One bit costs at most the block it is in. */
Test(reader, flipped_bits_at_every_byte)
{
	struct bytes b = small_file();

	for (size_t at = 0; at < b.size; at++) {
		struct found f;
		uint64_t lost = 0;

		b.data[at] ^= 1u << at % 8;
		f = file_count_bytes(b.data, b.size);
		b.data[at] ^= 1u << at % 8;
		for (uint64_t i = 0; i < BLOCKS; i++) {
			size_t end, start = block_at(&b, i, &end);

			if (at >= start && at < end)
				lost = 10;
		}
		cr_expect_eq(f.opened, 0);
		cr_expect_eq(f.error, 0);
		cr_expect_eq(f.events, EVENTS - lost, "%lu events with byte %zu wrong", f.events,
			     at);
		cr_expect_eq(f.nameless, 0, "dictionary lost with byte %zu wrong", at);
		cr_expect_eq(f.damages, 1, "%lu damages with byte %zu wrong", f.damages, at);
	}
	free(b.data);
}

/* Bytes that are gone cost at most the block they were in. */
Test(reader, bytes_removed)
{
	struct bytes b = small_file();
	unsigned char *less = malloc(b.size);

	for (size_t at = sizeof(struct file_header); at + 13 < b.size; at++) {
		struct found f;

		memcpy(less, b.data, at);
		memcpy(less + at, b.data + at + 13, b.size - at - 13);
		f = file_count_bytes(less, b.size - 13);
		cr_expect_eq(f.error, 0);
		cr_expect(f.events >= EVENTS - 20, "%lu events without byte %zu", f.events, at);
		cr_expect(f.damages >= 1);
	}
	free(less);
	free(b.data);
}

Test(reader, bytes_inserted)
{
	struct bytes b = small_file();
	unsigned char *more = malloc(b.size + 100);

	for (size_t at = 1; at < b.size; at++) {
		struct found f;

		memcpy(more, b.data, at);
		memset(more + at, FILE_MAGIC[0], 100);
		memcpy(more + at + 100, b.data + at, b.size - at);
		f = file_count_bytes(more, b.size + 100);
		cr_expect_eq(f.error, 0);
		cr_expect(f.events >= EVENTS - 10, "%lu events with bytes at %zu", f.events, at);
	}
	free(more);
	free(b.data);
}

Test(reader, blocks_removed_are_noticed)
{
	struct bytes b = small_file();
	size_t end, start = block_at(&b, 1, &end);
	struct found f;

	memmove(b.data + start, b.data + end, b.size - end);
	f = file_count_bytes(b.data, b.size - (end - start));
	cr_expect_eq(f.events, EVENTS - 10);
	cr_expect_eq(f.damages, 1);
	cr_expect_str_eq(f.reason, "blocks are missing");
	free(b.data);
}

Test(reader, garbage_is_refused)
{
	unsigned char *data = malloc(1 << 20);
	struct found f;

	srandom(1);
	for (size_t i = 0; i < 1 << 20; i++)
		data[i] = (unsigned char)random();
	f = file_count_bytes(data, 1 << 20);
	cr_expect_eq(f.opened, -EMEDIUMTYPE);
	memcpy(data, FILE_MAGIC, MAGIC_SIZE);
	cr_expect_eq(file_count_bytes(data, 1 << 20).opened, -EMEDIUMTYPE);
	free(data);
}

Test(reader, garbage_behind_a_header)
{
	struct bytes b = small_file();
	unsigned char *data = malloc(1 << 20);
	struct found f;

	srandom(2);
	for (size_t i = 0; i < 1 << 20; i++)
		data[i] = (unsigned char)random();
	memcpy(data, b.data, sizeof(struct file_header));
	f = file_count_bytes(data, 1 << 20);
	cr_expect_eq(f.opened, 0);
	cr_expect_eq(f.error, 0);
	cr_expect_eq(f.damages, 1);
	cr_expect_eq(f.skipped, (1 << 20) - sizeof(struct file_header));
	free(data);
	free(b.data);
}

/* Headers whose checksum is right and that lie about what follows them must not
 * cost more than reading the file a few times. */
Test(reader, lying_headers_do_not_cost_much)
{
	struct bytes b = small_file();
	size_t size = 8u << 20, n = size / sizeof(struct block_header);
	struct block_header *headers = calloc(n, sizeof(*headers));
	struct timespec start, end;
	struct found f;

	memcpy(headers, b.data, sizeof(struct file_header));
	for (size_t i = 1; i < n; i++) {
		struct block_header *h = &headers[i];

		*h = (struct block_header){ .magic = BLOCK_MAGIC,
					    .kind = BLOCK_EVENTS,
					    .stored = 2u << 20,
					    .raw = 4u << 20,
					    .file = ((struct file_header *)b.data)->file };
		h->checksum =
			(uint32_t)crc32(0, (void *)h, offsetof(struct block_header, checksum));
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
	f = file_count_bytes(headers, size);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	cr_expect_eq(f.error, 0);
	cr_expect_eq(f.events, 0);
	cr_expect(end.tv_sec - start.tv_sec < 5);
	free(headers);
	free(b.data);
}

static void expect_refused(const struct bytes *b, const char *why)
{
	int fd = file_of_bytes(b->data, b->size);
	struct retis_reader *r;

	cr_expect_eq(retis_reader_open_fd(fd, NULL, &r), -EPROTO);
	cr_expect_str_eq(retis_reader_error(r), why);
	retis_reader_close(r);
	close(fd);
}

Test(reader, newer_version_is_refused)
{
	struct bytes b = small_file();
	struct file_header *h = (struct file_header *)b.data;

	h->major++;
	h->checksum = (uint32_t)crc32(0, (void *)h, offsetof(struct file_header, checksum));
	expect_refused(&b, "written by a newer version of retis");
	free(b.data);
}

/* Of which nothing but the word for the byte order can be read. */
Test(reader, other_byte_order_is_refused)
{
	struct bytes b = small_file();
	struct file_header *h = (struct file_header *)b.data;

	h->byte_order = __builtin_bswap32(h->byte_order);
	expect_refused(&b, "written on a big-endian machine, which this one is not: make JSON of "
			   "it there, with 'retis print --format json'");
	free(b.data);
}

Test(reader, joined_files)
{
	struct bytes a, b;
	struct found f;
	unsigned char *both;

	a = small_file();
	file_make(file_path("b"), 2);
	b = file_load(file_path("b"));
	both = malloc(a.size + b.size);
	memcpy(both, a.data, a.size);
	memcpy(both + a.size, b.data, b.size);
	f = file_count_bytes(both, a.size + b.size);
	cr_expect_eq(f.events, EVENTS + 20);
	cr_expect_eq(f.starts, 2);
	cr_expect_eq(f.damages, 0);
	/* The second one's header is damaged. */
	both[a.size + 3] ^= 1;
	f = file_count_bytes(both, a.size + b.size);
	cr_expect_eq(f.events, EVENTS + 20);
	cr_expect_eq(f.starts, 2);
	cr_expect_eq(f.damages, 1);
	free(both);
	free(a.data);
	free(b.data);
}

/* Opened in the middle of a file: a dictionary comes at its end. */
Test(reader, beginning_is_missing)
{
	struct bytes b = small_file();
	size_t end, start = block_at(&b, 1, &end);
	struct found f = file_count_bytes(b.data + start, b.size - start);

	cr_expect_eq(f.events, EVENTS - 10);
	cr_expect_eq(f.starts, 1);
	cr_expect_eq(f.nameless, 0);
	free(b.data);
}

/* A new collection to the same file. */
Test(reader, follows_a_file_that_is_started_again)
{
	struct retis_reader_options options = { .size = sizeof(options), .follow = true };
	struct bytes b = small_file();
	const struct retis_names *names;
	struct retis_reader *r;
	struct found f = {};
	size_t end;

	block_at(&b, 2, &end);
	cr_assert_eq(truncate(file_path("small"), (off_t)end), 0);
	cr_assert_eq(retis_reader_open(file_path("small"), &options, &r), 0);
	names = retis_reader_names(r);
	file_count_rest(r, &f);
	cr_expect_eq(f.error, -EAGAIN);
	cr_expect_eq(f.events, 30);
	cr_assert_eq(truncate(file_path("small"), 0), 0);
	file_count_rest(r, &f);
	file_make(file_path("small"), 1);
	file_count_rest(r, &f);
	cr_expect_eq(f.error, 0);
	cr_expect_eq(f.events, 40);
	cr_expect_eq(f.starts, 2);
	cr_expect_eq(f.damages, 0);
	/* As long as the reader, whatever comes. */
	cr_expect_null(names->find(names, "x", "k", 1, 0));
	retis_reader_close(r);
	free(b.data);
}

static struct found seek_to(const struct bytes *b, size_t size, uint64_t timestamp)
{
	int fd = file_of_bytes(b->data, size);
	struct retis_reader *r;
	struct found f = {};

	f.opened = retis_reader_open_fd(fd, NULL, &r);
	cr_expect_eq(f.opened, 0);
	cr_expect_eq(retis_reader_seek(r, timestamp), 0);
	file_count_rest(r, &f);
	cr_expect_eq(f.error, 0);
	cr_expect_eq(f.nameless, 0);
	cr_expect_eq(f.starts, 1);
	retis_reader_close(r);
	close(fd);
	return f;
}

Test(reader, seeks_with_and_without_an_index)
{
	struct bytes b = small_file();
	size_t end;

	block_at(&b, BLOCKS - 1, &end);
	for (uint64_t t = 0; t < EVENTS; t++) {
		struct found f = seek_to(&b, b.size, t);

		cr_expect_eq(f.first, t);
		cr_expect_eq(f.events, EVENTS - t);
		f = seek_to(&b, end, t);
		cr_expect_eq(f.first, t);
		cr_expect_eq(f.events, EVENTS - t);
	}
	cr_expect_eq(seek_to(&b, b.size, EVENTS).events, 0);
	cr_expect_eq(seek_to(&b, end, EVENTS).events, 0);
	free(b.data);
}

/* Each block is gone to again, from the last one on. */
Test(reader, goes_to_blocks)
{
	uint64_t offsets[EVENTS], times[EVENTS], n = 0;
	struct bytes b = small_file();
	int fd = file_of_bytes(b.data, b.size);
	const struct retis_item *item;
	struct retis_reader *r;

	cr_assert_eq(retis_reader_open_fd(fd, NULL, &r), 0);
	while (retis_reader_next(r, &item) > 0) {
		if (item->kind != RETIS_ITEM_EVENT || (n && offsets[n - 1] == item->offset))
			continue;
		offsets[n] = item->offset;
		times[n++] = item->event->timestamp;
	}
	cr_assert_gt(n, 1);
	while (n--) {
		cr_assert_eq(retis_reader_seek_block(r, offsets[n]), 0);
		cr_assert_eq(retis_reader_next(r, &item), 1);
		cr_assert_eq(item->kind, RETIS_ITEM_EVENT);
		cr_expect_eq(item->event->timestamp, times[n]);
		cr_expect_not_null(retis_reader_section(r, 0));
	}
	retis_reader_close(r);
	close(fd);
	free(b.data);
}

Test(reader, reads_pipes_with_peeked_bytes)
{
	struct retis_reader_options options = { .size = sizeof(options) };
	struct bytes b = small_file();
	struct retis_reader *r;
	struct found f = {};
	int fds[2];

	cr_assert_eq(pipe(fds), 0);
	cr_assert_eq(write(fds[1], b.data + 100, b.size - 100), (ssize_t)b.size - 100);
	close(fds[1]);
	options.peeked = b.data;
	options.n_peeked = 100;
	cr_assert_eq(retis_reader_open_fd(fds[0], &options, &r), 0);
	cr_expect_eq(retis_reader_seek(r, 3), -ESPIPE);
	file_count_rest(r, &f);
	cr_expect_eq(f.events, EVENTS);
	cr_expect(f.complete);
	retis_reader_close(r);
	close(fds[0]);
	free(b.data);
}

/* Whatever part of it is there. */
Test(reader, follows_a_file_byte_by_byte)
{
	struct retis_reader_options options = { .size = sizeof(options), .follow = true };
	struct bytes b = small_file();
	int out = open(file_path("live"), O_CREAT | O_WRONLY, 0600);
	struct retis_reader *r;
	struct found f = {};

	cr_assert_eq(write(out, b.data, 64), 64);
	cr_assert_eq(retis_reader_open(file_path("live"), &options, &r), 0);
	for (size_t at = 64; at < b.size; at++) {
		file_count_rest(r, &f);
		cr_expect_eq(f.error, -EAGAIN);
		cr_assert_eq(write(out, b.data + at, 1), 1);
	}
	file_count_rest(r, &f);
	cr_expect_eq(f.error, 0);
	cr_expect_eq(f.events, EVENTS);
	cr_expect_eq(f.damages, 0);
	retis_reader_close(r);
	close(out);
	free(b.data);
}
