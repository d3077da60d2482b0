/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole event file: all of it is read, then read again from a time in it.
 *
 * Input: a file. Checksums are put right where a header is recognised, so that
 * what lies behind them is reached.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <retis/reader.h>

#include "core/file/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SIZE_MAX_INPUT (64u << 10)

static void mend_block(unsigned char *at, size_t left)
{
	struct block_header h;

	memcpy(&h, at, sizeof(h));
	if (h.stored > left - sizeof(h))
		return;
	block_header_seal(&h, at + sizeof(h));
	memcpy(at, &h, sizeof(h));
}

static void mend(unsigned char *data, size_t size)
{
	struct file_header h;

	for (size_t at = 0; at + sizeof(h) <= size; at++) {
		/* Each comparison costs far more than it does without a fuzzer. */
		if (data[at] != BLOCK_MAGIC[0] && data[at] != FILE_MAGIC[0])
			continue;
		if (!memcmp(data + at, BLOCK_MAGIC, MAGIC_SIZE))
			mend_block(data + at, size - at);
		if (memcmp(data + at, FILE_MAGIC, MAGIC_SIZE))
			continue;
		memcpy(&h, data + at, sizeof(h));
		file_header_seal(&h);
		memcpy(data + at, &h, sizeof(h));
	}
}

/* Looks at every byte that was promised. */
static void use_event(const struct retis_event *event)
{
	const struct retis_section *s = NULL;
	static volatile unsigned char sum;

	while ((s = retis_section_next(event, s)))
		for (uint32_t i = 0; i < s->size; i++)
			sum ^= ((const unsigned char *)retis_section_data(s))[i];
	(void)sum;
}

static size_t use_fields(const struct retis_field *fields, uint32_t n)
{
	size_t length = 0;

	for (uint32_t i = 0; i < n; i++) {
		length += strlen(fields[i].name) + strlen(fields[i].about);
		for (uint32_t j = 0; j < fields[i].n_names; j++)
			length += strlen(fields[i].names[j].name);
		length += use_fields(fields[i].fields, fields[i].n_fields);
	}
	return length;
}

static size_t use_dictionary(const struct retis_reader *r)
{
	const struct retis_start *start = retis_reader_start(r);
	size_t length = start ? strlen(start->version) + strlen(start->command_line) : 0;
	uint64_t offset;

	for (uint32_t i = 0; i < retis_reader_n_sections(r); i++) {
		const struct retis_file_section *s = retis_reader_section(r, i);

		if (s)
			length += use_fields(s->type.fields, s->type.n_fields);
	}
	for (uint32_t i = 0; i < retis_reader_n_probes(r); i++) {
		const struct retis_file_probe *p = retis_reader_probe(r, i);

		if (p)
			length += strlen(p->symbol) + (p->path ? strlen(p->path) : 0);
	}
	retis_reader_symbol(r, 0xffff, &offset);
	return length;
}

static void read_all(struct retis_reader *r)
{
	const struct retis_item *item;
	uint64_t n = 0;

	while (retis_reader_next(r, &item) > 0) {
		if (item->kind == RETIS_ITEM_EVENT)
			use_event(item->event);
		else if (item->kind == RETIS_ITEM_START || item->kind == RETIS_ITEM_DICTIONARY)
			use_dictionary(r);
		/* A small file has no endless number of items, even unpacked. */
		if (++n > 1u << 24)
			abort();
	}
}

static int open_bytes(const unsigned char *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET))
		abort();
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static unsigned char copy[SIZE_MAX_INPUT];
	struct retis_reader *r;
	uint64_t timestamp = 0;
	int fd;

	if (size > sizeof(copy))
		size = sizeof(copy);
	memcpy(copy, data, size);
	mend(copy, size);
	if (size >= 8)
		memcpy(&timestamp, copy + size - 8, sizeof(timestamp));
	fd = open_bytes(copy, size);
	if (!retis_reader_open_fd(fd, NULL, &r)) {
		read_all(r);
		if (!retis_reader_seek(r, timestamp >> 32))
			read_all(r);
	}
	retis_reader_close(r);
	close(fd);
	return 0;
}
