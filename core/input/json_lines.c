/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Upstream's files: an event a line, or, sorted, an array of them. A line that
 * can't be read costs that line only: files end in one when their writer died.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/input/backend.h"
#include "core/input/build.h"
#include "core/input/lines.h"
#include "core/util/log.h"

struct json_lines {
	struct backend backend;
	const char *name;
	struct lines lines;
	struct build build;
	/* What is left of a series, and how many came before. */
	struct json_cursor series;
	uint64_t n_series;
	bool in_series;
	struct input_totals totals;
};

static void report_problem(struct json_lines *j, const char *what, const char *why)
{
	if (++j->totals.bad <= BACKEND_MESSAGES)
		log_warn("%s, line %llu: %s%s", j->name, (unsigned long long)j->lines.number, what,
			 why);
	if (j->totals.bad == BACKEND_MESSAGES)
		log_warn("%s: no more messages about its lines", j->name);
}

/* LINE is no JSON. */
static int report_line(struct json_lines *j, const struct line *line)
{
	struct json value;
	char why[96];
	size_t where = 0;

	json_check(line->text, line->length, &value, &where);
	snprintf(why, sizeof(why), "skipped: not JSON from column %zu on%s", where + 1,
		 line->cut ? ", the file ends within the line" : "");
	report_problem(j, why, "");
	return 0;
}

/* KIND is what came of an event. 1: *ITEM is set; 0: nothing. */
static int give_event(struct json_lines *j, int kind, struct input_item *item)
{
	const struct build *b = &j->build;

	if (kind == -ENOTSUP) {
		log_fatal("%s: %s", j->name, b->reason);
		return kind;
	}
	if (kind == -ENOMEM) {
		log_fatal("%s: %s", j->name, strerror(ENOMEM));
		return kind;
	}
	if (b->reason[0])
		report_problem(j, kind < 0 ? "skipped: " : "", b->reason);
	if (kind < 0)
		return 0;
	*item = (struct input_item){ .kind = INPUT_EVENT };
	if (kind == BUILD_START) {
		item->kind = INPUT_START;
		item->start = &b->startup.start;
		item->has_offset = b->startup.has_offset;
	} else if (kind == BUILD_LOSS) {
		item->kind = INPUT_LOSS;
		item->loss = &b->loss;
	} else {
		item->event = (const struct retis_event *)b->event;
		j->totals.raw += item->event->size;
	}
	return 1;
}

/* The next event of the series, or its end. */
static int next_of_series(struct json_lines *j, struct input_item *item)
{
	while (json_element(&j->series)) {
		int got = give_event(j, build_event(&j->build, &j->series), item);

		if (got && item->kind == INPUT_EVENT)
			item->series = j->n_series++ ? PRINTER_NEXT : PRINTER_FIRST;
		if (got)
			return got;
	}
	j->in_series = false;
	if (!j->n_series)
		return 0;
	*item = (struct input_item){ .kind = INPUT_SERIES_END };
	return 1;
}

static int take_json_line(struct json_lines *j, const struct line *line, struct input_item *item)
{
	struct json_cursor c = json_cursor(line->text, line->length);
	struct json value;
	int kind;

	if (json_peek(&c) == JSON_OBJECT) {
		kind = build_event(&j->build, &c);
		return kind == -EILSEQ ? report_line(j, line) : give_event(j, kind, item);
	}
	if (json_check(line->text, line->length, &value, NULL))
		return report_line(j, line);
	if (json_kind(value) != JSON_ARRAY) {
		report_problem(j, "skipped: neither an event nor a series of events", "");
		return 0;
	}
	j->series = json_within(value);
	j->n_series = 0;
	j->in_series = true;
	return next_of_series(j, item);
}

static int read_json_line(struct json_lines *j, struct input_item *item)
{
	struct line line;
	int got = lines_next(&j->lines, &line);

	if (got > 0)
		return line.length ? take_json_line(j, &line, item) : 0;
	if (got == 0)
		return -ENODATA;
	if (got == -EMSGSIZE) {
		report_problem(j, "skipped: too long", "");
		return 0;
	}
	if (got != -EAGAIN && got != -EINTR)
		log_fatal("%s: %s", j->name, strerror(-got));
	return got;
}

static int json_lines_next(struct backend *backend, struct input_item *item)
{
	struct json_lines *j = (struct json_lines *)backend;
	int got = 0;

	while (!got)
		got = j->in_series ? next_of_series(j, item) : read_json_line(j, item);
	j->totals.bytes = j->lines.offset;
	return got == -ENODATA ? 0 : got;
}

static void json_lines_close(struct backend *backend)
{
	struct json_lines *j = (struct json_lines *)backend;

	build_fini(&j->build);
	lines_fini(&j->lines);
	free(j);
}

static void json_lines_totals(const struct backend *backend, struct input_totals *totals)
{
	*totals = ((const struct json_lines *)backend)->totals;
	totals->complete = true;
}

static const struct backend_ops ops = {
	.format = INPUT_JSON,
	.next = json_lines_next,
	.close = json_lines_close,
	.totals = json_lines_totals,
};

int backend_json_open(const struct backend_file *file, struct backend **out)
{
	struct json_lines *j = calloc(1, sizeof(*j));
	int err = j ? build_init(&j->build, file->options->plugins) : -ENOMEM;

	if (!err)
		err = lines_init(&j->lines, file->fd, file->peeked, file->n_peeked);
	if (err) {
		if (j)
			json_lines_close(&j->backend);
		log_fatal("%s: %s", file->name, strerror(-err));
		return err;
	}
	j->lines.follow = file->options->follow;
	j->lines.idle = file->options->idle;
	j->lines.idle_arg = file->options->arg;
	j->backend.ops = &ops;
	j->backend.names = &j->build.names;
	j->name = file->name;
	*out = &j->backend;
	return 0;
}
