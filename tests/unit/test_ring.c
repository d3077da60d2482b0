/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records of a ring buffer that is not the kernel's, but laid out as one. */
#include <criterion/criterion.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <string.h>

#include "core/collect/ring.h"

#define SIZE 64
#define AGAIN 32

/* What is behind SIZE is the same memory as the start, seen again. */
struct fake {
	unsigned long consumed, produced;
	_Alignas(8) char data[SIZE + AGAIN];
	struct ring ring;
	char seen[64];
	int stop_after;
};

static void make_ring(struct fake *f, unsigned long at)
{
	*f = (struct fake){ .consumed = at, .produced = at };
	f->ring = (struct ring){ &f->consumed, &f->produced, f->data, SIZE - 1, 0 };
}

static void put_record(struct fake *f, const char *text, uint32_t flags)
{
	uint32_t size = (uint32_t)strlen(text), head[2] = { size | flags, 0 };
	char record[48] = {};

	memcpy(record, head, sizeof(head));
	memcpy(record + sizeof(head), text, size);
	size = (size + 8 + 7) / 8 * 8;
	for (uint32_t i = 0; i < size; i++, f->produced++) {
		size_t at = f->produced % SIZE;

		f->data[at] = record[i];
		if (at < AGAIN)
			f->data[SIZE + at] = record[i];
	}
}

static int take_text(void *arg, const void *data, size_t size)
{
	struct fake *f = arg;

	strncat(f->seen, data, size);
	strcat(f->seen, ";");
	return --f->stop_after == 0 ? -1 : 0;
}

Test(ring, hands_out_records_that_wrap_around)
{
	struct fake f;

	/* Positions go on after 2^32 and beyond the size. */
	make_ring(&f, (1UL << 32) + SIZE - 24);
	put_record(&f, "one", 0);
	put_record(&f, "two goes around", 0);
	cr_expect_eq(ring_consume(&f.ring, take_text, &f), 0);
	cr_expect_str_eq(f.seen, "one;two goes around;");
	cr_expect_eq(f.consumed, f.produced);
}

Test(ring, waits_for_one_that_is_being_written)
{
	struct fake f;

	make_ring(&f, 0);
	put_record(&f, "dropped", BPF_RINGBUF_DISCARD_BIT);
	put_record(&f, "busy", BPF_RINGBUF_BUSY_BIT);
	put_record(&f, "behind", 0);
	cr_expect_eq(ring_consume(&f.ring, take_text, &f), 0);
	cr_expect_str_eq(f.seen, "");
	cr_expect_eq(f.consumed, 16);
}

Test(ring, consumes_the_one_that_ends_the_turn)
{
	struct fake f;

	make_ring(&f, 0);
	f.stop_after = 1;
	put_record(&f, "first", 0);
	put_record(&f, "second", 0);
	cr_expect_eq(ring_consume(&f.ring, take_text, &f), -1);
	cr_expect_str_eq(f.seen, "first;");
	cr_expect_eq(ring_consume(&f.ring, take_text, &f), 0);
	cr_expect_str_eq(f.seen, "first;second;");
}
