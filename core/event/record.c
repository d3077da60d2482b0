/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* From bytes nobody has looked at to sections that are safe to read. */
#include "core/event/record.h"

#include <errno.h>
#include <string.h>

#include "core/names/tables.h"

static void record_add(struct record *r, const struct retis_names *names,
		       const struct retis_section *s)
{
	uint64_t bit = 1ull << (s->type % 64);

	if (s->type >= REGISTRY_MAX) {
		r->unknown++;
		return;
	}
	if (r->seen[s->type / 64] & bit) {
		r->repeated++;
		return;
	}
	r->seen[s->type / 64] |= bit;
	r->views[s->type] = (struct retis_view){
		.size = sizeof(struct retis_view),
		.length = s->size,
		.data = s + 1,
		.present = s->present,
		.event = r->event,
		.names = names,
	};
}

/* `left` is a multiple of RETIS_ALIGN, so a header always fits. OUT may be NULL. */
static int parse_sections(const uint8_t *at, size_t left, struct record *out)
{
	const struct retis_names *names =
		out && out->names ? name_tables_of_host(out->names, out->event->host) : NULL;

	while (left) {
		const struct retis_section *s = (const struct retis_section *)at;
		size_t bytes = sizeof(*s) + RETIS_ALIGNED((size_t)s->size);

		if (bytes > left)
			return -EBADMSG;
		if (out)
			record_add(out, names, s);
		at += bytes;
		left -= bytes;
	}
	return 0;
}

static int check_event_header(const void *data, size_t size)
{
	const struct retis_event *event = data;

	if ((uintptr_t)data % RETIS_ALIGN || size < sizeof(*event))
		return -EBADMSG;
	if (event->size < sizeof(*event) || event->size > size || event->size > RETIS_EVENT_MAX ||
	    event->size % RETIS_ALIGN)
		return -EBADMSG;
	return 0;
}

static int parse_event(const struct retis_event *event, struct record *out)
{
	return parse_sections((const uint8_t *)(event + 1), event->size - sizeof(*event), out);
}

int record_check(const void *data, size_t size)
{
	int err = check_event_header(data, size);

	return err ? err : parse_event(data, NULL);
}

int record_parse(const void *data, size_t size, struct record *out)
{
	int err = check_event_header(data, size);

	if (err)
		return err;
	out->event = data;
	out->unknown = 0;
	out->repeated = 0;
	memset(out->seen, 0, sizeof(out->seen));
	return parse_event(data, out);
}

uint32_t record_unknown(const struct record *r, uint32_t n_types)
{
	uint32_t n = r->unknown;

	for (uint32_t i = n_types / 64; i < REGISTRY_MAX / 64; i++) {
		uint64_t word = r->seen[i];

		if (i == n_types / 64)
			word &= ~0ull << (n_types % 64);
		/* Nearly always none; counting is a call of a function. */
		if (word)
			n += (uint32_t)__builtin_popcountll(word);
	}
	return n;
}

void record_drop(struct retis_event *event, uint32_t type)
{
	uint8_t *at = (uint8_t *)(event + 1), *end = (uint8_t *)event + event->size;

	while (at < end) {
		const struct retis_section *s = (const struct retis_section *)at;
		size_t bytes = sizeof(*s) + RETIS_ALIGNED((size_t)s->size);

		if (s->type != type) {
			at += bytes;
			continue;
		}
		memmove(at, at + bytes, (size_t)(end - at) - bytes);
		end -= bytes;
		event->size -= (uint32_t)bytes;
	}
}
