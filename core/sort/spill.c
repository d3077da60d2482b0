/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WRITE_SIZE (64u << 10)
#define ENTRY_MAX (sizeof(struct spill_entry) + SPILL_PAYLOAD_MAX)

/* Entries on their way to the temporary file. */
struct run_writer {
	int fd;
	uint64_t at;
	uint8_t *buffer;
	size_t used;
};

const char *spill_directory(void)
{
	const char *dir = getenv("TMPDIR");

	return dir && *dir ? dir : "/var/tmp";
}

/* Not every file system has files without a name. */
static int open_named_temporary(void)
{
	char path[4096];
	int fd, n = snprintf(path, sizeof(path), "%s/retis-sort-XXXXXX", spill_directory());

	if (n < 0 || (size_t)n >= sizeof(path))
		return -ENAMETOOLONG;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	unlink(path);
	return fd;
}

static int open_temporary(void)
{
	int fd = open(spill_directory(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	return fd < 0 ? open_named_temporary() : fd;
}

static size_t entry_bytes(const struct spill_entry *e)
{
	return sizeof(*e) + ((e->size + 7u) & ~(size_t)7);
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_entries(const struct spill_entry *a, const struct spill_entry *b)
{
	const struct spill_key *x = &a->key, *y = &b->key;
	int c = compare_numbers(x->begin, y->begin);

	if (!c)
		c = compare_numbers(x->grouped, y->grouped);
	if (!c)
		c = compare_numbers(x->group, y->group);
	if (!c)
		c = compare_numbers(x->time, y->time);
	return c ? c : compare_numbers(a->sequence, b->sequence);
}

static int compare_pointers(const void *a, const void *b)
{
	return compare_entries(*(const struct spill_entry *const *)a,
			       *(const struct spill_entry *const *)b);
}

int spill_init(struct spill *s, size_t memory, uint32_t max_runs)
{
	*s = (struct spill){ .fd = -1, .room = memory, .max_runs = max_runs };
	s->memory = malloc(memory);
	s->runs = calloc(max_runs, sizeof(*s->runs));
	return s->memory && s->runs ? 0 : -ENOMEM;
}

void spill_fini(struct spill *s)
{
	free(s->memory);
	free(s->list);
	free(s->runs);
	if (s->memory && s->fd >= 0)
		close(s->fd);
	*s = (struct spill){ .fd = -1 };
}

/* --- writing ----------------------------------------------------------------- */

static int flush_run_writer(struct run_writer *w)
{
	size_t done = 0;

	while (done < w->used) {
		ssize_t n = pwrite(w->fd, w->buffer + done, w->used - done, (off_t)w->at);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			done += (size_t)n;
			w->at += (uint64_t)n;
		}
	}
	w->used = 0;
	return 0;
}

static int write_entry(struct run_writer *w, const struct spill_entry *e)
{
	size_t bytes = entry_bytes(e);
	int err = w->used + bytes > WRITE_SIZE ? flush_run_writer(w) : 0;

	if (err)
		return err;
	memcpy(w->buffer + w->used, e, bytes);
	w->used += bytes;
	return 0;
}

static int write_list(struct spill *s, struct run_writer *w)
{
	int err = 0;

	for (size_t i = 0; i < s->n && !err; i++)
		err = write_entry(w, s->list[i]);
	return err ? err : flush_run_writer(w);
}

static void sort_list(struct spill *s)
{
	if (s->n)
		qsort(s->list, s->n, sizeof(const struct spill_entry *), compare_pointers);
	s->next = 0;
}

static void forget_list(struct spill *s)
{
	s->n = s->next = 0;
	s->used = 0;
}

/* --- reading back -------------------------------------------------------------- */

static const struct spill_entry *run_entry(const struct spill_run *r)
{
	return (const struct spill_entry *)(r->buffer + r->at);
}

/* Makes the run's next entry be all in its buffer. 1; 0: the run has ended. */
static int fill_run(struct spill *s, struct spill_run *r)
{
	size_t left = r->used - r->at;

	if (left >= sizeof(struct spill_entry) && left >= entry_bytes(run_entry(r)))
		return 1;
	memmove(r->buffer, r->buffer + r->at, left);
	r->at = 0;
	r->used = left;
	while (r->used < s->per_run && r->offset < r->end) {
		size_t want = s->per_run - r->used;
		ssize_t n;

		if (want > r->end - r->offset)
			want = (size_t)(r->end - r->offset);
		n = pread(s->fd, r->buffer + r->used, want, (off_t)r->offset);
		if (n == 0 || (n < 0 && errno != EINTR))
			return n ? -errno : -EIO;
		if (n > 0) {
			r->used += (size_t)n;
			r->offset += (uint64_t)n;
		}
	}
	return r->used > 0;
}

static bool run_before(const struct spill *s, uint32_t a, uint32_t b)
{
	return compare_entries(run_entry(&s->runs[s->heap[a]]), run_entry(&s->runs[s->heap[b]])) <
	       0;
}

static void sift_run_down(struct spill *s, uint32_t at)
{
	for (;;) {
		uint32_t child = 2 * at + 1, run = s->heap[at];

		if (child >= s->n_heap)
			return;
		if (child + 1 < s->n_heap && run_before(s, child + 1, child))
			child++;
		if (!run_before(s, child, at))
			return;
		s->heap[at] = s->heap[child];
		s->heap[child] = run;
		at = child;
	}
}

static int start_merge(struct spill *s)
{
	s->per_run = (s->room / s->n_runs) & ~(size_t)7;
	s->n_heap = 0;
	for (uint32_t i = 0; i < s->n_runs; i++) {
		int got;

		s->runs[i].buffer = s->memory + i * s->per_run;
		got = fill_run(s, &s->runs[i]);
		if (got < 0)
			return got;
		if (got)
			s->heap[s->n_heap++] = i;
	}
	for (uint32_t i = s->n_heap / 2; i-- > 0;)
		sift_run_down(s, i);
	return 0;
}

/* Goes on behind the smallest entry. */
static int advance_merge(struct spill *s)
{
	struct spill_run *r = &s->runs[s->heap[0]];
	int got;

	r->at += entry_bytes(run_entry(r));
	got = fill_run(s, r);
	if (got < 0)
		return got;
	if (!got)
		s->heap[0] = s->heap[--s->n_heap];
	sift_run_down(s, 0);
	return 0;
}

static int merge_into(struct spill *s, struct run_writer *w)
{
	int err = start_merge(s);

	while (!err && s->n_heap) {
		err = write_entry(w, run_entry(&s->runs[s->heap[0]]));
		if (!err)
			err = advance_merge(s);
	}
	return err ? err : flush_run_writer(w);
}

/* --- runs ------------------------------------------------------------------------ */

static void add_run(struct spill *s, const struct run_writer *w)
{
	s->runs[s->n_runs++] = (struct spill_run){ .offset = s->file_end, .end = w->at };
	s->file_end = w->at;
}

/* All runs become one, in another file: while they are merged both are there. */
static int merge_runs(struct spill *s, struct run_writer *w)
{
	int err;

	w->fd = open_temporary();
	if (w->fd < 0)
		return w->fd;
	err = merge_into(s, w);
	if (err) {
		close(w->fd);
		return err;
	}
	close(s->fd);
	s->fd = w->fd;
	s->n_runs = 0;
	s->file_end = 0;
	add_run(s, w);
	return 0;
}

static int write_run(struct spill *s)
{
	struct run_writer w = { .buffer = malloc(WRITE_SIZE) };
	int err = w.buffer ? 0 : -ENOMEM;

	if (!err && s->fd < 0)
		s->fd = open_temporary();
	if (!err && s->fd < 0)
		err = s->fd;
	w.fd = s->fd;
	w.at = s->file_end;
	sort_list(s);
	if (!err)
		err = write_list(s, &w);
	if (!err) {
		add_run(s, &w);
		forget_list(s);
		w.at = 0;
		if (s->n_runs == s->max_runs)
			err = merge_runs(s, &w);
	}
	free(w.buffer);
	return err;
}

static int grow_list(struct spill *s)
{
	size_t room = s->n_room ? 2 * s->n_room : 4096;
	const struct spill_entry **list;

	if (s->n < s->n_room)
		return 0;
	list = realloc(s->list, room * sizeof(const struct spill_entry *));
	if (!list)
		return -ENOMEM;
	s->list = list;
	s->n_room = room;
	return 0;
}

int spill_add(struct spill *s, const struct spill_entry *head, const void *payload)
{
	struct spill_entry *e;
	int err = head->size > SPILL_PAYLOAD_MAX ? -EMSGSIZE : grow_list(s);

	if (!err && s->used + ENTRY_MAX > s->room)
		err = write_run(s);
	if (err)
		return err;
	e = (struct spill_entry *)(s->memory + s->used);
	*e = *head;
	e->sequence = s->sequence++;
	memcpy(e->payload, payload, e->size);
	s->list[s->n++] = e;
	s->used += entry_bytes(e);
	return 0;
}

int spill_finish(struct spill *s)
{
	int err;

	if (!s->n_runs) {
		sort_list(s);
		return 0;
	}
	err = s->n ? write_run(s) : 0;
	if (!err)
		err = start_merge(s);
	s->next = 0;
	return err;
}

/* The next group of entries starts with nothing. */
static void start_anew(struct spill *s)
{
	forget_list(s);
	s->n_runs = s->n_heap = 0;
	s->file_end = 0;
}

int spill_next(struct spill *s, const struct spill_entry **out)
{
	int err = s->n_runs && s->next ? advance_merge(s) : 0;

	if (err)
		return err;
	if (s->n_runs ? !s->n_heap : s->next == s->n) {
		start_anew(s);
		return 0;
	}
	*out = s->n_runs ? run_entry(&s->runs[s->heap[0]]) : s->list[s->next];
	s->next++;
	return 1;
}
