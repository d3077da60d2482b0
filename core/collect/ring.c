/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The layout is the kernel's: kernel/bpf/ringbuf.c. */
#include "core/collect/ring.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#define FLAGS (BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT)

static size_t round_up(size_t n, size_t unit)
{
	return (n + unit - 1) / unit * unit;
}

static int map_pages(struct ring *r, int map, size_t size, size_t again)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *at = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);

	if (at == MAP_FAILED)
		return -errno;
	r->consumed = at;
	r->mapped = page + size + again;
	at = mmap(NULL, r->mapped, PROT_READ, MAP_SHARED, map, (off_t)page);
	if (at == MAP_FAILED)
		return -errno;
	r->produced = at;
	r->data = (const char *)at + page;
	r->mask = size - 1;
	return 0;
}

int ring_open(struct ring *r, int map, size_t largest)
{
	size_t again = round_up(largest + BPF_RINGBUF_HDR_SZ, (size_t)sysconf(_SC_PAGESIZE));
	struct bpf_map_info info = {};
	uint32_t size = sizeof(info);
	int err = bpf_obj_get_info_by_fd(map, &info, &size);

	*r = (struct ring){};
	if (err)
		return err;
	if (info.type != BPF_MAP_TYPE_RINGBUF)
		return -EINVAL;
	err = map_pages(r, map, info.max_entries,
			again < info.max_entries ? again : info.max_entries);
	if (err)
		ring_close(r);
	return err;
}

void ring_close(struct ring *r)
{
	if (r->consumed)
		munmap(r->consumed, (size_t)sysconf(_SC_PAGESIZE));
	if (r->produced)
		munmap((void *)(uintptr_t)r->produced, r->mapped);
	*r = (struct ring){};
}

int ring_consume(struct ring *r, int (*take)(void *arg, const void *data, size_t size), void *arg)
{
	unsigned long at = *r->consumed;
	int err = 0;

	while (!err && at != __atomic_load_n(r->produced, __ATOMIC_ACQUIRE)) {
		const char *record = r->data + (at & r->mask);
		uint32_t head =
			__atomic_load_n((const uint32_t *)(const void *)record, __ATOMIC_ACQUIRE);
		size_t size = head & ~(uint32_t)FLAGS;

		/* Still being written, and so those behind it. */
		if (head & BPF_RINGBUF_BUSY_BIT)
			break;
		if (!(head & BPF_RINGBUF_DISCARD_BIT))
			err = take(arg, record + BPF_RINGBUF_HDR_SZ, size);
		at += round_up(size + BPF_RINGBUF_HDR_SZ, 8);
		__atomic_store_n(r->consumed, at, __ATOMIC_RELEASE);
	}
	return err;
}
