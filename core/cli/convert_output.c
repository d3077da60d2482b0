/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What forms that are written through a sink share; and JSON, which is only that. */
#include "core/cli/convert_output.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/cli/command.h"
#include "core/util/log.h"

int convert_open_sink(struct convert_output *o)
{
	int fd = place_init(&o->place, o->path);

	if (!fd)
		fd = place_open(&o->place, &o->created);
	if (fd < 0) {
		log_fatal("could not create or open '%s': %s", o->path, place_error(fd));
		return fd;
	}
	return sink_init(&o->sink, fd);
}

int convert_start_sink(struct convert_output *o)
{
	int err;

	/* A pipe or a device can't be cut, and needs not. */
	if (!strcmp(o->path, "-") || !ftruncate(o->sink.fd, 0) || errno == EINVAL)
		return 0;
	err = -errno;
	log_fatal("can't write to %s: %s", o->path, strerror(-err));
	return err;
}

int convert_close_sink(struct convert_output *o)
{
	int status = sink_status(&o->sink, o->path);

	place_fini(&o->place);
	if (!status && close(o->sink.fd)) {
		log_fatal("can't write to %s: %s", o->path, strerror(errno));
		status = EXIT_RUNTIME;
	}
	sink_fini(&o->sink);
	return status;
}

void convert_drop_sink(struct convert_output *o)
{
	struct stat st;

	if (o->created)
		place_drop(&o->place, o->sink.fd);
	else if (!fstat(o->sink.fd, &st) && S_ISREG(st.st_mode) && ftruncate(o->sink.fd, 0))
		log_warn("%s is not complete", o->path);
}

/* --- JSON ------------------------------------------------------------------- */

static int open_converted_json(struct convert_output *o)
{
	static const struct printer_options options = { .json = true };

	show_init(&o->show, &options);
	return convert_open_sink(o);
}

static int put_converted_json(struct convert_output *o, const struct input *in,
			      const struct input_item *item)
{
	int err = show_item(&o->show, in, item, &o->sink.text);

	return err ? err : sink_some(&o->sink);
}

static int close_converted_json(struct convert_output *o, const struct input *in)
{
	int status;

	if (!in && o->created)
		convert_drop_sink(o);
	sink_flush(&o->sink);
	status = convert_close_sink(o);
	show_fini(&o->show);
	return status;
}

const struct convert_form convert_to_json = {
	.open = open_converted_json,
	.start = convert_start_sink,
	.put = put_converted_json,
	.close = close_converted_json,
};
