/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Our own files. The file describes its sections itself; a plugin of the same
 * section and version adds how to print it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/event/buffer.h"
#include "core/input/backend.h"
#include "core/input/own.h"
#include "core/input/series.h"
#include "core/input/stack.h"
#include "core/plugin/plugin.h"
#include "core/reader/names.h"
#include "core/util/log.h"

/* Section types by number. */
struct types {
	struct registry registry;
	struct retis_section_type types[REGISTRY_MAX];
	char holes[REGISTRY_MAX][16];
};

struct event_file {
	struct backend backend;
	const char *name;
	const struct input_options *options;
	struct retis_reader *reader;
	struct input_names names;
	struct types types;
	struct printer_stack stack;
	struct series_state series;
	/* Sections that no plugin prints. */
	struct retis_text missing;
	char missing_room[1024];
	uint64_t damages;
	/* Of `names`, as of the last item. */
	uint32_t told;
};

/* The section as an installed plugin has it, or NULL. */
static const struct retis_section_type *find_installed(const struct plugins *plugins,
						       const char *name)
{
	if (own_section(name))
		return own_section(name);
	for (size_t i = 0; plugins && i < plugins->n; i++) {
		const struct retis_plugin *p = &plugins->list[i]->desc;

		for (uint32_t s = 0; s < p->n_sections; s++) {
			if (!strcmp(p->sections[s].name, name))
				return &p->sections[s];
		}
	}
	return NULL;
}

/* Adds a section to the list of those that lack their plugin. */
static void note_missing(struct event_file *f, const struct retis_file_section *section)
{
	struct retis_text *out = &f->missing;

	if (!f->options->notes || !*section->plugin)
		return;
	if (out->length)
		retis_text_str(out, ", ");
	retis_text_str(out, section->type.name);
	retis_text_str(out, " (plugin ");
	retis_text_escaped(out, section->plugin, strlen(section->plugin));
	retis_text_char(out, ' ');
	retis_text_escaped(out, section->plugin_version, strlen(section->plugin_version));
	retis_text_char(out, ')');
}

static void tell_missing_plugins(struct event_file *f)
{
	if (f->missing.length)
		log_info("printed in generic text, as the right version of its plugin is not "
			 "installed: %.*s",
			 (int)f->missing.length, f->missing.data);
	text_clear(&f->missing);
}

/* A number that the file says nothing about. */
static int add_hole(struct types *t, uint16_t number)
{
	static const struct retis_field bytes = { .name = "bytes", .kind = RETIS_BYTES };

	snprintf(t->holes[number], sizeof(t->holes[number]), "unknown-%u", number);
	t->types[number] = (struct retis_section_type){
		.name = t->holes[number],
		.rank = UINT32_MAX,
		.line = UINT32_MAX,
		.fields = &bytes,
		.n_fields = 1,
	};
	return registry_add(&t->registry, &t->types[number], "");
}

static int add_file_section(struct event_file *f, uint16_t number)
{
	const struct retis_file_section *section = retis_reader_section(f->reader, number);
	const struct retis_section_type *type;
	struct types *t = &f->types;

	if (!section)
		return add_hole(t, number);
	type = find_installed(f->options->plugins, section->type.name);
	t->types[number] = section->type;
	if (type && type->version == section->type.version) {
		t->types[number].print = type->print;
		t->types[number].repeats = type->repeats;
	} else {
		note_missing(f, section);
	}
	if (registry_add(&t->registry, &t->types[number], section->plugin) >= 0) {
		t->registry.entries[number].plugin_version = section->plugin_version;
		return 0;
	}
	log_warn("%s: section %u can't be used: %s", f->name, number,
		 t->registry.reason[0] ? t->registry.reason : "there is another of its name");
	return add_hole(t, number);
}

static void take_sections(struct event_file *f)
{
	uint32_t n = retis_reader_n_sections(f->reader);
	uint16_t number;

	for (uint32_t i = f->types.registry.n; i < n && i < REGISTRY_MAX; i++)
		add_file_section(f, (uint16_t)i);
	tell_missing_plugins(f);
	number = registry_find(&f->types.registry, stack_section.name);
	f->stack.section = number;
	f->names.stack = number == REGISTRY_NONE ? NULL : &f->stack;
	f->series.section = registry_find(&f->types.registry, tracking_section.name);
}

static void take_dictionaries(struct event_file *f, bool fresh)
{
	const struct names *names = f->names.all;

	if (fresh)
		f->types.registry.n = 0;
	take_sections(f);
	f->names.probes = names->probes;
	f->names.n_probes = names->n_probes;
	f->names.generation++;
}

static void report_damage(struct event_file *f, const struct retis_damage *d)
{
	char events[64] = "";

	if (++f->damages > BACKEND_MESSAGES || f->options->quiet)
		return;
	if (d->events)
		snprintf(events, sizeof(events), ", %" PRIu64 " event%s lost", d->events,
			 d->events == 1 ? "" : "s");
	log_warn("%s: %" PRIu64 " bytes at %" PRIu64 " skipped: %s%s", f->name, d->length,
		 d->offset, d->reason, events);
	if (f->damages == BACKEND_MESSAGES)
		log_warn("%s: no more messages about damage", f->name);
}

/* 1: *ITEM is set, 0: nothing came of it. */
static int take_reader_item(struct event_file *f, const struct retis_item *from,
			    struct input_item *item)
{
	switch (from->kind) {
	case RETIS_ITEM_EVENT:
		*item = (struct input_item){ .kind = INPUT_EVENT, .event = from->event };
		return 1;
	case RETIS_ITEM_START:
		take_dictionaries(f, true);
		*item = (struct input_item){
			.kind = INPUT_START,
			.start = retis_reader_start(f->reader),
			.has_offset = true,
		};
		return item->start != NULL;
	case RETIS_ITEM_DICTIONARY:
		take_dictionaries(f, false);
		return 0;
	case RETIS_ITEM_LOSS:
		*item = (struct input_item){ .kind = INPUT_LOSS, .loss = from->loss };
		return 1;
	case RETIS_ITEM_DAMAGE:
		report_damage(f, from->damage);
		return 0;
	}
	return 0;
}

static int event_file_next(struct backend *backend, struct input_item *item)
{
	struct event_file *f = (struct event_file *)backend;
	const struct retis_item *from;
	int got;

	if (series_held(&f->series, item))
		return 1;
	do {
		got = retis_reader_next(f->reader, &from);
		if (!got)
			return series_end(&f->series, item);
		if (got < 0 && got != -EAGAIN && got != -EINTR)
			log_fatal("%s: %s", f->name, retis_reader_error(f->reader));
		if (got < 0)
			return got;
		got = take_reader_item(f, from, item);
	} while (!got);
	f->told = f->names.generation;
	if (got > 0)
		series_place(&f->series, item);
	return got;
}

/* The filter knows what it was told; what came since may be the very thing it waits for. */
static bool event_file_wants(void *arg, uint64_t first, uint64_t last)
{
	const struct event_file *f = arg;
	const struct input_filter *filter = f->options->filter;

	return f->told != f->names.generation || filter->may_want(filter->arg, first, last);
}

static void event_file_seek(struct backend *backend, uint64_t timestamp)
{
	struct event_file *f = (struct event_file *)backend;

	f->series.open = f->series.held = false;
	/* Dictionaries may have grown on the way, whether it worked or not. */
	retis_reader_seek(f->reader, timestamp);
	take_dictionaries(f, false);
}

static void event_file_close(struct backend *backend)
{
	struct event_file *f = (struct event_file *)backend;

	retis_reader_close(f->reader);
	free(f);
}

static void event_file_totals(const struct backend *backend, struct input_totals *totals)
{
	const struct event_file *f = (const struct event_file *)backend;
	struct retis_reader_stats stats = { 0 };

	retis_reader_get_stats(f->reader, &stats, sizeof(stats));
	*totals = (struct input_totals){
		.bytes = stats.bytes,
		.raw = stats.raw,
		.stored = stats.stored,
		.bad = stats.damages,
		.complete = stats.complete,
	};
}

static const struct backend_ops ops = {
	.format = INPUT_RETIS,
	.next = event_file_next,
	.seek = event_file_seek,
	.close = event_file_close,
	.totals = event_file_totals,
};

int backend_retis_open(const struct backend_file *file, struct backend **out)
{
	struct retis_reader_options options = {
		.size = sizeof(options),
		.follow = file->options->follow,
		.peeked = file->peeked,
		.n_peeked = file->n_peeked,
		.idle = file->options->idle,
		.idle_arg = file->options->arg,
		.ending = file->options->ending,
	};
	struct event_file *f = calloc(1, sizeof(*f));
	int err;

	options.wants_arg = f;
	if (file->options->filter && file->options->filter->may_want)
		options.wants = event_file_wants;
	err = f ? retis_reader_open_fd(file->fd, &options, &f->reader) : -ENOMEM;
	if (err) {
		log_fatal("%s: %s", file->name,
			  f && f->reader ? retis_reader_error(f->reader) : strerror(-err));
		if (f)
			event_file_close(&f->backend);
		return err;
	}
	f->backend.ops = &ops;
	f->series.section = REGISTRY_NONE;
	f->backend.names = &f->names;
	f->name = file->name;
	f->options = file->options;
	f->missing = (struct retis_text){
		.data = f->missing_room,
		.capacity = sizeof(f->missing_room),
	};
	f->names.registry = &f->types.registry;
	f->names.all = reader_all_names(f->reader);
	f->names.names = retis_reader_names(f->reader);
	f->stack = (struct printer_stack){ .frame = stack_frame,
					   .skip = stack_skip,
					   .arg = &f->names };
	*out = &f->backend;
	return 0;
}
