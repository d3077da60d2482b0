/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "core/convert/copy_private.h"
#include "core/event/buffer.h"
#include "core/event/record.h"
#include "core/file/dictionary.h"

int copy_init(struct copy *c, struct writer *writer)
{
	*c = (struct copy){ .writer = writer };
	return text_init(&c->records, 4096);
}

void copy_source_fini(struct copy_source *source)
{
	free(source->probe_map);
}

void copy_fini(struct copy *c)
{
	text_fini(&c->records);
	intern_fini(&c->sections);
	names_fini(&c->names);
	intern_fini(&c->symbols);
	copy_source_fini(&c->source);
}

static int flush_records(struct copy *c)
{
	int err = c->records.length ? writer_add(c->writer, &c->records) : 0;

	text_clear(&c->records);
	return err;
}

static void copy_sections(struct copy *c, struct copy_source *source,
			  const struct input_names *names, const struct retis_event *from)
{
	struct retis_event *event = (struct retis_event *)c->event;
	const struct retis_section *s = NULL;

	while ((s = retis_section_next(from, s))) {
		uint32_t bytes = (uint32_t)(sizeof(*s) + RETIS_ALIGNED((uint32_t)s->size));
		uint16_t number = copy_map_section(c, source, names, s->type);
		struct retis_section *to = (struct retis_section *)(c->event + event->size);

		if (number == COPY_LEFT_OUT) {
			event->missing += event->missing < UINT8_MAX;
			c->dropped++;
			continue;
		}
		memcpy(to, s, bytes);
		if (names->stack && names->all && names->stack->section == s->type)
			copy_frames(c, source, names, from->host, to);
		copy_shift_times(source, s->type, to);
		to->type = number;
		event->size += bytes;
	}
}

static int copy_event(struct copy *c, struct copy_source *source, const struct input_names *names,
		      const struct retis_event *from)
{
	struct retis_event *event = (struct retis_event *)c->event;
	int err;

	*event = *from;
	event->size = sizeof(*event);
	event->timestamp = copy_shift_time(source, from->timestamp);
	event->host = copy_map_host(source, from->host);
	event->probe = copy_map_probe(c, source, names, from->probe);
	copy_sections(c, source, names, from);
	copy_new_names(c, source, names);
	err = flush_records(c);
	return err ? err : writer_event(c->writer, event);
}

static int copy_loss(struct copy *c, struct copy_source *source, const struct input_names *names,
		     const struct retis_loss *from)
{
	struct retis_loss loss = *from;
	int err;

	loss.since = copy_shift_time(source, from->since);
	loss.until = copy_shift_time(source, from->until);
	loss.host = copy_map_host(source, from->host);
	loss.probe = copy_map_probe(c, source, names, from->probe);
	err = flush_records(c);
	return err ? err : writer_loss(c->writer, &loss);
}

int copy_start(struct copy *c, const struct retis_start *from)
{
	static const struct retis_start nothing = {
		.version = "",
		.command_line = "",
		.kernel_release = "",
		.kernel_version = "",
		.machine = "",
	};
	int err;

	c->started = true;
	for (uint32_t i = 0; from && i < from->n_hosts; i++)
		if (from->hosts[i])
			dictionary_put_host(&c->records, (uint16_t)(i + 1), from->hosts[i]);
	err = flush_records(c);
	return err ? err : writer_start(c->writer, from ? from : &nothing);
}

int copy_source_item(struct copy *c, struct copy_source *source, const struct input_names *names,
		     const struct input_item *item)
{
	int err = copy_forget_numbers(source, names);

	/* Where files follow each other, the first one's start is the start. */
	if (!err && !c->started)
		err = copy_start(c, item->start);
	if (err)
		return err;
	switch (item->kind) {
	case INPUT_EVENT:
		return copy_event(c, source, names, item->event);
	case INPUT_LOSS:
		return copy_loss(c, source, names, item->loss);
	default:
		return 0;
	}
}

int copy_named_item(struct copy *c, const struct input_names *names, const struct input_item *item)
{
	return copy_source_item(c, &c->source, names, item);
}

int copy_item(struct copy *c, const struct input *in, const struct input_item *item)
{
	return copy_named_item(c, input_names(in), item);
}
