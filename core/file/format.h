/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The bytes of an event file: docs/event-format.md explains them. A file header,
 * then blocks, each a header and a payload, most of them one zstd frame.
 */
#ifndef FILE_FORMAT_H
#define FILE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FILE_MAGIC "\x89RETIS\r\n"
#define BLOCK_MAGIC "\x89RBLOCK\n"
#define MAGIC_SIZE 8

#define FILE_BYTE_ORDER 0x01020304u
#define FILE_VERSION_MAJOR 2
#define FILE_VERSION_MINOR 0

/* Payload of a block, decompressed: more is refused. */
#define BLOCK_RAW_MAX (4u << 20)
/* And in the file: what zstd may make of that at worst. */
#define BLOCK_STORED_MAX (BLOCK_RAW_MAX + (BLOCK_RAW_MAX >> 8) + 1024)

struct file_header {
	char magic[MAGIC_SIZE];
	uint32_t byte_order;
	/* Another major version can't be read, another minor one can. */
	uint16_t major;
	uint16_t minor;
	/* Random; the same in all blocks of this file. */
	uint64_t file;
	uint8_t reserved[36];
	/* CRC-32 of all before it. */
	uint32_t checksum;
};

enum block_kind {
	/* Records, see below: what the events mean. */
	BLOCK_DICTIONARY = 1,
	/* Events as in include/retis/event.h, one after the other. */
	BLOCK_EVENTS,
	/* Rows of struct file_loss. */
	BLOCK_LOSSES,
	/* Rows of struct file_index. */
	BLOCK_INDEX,
	/* One struct file_end: nothing follows. */
	BLOCK_END,
};

/* The payload is a zstd frame; else it is stored as it is. */
#define BLOCK_ZSTD 1

struct block_header {
	char magic[MAGIC_SIZE];
	uint16_t kind;
	uint16_t flags;
	/* Bytes of the payload in the file, and decompressed. */
	uint32_t stored;
	uint32_t raw;
	/* Events, losses, records or rows in it. */
	uint32_t count;
	/* Time stamps of its first and its last event; 0 if it has none. */
	uint64_t first;
	uint64_t last;
	/* As in the file header. */
	uint64_t file;
	/* Blocks before it in this file. */
	uint32_t sequence;
	uint32_t reserved;
	/* CRC-32 of the stored payload, and of all of this header before it. */
	uint32_t payload_checksum;
	uint32_t checksum;
};

struct file_loss {
	uint64_t since;
	uint64_t until;
	uint64_t count;
	uint16_t cause;
	uint16_t probe;
	uint16_t host;
	uint16_t reserved;
};

/* Blocks of events from `offset` up to the next row's. */
struct file_index {
	uint64_t offset;
	/* The smallest and the largest time stamp. */
	uint64_t first;
	uint64_t last;
};

/* Rows of an index: a longer one is thinned out. */
#define INDEX_MAX 32768

struct file_end {
	uint64_t events;
	uint64_t losses;
	/* Where the blocks of the full dictionary start, and of the index; and this
	 * block itself, which tells that nothing was put in front of the file. */
	uint64_t dictionary;
	uint64_t index;
	uint64_t end;
};

/* Records of a dictionary: a header and its payload, of `size` bytes. Unknown
 * ones are skipped, and so is what a known one has in addition. */
enum record_kind {
	RECORD_START = 1,
	RECORD_SECTION,
	RECORD_PROBE,
	RECORD_SYMBOL,
	RECORD_NAME,
	RECORD_HOST,
};

struct record_header {
	uint16_t kind;
	uint16_t reserved;
	uint32_t size;
};

_Static_assert(sizeof(struct file_header) == 64, "a fixed format");
_Static_assert(sizeof(struct block_header) == 64, "a fixed format");
_Static_assert(sizeof(struct file_loss) == 32, "a fixed format");
_Static_assert(sizeof(struct file_index) == 24, "a fixed format");
_Static_assert(sizeof(struct file_end) == 40, "a fixed format");
_Static_assert(sizeof(struct record_header) == 8, "a fixed format");

/* Fill in magic and checksums. */
void file_header_seal(struct file_header *h);
void block_header_seal(struct block_header *h, const void *payload);

/* 0; -EBADMSG: it is none or it is damaged; -EPROTO: it is of another version; -EPROTOTYPE: of a
 * machine with the other byte order. */
int file_header_check(const struct file_header *h);
/* Magic, checksum and sizes, not the payload. */
bool block_header_valid(const struct block_header *h);
bool block_payload_valid(const struct block_header *h, const void *payload);

#endif
