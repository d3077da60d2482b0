/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retis convert: from one form of event file to another. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/cli/ask_args.h"
#include "core/cli/command.h"
#include "core/cli/convert_output.h"
#include "core/cli/stop.h"
#include "core/cli/when.h"
#include "core/plugin/plugin.h"
#include "core/util/log.h"

enum format {
	FORMAT_BY_NAME,
	FORMAT_RETIS,
	FORMAT_JSON,
	FORMAT_ARROW,
	FORMAT_ARROWS,
};

struct args {
	struct option_list operands;
	struct ask_args ask;
	const char *from;
	const char *to;
	unsigned int format;
};

static const struct retis_choice formats[] = {
	{ "by-name", FORMAT_BY_NAME }, { "retis", FORMAT_RETIS },   { "json", FORMAT_JSON },
	{ "arrow", FORMAT_ARROW },     { "arrows", FORMAT_ARROWS }, {},
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
		  ".jsonl, an Arrow file or stream if it ends in .arrow or .arrows, else an "
		  "event file." },
};

struct convert {
	struct convert_output out;
	struct when from;
	struct when to;
	/* Of the file being read, ns since boot. */
	uint64_t first;
	uint64_t last;
	bool sought;
	struct input *input;
	uint64_t events;
};

static const struct convert_form *find_form(const char *out, unsigned int format)
{
	static const struct convert_form *const forms[] = {
		[FORMAT_RETIS] = &convert_to_retis,
		[FORMAT_JSON] = &convert_to_json,
		[FORMAT_ARROW] = &convert_to_arrow,
		[FORMAT_ARROWS] = &convert_to_arrows,
	};

	if (format != FORMAT_BY_NAME)
		return forms[format];
	if (!strcmp(out, "-") || sink_is_json_name(out))
		return &convert_to_json;
	if (sink_name_ends_in(out, ".arrow"))
		return &convert_to_arrow;
	return sink_name_ends_in(out, ".arrows") ? &convert_to_arrows : &convert_to_retis;
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
		break;
	case INPUT_SERIES_END:
		return 0;
	}
	return c->out.form->put(&c->out, c->input, item);
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

	if (place_waits(c->out.path))
		log_info("Waiting for a reader of '%s'", c->out.path);
	err = c->out.form->open(&c->out);
	c->out.opened = !err;
	return err;
}

static int run_convert(struct convert *c)
{
	int status, err = c->out.form->start ? c->out.form->start(&c->out) : 0;

	if (err) {
		c->out.form->close(&c->out, NULL);
		return EXIT_RUNTIME;
	}
	stop_catch();
	err = convert_all(c);
	status = c->out.form->close(&c->out, c->input);
	if (!status && strcmp(c->out.path, "-"))
		log_info("%llu event(s) written to %s", (unsigned long long)c->events, c->out.path);
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
		c->out.path = args->operands.items[1];
		c->out.form = find_form(c->out.path, args->format);
	}
	if (!err)
		err = ask_args_open(o, &args->ask, &input, &options, &c->input);
	if (err) {
		status = err == -EINVAL ? EXIT_USAGE : EXIT_RUNTIME;
		/* There is nothing to write after all. */
		if (c && c->out.opened)
			c->out.form->close(&c->out, NULL);
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
	struct options o = {
		.command = "retis convert",
		.about = "Turns event files into JSON lines and back or into Arrow tables, "
			 "or copies a part of one.",
		.operand = &operand
	};
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
