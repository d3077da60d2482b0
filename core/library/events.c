/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Reading: core/input, with what it logs handed to the caller. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/event/buffer.h"
#include "core/input/own.h"
#include "core/library/private.h"
#include "core/plugin/loader.h"

static void take_log_line(void *arg, enum retis_log_level level, const char *text)
{
	struct retis_events *ev = arg;

	if (level == RETIS_LOG_ERROR)
		snprintf(ev->error, sizeof(ev->error), "%s", text);
	else if (level == RETIS_LOG_WARN && ev->options.tell)
		ev->options.tell(ev->options.arg, text);
}

static int load_plugins(struct retis_events *ev)
{
	const struct plugins_search search = {
		.dirs = (char *const *)(uintptr_t)ev->options.plugin_dirs,
		.n_dirs = ev->options.n_plugin_dirs,
		.not_installed = true,
	};

	return search.n_dirs ? plugins_load(&ev->plugins, &search) : 0;
}

static int open_input(struct retis_events *ev, const char *path)
{
	const struct input_options options = {
		.plugins = &ev->plugins,
		.range = ev->options.range,
		.ending = ev->options.ending,
		.arg = ev->options.arg,
	};
	int err = load_plugins(ev);

	return err ? err : input_open(path, &options, &ev->input);
}

static int init_output(struct retis_events *ev)
{
	static const struct printer_options json = { .json = true }, text = { .json = false };

	show_init(&ev->json, &json);
	show_init(&ev->text, &text);
	return text_init(&ev->out, 4096);
}

API int retis_events_open(const char *path, const struct retis_events_options *options,
			  struct retis_events **out)
{
	struct retis_events *ev = calloc(1, sizeof(*ev));
	const struct log_capture *before;
	int err = ev ? init_output(ev) : -ENOMEM;

	*out = ev;
	if (!ev)
		return err;
	if (options)
		memcpy(&ev->options, options,
		       options->size < sizeof(*options) ? options->size : sizeof(*options));
	ev->capture = (struct log_capture){ .line = take_log_line, .arg = ev };
	before = log_capture(&ev->capture);
	if (!err)
		err = open_input(ev, path);
	log_capture(before);
	/* Lent during the call only. */
	ev->options.plugin_dirs = NULL;
	if (err && !ev->error[0])
		snprintf(ev->error, sizeof(ev->error), "%s", strerror(-err));
	return err;
}

API void retis_events_close(struct retis_events *ev)
{
	if (!ev)
		return;
	input_close(ev->input);
	show_fini(&ev->json);
	show_fini(&ev->text);
	text_fini(&ev->out);
	plugins_fini(&ev->plugins);
	free(ev);
}

static void present_item(struct retis_events *ev, const struct input_item *from)
{
	static const enum retis_events_kind kinds[] = {
		[INPUT_START] = RETIS_EVENTS_START,
		[INPUT_EVENT] = RETIS_EVENTS_EVENT,
		[INPUT_SERIES_END] = RETIS_EVENTS_SERIES_END,
		[INPUT_LOSS] = RETIS_EVENTS_LOSS,
	};

	ev->item = (struct retis_events_item){
		.kind = kinds[from->kind],
		.series = from->kind == INPUT_EVENT ? (enum retis_events_series)from->series
						    : RETIS_SERIES_NONE,
		.start = from->start,
		.event = from->event,
		.loss = from->loss,
	};
	ev->in_series |= ev->item.series != RETIS_SERIES_NONE;
	if (from->kind == INPUT_START) {
		ev->has_offset = from->has_offset;
		ev->clock_offset = from->start->clock_offset;
	}
}

API int retis_events_next(struct retis_events *ev, const struct retis_events_item **item)
{
	const struct log_capture *before = log_capture(&ev->capture);
	struct input_item from;
	int got;

	do {
		got = input_next(ev->input, &from);
	} while (got == -EINTR);
	log_capture(before);
	if (got > 0) {
		present_item(ev, &from);
		*item = &ev->item;
	} else if (got < 0 && !ev->error[0]) {
		snprintf(ev->error, sizeof(ev->error), "%s", strerror(-got));
	}
	return got;
}

API void retis_events_seek(struct retis_events *ev, uint64_t timestamp)
{
	const struct log_capture *before = log_capture(&ev->capture);

	input_seek(ev->input, timestamp);
	log_capture(before);
}

API const char *retis_events_error(const struct retis_events *ev)
{
	return ev ? ev->error : strerror(ENOMEM);
}

API bool retis_events_sorted(const struct retis_events *ev)
{
	const struct registry *r = input_names(ev->input)->registry;

	if (input_format(ev->input) == INPUT_JSON)
		return ev->in_series;
	return r && registry_find(r, tracking_section.name) != REGISTRY_NONE;
}
