/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What "retis convert" writes, in one of several forms. */
#ifndef CLI_CONVERT_OUTPUT_H
#define CLI_CONVERT_OUTPUT_H

#include "core/cli/sink.h"
#include "core/file/place.h"
#include "core/convert/copy.h"
#include "core/input/input.h"
#include "core/report/show.h"
#include "core/ipc/writer.h"
#include "core/arrow/table.h"

struct convert_output;

struct convert_form {
	/* While there are privileges; nothing of what is there is lost yet. A negative errno after
	 * logging why. */
	int (*open)(struct convert_output *o);
	/* Now it is. NULL: the first item does that. */
	int (*start)(struct convert_output *o);
	/* One that has just come from IN. -ENOMEM, or another one that `close` logs. */
	int (*put)(struct convert_output *o, const struct input *in, const struct input_item *item);
	/* The exit code, after logging why. IN: after its end; NULL: nothing was to be written
	 * after all. */
	int (*close)(struct convert_output *o, const struct input *in);
};

extern const struct convert_form convert_to_retis;
extern const struct convert_form convert_to_json;
extern const struct convert_form convert_to_arrow;
extern const struct convert_form convert_to_arrows;

struct convert_output {
	const struct convert_form *form;
	/* Borrowed; "-" is the standard output. */
	const char *path;
	/* It was. */
	bool opened;

	/* JSON and Arrow: the file, and that it was not there. */
	struct place place;
	bool created;
	struct sink sink;

	struct show show;

	struct writer *writer;
	struct copy copy;

	struct table table;
	struct ArrowSchema schema;
	struct ipc ipc;
	/* Events that have no row, as they were lost while collecting. */
	uint64_t lost;
	/* Of the file being read. */
	bool has_offset;
	int64_t clock_offset;
	/* Why there is no whole table: 0 or a negative errno. */
	int error;
};

/* --- for forms --------------------------------------------------------------- */

/* Opens the file of `sink`. A negative errno after logging why. */
int convert_open_sink(struct convert_output *o);
/* What is there is lost. */
int convert_start_sink(struct convert_output *o);
/* The exit code, after logging why. */
int convert_close_sink(struct convert_output *o);
/* As if it had not been opened, or empty if it was there. */
void convert_drop_sink(struct convert_output *o);

#endif
