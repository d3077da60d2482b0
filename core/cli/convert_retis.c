/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "retis convert" to an event file of ours. */
#include "core/cli/command.h"
#include "core/cli/convert_output.h"
#include "core/util/log.h"

static int open_converted_file(struct convert_output *o)
{
	const struct writer_options options = {
		.path = o->path,
		.copy = true,
	};
	char why[WRITER_WHY_SIZE];
	int err = writer_open(&options, &o->writer, why);

	if (err)
		log_fatal("%s", why);
	return err ? err : copy_init(&o->copy, o->writer);
}

static int put_converted_item(struct convert_output *o, const struct input *in,
			      const struct input_item *item)
{
	return copy_item(&o->copy, in, item);
}

static int close_converted_file(struct convert_output *o, const struct input *in)
{
	struct writer_result result = { 0 };

	if (o->copy.dropped)
		log_warn("%llu sections were left out: the files have different versions of them",
			 (unsigned long long)o->copy.dropped);
	writer_close(o->writer, in ? &result : NULL);
	copy_fini(&o->copy);
	if (!result.error)
		return 0;
	log_fatal("%s", result.why);
	return EXIT_RUNTIME;
}

const struct convert_form convert_to_retis = {
	.open = open_converted_file,
	.put = put_converted_item,
	.close = close_converted_file,
};
