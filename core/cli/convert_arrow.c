/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "retis convert" to Arrow, as a file or a stream. */
#include <errno.h>
#include <string.h>

#include "core/cli/command.h"
#include "core/cli/convert_output.h"
#include "core/util/log.h"

static int write_arrow_bytes(void *arg, const void *data, size_t n)
{
	return sink_bytes(arg, data, n);
}

/* The columns are those of the first event. */
static int begin_arrow(struct convert_output *o, const struct input *in)
{
	const struct ipc_out out = { .write = write_arrow_bytes, .arg = &o->sink };
	enum ipc_form form = o->form == &convert_to_arrow ? IPC_FILE : IPC_STREAM;
	int err = table_init(&o->table, input_names(in));

	if (!err)
		err = column_export_schema(&o->table.root, &o->schema);
	return err ? err : ipc_begin(&o->ipc, form, &o->schema, &out);
}

static int write_arrow_batch(struct convert_output *o)
{
	struct ArrowArray batch;
	int err = table_take_batch(&o->table, &batch);

	if (err || !batch.release)
		return err;
	err = ipc_put_batch(&o->ipc, &batch);
	batch.release(&batch);
	return err;
}

static int put_arrow_event(struct convert_output *o, const struct input *in,
			   const struct retis_event *event)
{
	int err = o->schema.release ? 0 : begin_arrow(o, in);

	if (!err)
		err = table_put_event(&o->table, input_names(in),
				      o->has_offset ? &o->clock_offset : NULL, event);
	return err || !table_is_full(&o->table) ? err : write_arrow_batch(o);
}

static int put_arrow_item(struct convert_output *o, const struct input *in,
			  const struct input_item *item)
{
	if (item->kind == INPUT_START) {
		o->has_offset = item->has_offset;
		o->clock_offset = item->start->clock_offset;
	} else if (item->kind == INPUT_EVENT) {
		o->error = put_arrow_event(o, in, item->event);
	} else if (item->kind == INPUT_LOSS) {
		o->lost += item->loss->count;
	}
	return o->error;
}

static int end_arrow(struct convert_output *o, const struct input *in)
{
	int err = o->schema.release ? 0 : begin_arrow(o, in);

	if (!err)
		err = write_arrow_batch(o);
	if (!err)
		err = ipc_end(&o->ipc);
	return err ? err : sink_flush(&o->sink);
}

/* What the sink has no word for. */
static void tell_arrow_error(const struct convert_output *o)
{
	if (o->error == -E2BIG)
		log_fatal("%s: there are more strings in it than an Arrow file is to have; write a "
			  "stream (.arrows), or parts ('--from', '--to')",
			  o->path);
	else if (o->error && !o->sink.error)
		log_fatal("can't write to %s: %s", o->path, strerror(-o->error));
}

static int close_arrow(struct convert_output *o, const struct input *in)
{
	int status;

	if (in && !o->error)
		o->error = end_arrow(o, in);
	tell_arrow_error(o);
	if (o->lost)
		log_warn("%s: %llu event(s) or section(s) that were lost while collecting have no "
			 "row",
			 o->path, (unsigned long long)o->lost);
	if (o->error || (!in && o->created))
		convert_drop_sink(o);
	status = convert_close_sink(o);
	ipc_fini(&o->ipc);
	table_fini(&o->table);
	if (o->schema.release)
		o->schema.release(&o->schema);
	return o->error && o->error != -EPIPE ? EXIT_RUNTIME : status;
}

const struct convert_form convert_to_arrow = {
	.open = convert_open_sink,
	.start = convert_start_sink,
	.put = put_arrow_item,
	.close = close_arrow,
};

const struct convert_form convert_to_arrows = {
	.open = convert_open_sink,
	.start = convert_start_sink,
	.put = put_arrow_item,
	.close = close_arrow,
};
