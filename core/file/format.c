/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Headers: magic, checksums, what may be believed. */
#include "core/file/format.h"

#include <errno.h>
#include <string.h>
#include <zlib.h>

static uint32_t compute_checksum(const void *data, size_t size)
{
	return (uint32_t)crc32_z(0, data, size);
}

void file_header_seal(struct file_header *h)
{
	memcpy(h->magic, FILE_MAGIC, MAGIC_SIZE);
	h->byte_order = FILE_BYTE_ORDER;
	h->major = FILE_VERSION_MAJOR;
	h->minor = FILE_VERSION_MINOR;
	h->checksum = compute_checksum(h, offsetof(struct file_header, checksum));
}

void block_header_seal(struct block_header *h, const void *payload)
{
	memcpy(h->magic, BLOCK_MAGIC, MAGIC_SIZE);
	h->payload_checksum = compute_checksum(payload, h->stored);
	h->checksum = compute_checksum(h, offsetof(struct block_header, checksum));
}

int file_header_check(const struct file_header *h)
{
	if (memcmp(h->magic, FILE_MAGIC, MAGIC_SIZE))
		return -EBADMSG;
	/* The checksum of the other byte order can't be told from damage. */
	if (h->byte_order == __builtin_bswap32(FILE_BYTE_ORDER))
		return -EPROTOTYPE;
	if (h->checksum != compute_checksum(h, offsetof(struct file_header, checksum)))
		return -EBADMSG;
	return h->byte_order == FILE_BYTE_ORDER && h->major == FILE_VERSION_MAJOR ? 0 : -EPROTO;
}

bool block_header_valid(const struct block_header *h)
{
	return !memcmp(h->magic, BLOCK_MAGIC, MAGIC_SIZE) &&
	       h->checksum == compute_checksum(h, offsetof(struct block_header, checksum)) &&
	       h->stored <= BLOCK_STORED_MAX && h->raw <= BLOCK_RAW_MAX;
}

bool block_payload_valid(const struct block_header *h, const void *payload)
{
	return h->payload_checksum == compute_checksum(payload, h->stored);
}
