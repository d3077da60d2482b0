/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retis convert: from one form of event file to another. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/cli/ask_args.h"
#include "core/cli/command.h"
#include "core/cli/sink.h"
#include "core/cli/stop.h"
#include "core/cli/when.h"
#include "core/file/place.h"
#include "core/input/copy.h"
#include "core/input/show.h"
#include "core/plugin/plugin.h"
#include "core/util/log.h"

enum format {
	FORMAT_BY_NAME,
	FORMAT_RETIS,
	FORMAT_JSON,
};

struct args {
	struct option_list operands;
	struct ask_args ask;
	const char *from;
	const char *to;
	unsigned int format;
};

static const struct retis_choice formats[] = {
	{ "by-name", FORMAT_BY_NAME },
	{ "retis", FORMAT_RETIS },
	{ "json", FORMAT_JSON },
	{},
};

#define AT(member) .offset = offsetof(struct args, member)

static const struct option_spec specs[] = {
	{ .name = "from",
	  .type = OPTION_STRING,
	  .value = "TIME",
	  AT(from),
	  .help = "Leave out what is earlier: " WHEN_HELP
		  ". Without the date, on the day the file begins." },
	{ .name = "to",
	  .type = OPTION_STRING,
	  .value = "TIME",
	  AT(to),
	  .help = "Leave out what is later; a date alone means the end of that day." },
	{ .name = "format",
	  .type = OPTION_CHOICE,
	  .value = "FORMAT",
	  AT(format),
	  .choices = formats,
	  .help = "What to write; by-name means JSON lines if OUT is - or ends in .json or "
		  ".jsonl, else an event file." },
};

struct convert {
	const char *out;
	bool json;
	/* Of OUT, and that it was not there; only for JSON. */
	struct place place;
	bool created;
	struct when from;
	struct when to;
	/* Of the file being read, ns since boot. */
	uint64_t first;
	uint64_t last;
	bool sought;
	/* One of the outputs below is. */
	bool opened;
	struct input *input;
	/* One of them, see `json`. */
	struct sink sink;
	struct show show;
	struct writer *writer;
	struct copy copy;
	uint64_t events;
	uint64_t losses;
};

static bool wants_json(const char *out, enum format format)
{
	if (format != FORMAT_BY_NAME)
		return format == FORMAT_JSON;
	return !strcmp(out, "-") || sink_is_json_name(out);
}

static int open_converted_json(struct convert *c)
{
	static const struct printer_options options = { .json = true };
	int fd = place_init(&c->place, c->out);

	if (!fd)
		fd = place_open(&c->place, &c->created);
	if (fd < 0) {
		log_fatal("could not create or open '%s': %s", c->out, place_error(fd));
		return fd;
	}
	show_init(&c->show, &options);
	return sink_init(&c->sink, fd);
}

static int open_converted_file(struct convert *c)
{
	const struct writer_options options = {
		.path = c->out,
		.copy = true,
	};
	char why[WRITER_WHY_SIZE];
	int err = writer_open(&options, &c->writer, why);

	if (err)
		log_fatal("%s", why);
	return err ? err : copy_init(&c->copy, c->writer);
}

static int close_json(struct convert *c)
{
	int status = sink_status(&c->sink, c->out);

	place_fini(&c->place);
	if (!status && close(c->sink.fd)) {
		log_fatal("can't write to %s: %s", c->out, strerror(errno));
		status = EXIT_RUNTIME;
	}
	sink_fini(&c->sink);
	show_fini(&c->show);
	return status;
}

static int close_retis(struct convert *c)
{
	struct writer_result result;

	if (c->copy.dropped)
		log_warn("%llu sections were left out: the files have different versions of them",
			 (unsigned long long)c->copy.dropped);
	writer_close(c->writer, &result);
	copy_fini(&c->copy);
	if (!result.error)
		return 0;
	log_fatal("%s", result.why);
	return EXIT_RUNTIME;
}

/* Times in terms of the file that starts. */
static void resolve_times(struct convert *c, const struct input_item *item)
{
	when_set_date(&c->from, item->start->timestamp, item->start->clock_offset);
	when_set_date(&c->to, item->start->timestamp, item->start->clock_offset);
	c->first = when_monotonic(&c->from, item->start->clock_offset);
	c->last = when_monotonic(&c->to, item->start->clock_offset);
	if ((c->from.utc || c->to.utc) && !item->has_offset)
		log_warn("the file does not say how to get from its times to UTC");
	if (c->from.given && !c->sought)
		input_seek(c->input, c->first);
	c->sought = true;
}

static bool is_outside_range(const struct convert *c, uint64_t timestamp)
{
	return (c->from.given && timestamp < c->first) || (c->to.given && timestamp > c->last);
}

static int convert_item(struct convert *c, const struct input_item *item)
{
	int err;

	switch (item->kind) {
	case INPUT_START:
		resolve_times(c, item);
		break;
	case INPUT_EVENT:
		if (is_outside_range(c, item->event->timestamp))
			return 0;
		c->events++;
		break;
	case INPUT_LOSS:
		if (is_outside_range(c, item->loss->until))
			return 0;
		c->losses++;
		break;
	case INPUT_SERIES_END:
		return 0;
	}
	if (!c->json)
		return copy_item(&c->copy, c->input, item);
	err = show_item(&c->show, c->input, item, &c->sink.text);
	return err ? err : sink_some(&c->sink);
}

/* What fails here was logged, but for the output, which tells when it is closed. */
static int convert_all(struct convert *c)
{
	struct input_item item;
	int got = 1, err = 0;

	while (!stop_requested()) {
		got = input_next(c->input, &item);
		if (got == -EINTR)
			continue;
		if (got <= 0)
			break;
		err = convert_item(c, &item);
		if (err)
			break;
	}
	if (c->json)
		sink_flush(&c->sink);
	if (err == -ENOMEM) {
		log_fatal("converting ends: %s", strerror(ENOMEM));
		return err;
	}
	return got < 0 ? got : 0;
}

/* While there are privileges; nothing of what is there is lost yet. */
static int open_converted(void *arg)
{
	struct convert *c = arg;
	int err;

	if (place_waits(c->out))
		log_info("Waiting for a reader of '%s'", c->out);
	err = c->json ? open_converted_json(c) : open_converted_file(c);
	c->opened = !err;
	return err;
}

/* There is nothing to write after all. */
static void leave_output(struct convert *c)
{
	if (!c->opened)
		return;
	if (!c->json) {
		writer_close(c->writer, NULL);
		copy_fini(&c->copy);
		return;
	}
	if (c->created)
		place_drop(&c->place, c->sink.fd);
	close_json(c);
}

static int run_convert(struct convert *c)
{
	int status, err;

	/* A pipe or a device can't be cut, and needs not. */
	if (c->json && strcmp(c->out, "-") && ftruncate(c->sink.fd, 0) && errno != EINVAL) {
		log_fatal("can't write to %s: %s", c->out, strerror(errno));
		close_json(c);
		return EXIT_RUNTIME;
	}
	stop_catch();
	err = convert_all(c);
	status = c->json ? close_json(c) : close_retis(c);
	if (!status && strcmp(c->out, "-"))
		log_info("%llu event(s) written to %s", (unsigned long long)c->events, c->out);
	return status ? status : err ? EXIT_RUNTIME : 0;
}

static int parse_times(const struct options *o, const struct args *args, struct convert *c)
{
	if (args->from && when_parse(args->from, &c->from))
		return options_usage_error(o, "invalid value '%s' for '--from': not a time (%s)",
					   args->from, WHEN_HELP);
	if (args->to && when_parse(args->to, &c->to))
		return options_usage_error(o, "invalid value '%s' for '--to': not a time (%s)",
					   args->to, WHEN_HELP);
	when_to_end(&c->to);
	return 0;
}

static int convert_file(const struct options *o, struct args *args, const struct plugins *plugins)
{
	struct convert *c = calloc(1, sizeof(*c));
	struct input_options options = { .plugins = plugins, .opened = open_converted, .arg = c };
	/* INPUT is the first operand only. */
	struct option_list input = { args->operands.items, 1 };
	int status, err = c ? parse_times(o, args, c) : -ENOMEM;

	if (!err && input_args_is_file(&input, args->operands.items[1]))
		err = options_usage_error(o, "a file can't be converted in place");
	if (c) {
		c->out = args->operands.items[1];
		c->json = wants_json(c->out, (enum format)args->format);
	}
	if (!err)
		err = ask_args_open(o, &args->ask, &input, &options, &c->input);
	if (err) {
		status = err == -EINVAL ? EXIT_USAGE : EXIT_RUNTIME;
		if (c)
			leave_output(c);
	} else {
		status = run_convert(c);
	}
	if (c)
		input_close(c->input);
	ask_args_fini(&args->ask);
	free(c);
	return status;
}

int cmd_convert(int argc, char **argv, struct globals *globals)
{
	struct args args = { 0 };
	const struct option_operand operand = {
		"IN OUT",
		"An event file or JSON lines, as for 'retis print', and the file to write; - "
		"stands for the standard input and output.",
		2, 2, &args.operands
	};
	struct options o = { .command = "retis convert",
			     .about =
				     "Turns event files into JSON lines and back, or copies a part "
				     "of one.",
			     .operand = &operand };
	struct plugins plugins = { 0 };
	int status,
		err = options_add(&o, "Options", specs, sizeof(specs) / sizeof(specs[0]), &args);

	if (!err)
		err = ask_args_add(&o, &args.ask);
	if (!err)
		err = globals_add(&o, globals);
	if (!err)
		err = options_parse(&o, argc, argv);
	if (!err)
		err = globals_load_plugins(globals, 0, argv, &plugins);
	status = err ? options_exit_code(&o, err) : convert_file(&o, &args, &plugins);
	options_fini(&o);
	option_list_fini(&args.operands);
	plugins_fini(&plugins);
	return status;
}
