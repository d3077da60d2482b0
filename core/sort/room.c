/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/room.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/util/escape.h"
#include "core/util/log.h"

#define ROOM_START (1u << 10)
/* As much stays in memory that nobody else can have. */
#define ROOM_ALLOCATED (8u << 20)

static int make_file(const char *dir)
{
	char path[4096];
	int n = snprintf(path, sizeof(path), "%s/retis-XXXXXX", dir);
	int fd;

	if (n < 0 || (size_t)n >= sizeof(path))
		return -ENAMETOOLONG;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	unlink(path);
	return fd;
}

int temporary_file(void)
{
	const char *dir = getenv("TMPDIR");
	char escaped[512];
	int fd;

	if (!dir || !*dir)
		dir = "/tmp";
	fd = make_file(dir);
	if (fd < 0) {
		escape_text(escaped, sizeof(escaped), dir);
		log_fatal("what does not fit into memory can't be held in %s: %s; TMPDIR names "
			  "another directory",
			  escaped, strerror(-fd));
	}
	return fd;
}

void room_init(struct room *r)
{
	*r = (struct room){ .fd = -1 };
}

static void room_release(struct room *r)
{
	if (r->mapped)
		munmap(r->data, r->capacity);
	else
		free(r->data);
	if (r->fd >= 0)
		close(r->fd);
	room_init(r);
}

void room_fini(struct room *r)
{
	room_release(r);
}

/* From the heap to a file. */
static int room_move(struct room *r, size_t capacity)
{
	int fd = temporary_file();
	void *data;

	if (fd < 0)
		return fd;
	/* A hole that can't be filled later would be a signal. */
	data = posix_fallocate(fd, 0, (off_t)capacity)
		       ? MAP_FAILED
		       : mmap(NULL, capacity, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (data == MAP_FAILED) {
		int err = -errno;

		close(fd);
		return err;
	}
	memcpy(data, r->data, r->length);
	free(r->data);
	r->data = data;
	r->fd = fd;
	r->mapped = true;
	return 0;
}

static int room_grow(struct room *r, size_t capacity)
{
	void *data;

	if (!r->mapped && capacity > ROOM_ALLOCATED)
		return room_move(r, capacity);
	if (r->mapped && posix_fallocate(r->fd, 0, (off_t)capacity))
		return -ENOSPC;
	data = r->mapped ? mremap(r->data, r->capacity, capacity, MREMAP_MAYMOVE)
			 : realloc(r->data, capacity);
	if (!data || data == MAP_FAILED)
		return -ENOMEM;
	r->data = data;
	return 0;
}

void *room_add(struct room *r, size_t bytes)
{
	size_t capacity = r->capacity ? r->capacity : ROOM_START;
	void *at;

	while (capacity - r->length < bytes)
		capacity *= 2;
	if (capacity != r->capacity) {
		if (room_grow(r, capacity))
			return NULL;
		r->capacity = capacity;
	}
	at = r->data + r->length;
	r->length += bytes;
	return at;
}

void room_clear(struct room *r)
{
	if (r->mapped)
		room_release(r);
	r->length = 0;
}
