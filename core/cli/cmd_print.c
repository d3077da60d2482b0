/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retis print: an event file as text or JSON. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/cli/ask_args.h"
#include "core/cli/command.h"
#include "core/cli/display.h"
#include "core/cli/sink.h"
#include "core/cli/pager.h"
#include "core/cli/stop.h"
#include "core/report/show.h"
#include "core/plugin/plugin.h"
#include "core/util/log.h"

/* How long --follow waits before it looks again, ms. */
#define FOLLOW_WAIT 100

struct args {
	struct option_list operands;
	struct display_args display;
	struct ask_args ask;
	uint8_t follow;
};

static const struct option_spec reading[] = {
	{ .name = "follow",
	  .type = OPTION_FLAG,
	  .offset = offsetof(struct args, follow),
	  .help = "At the end of a file that is being written, wait for more." },
};

struct print {
	struct input *input;
	struct sink output;
	struct show show;
};

/* What can be shown is shown before we wait. */
static int wait_for_more(struct print *p)
{
	int err = sink_flush(&p->output);

	if (!err)
		poll(NULL, 0, FOLLOW_WAIT);
	return err;
}

/* Likewise before the input makes us wait. */
static void flush_idle_print(void *arg)
{
	struct print *p = arg;

	sink_flush(&p->output);
}

static int print_item(struct print *p, const struct input_item *item)
{
	int err = show_item(&p->show, p->input, item, &p->output.text);

	if (err)
		return err;
	return sink_some(&p->output);
}

/* 0, or a negative errno; those of the output are no others. */
static int print_all(struct print *p)
{
	struct input_item item;
	int got = 1, err = 0;

	while (got && !err && !p->output.error && !stop_requested()) {
		got = input_next(p->input, &item);
		if (got == -EAGAIN)
			wait_for_more(p);
		else if (got > 0)
			err = print_item(p, &item);
		else if (got < 0 && got != -EINTR)
			break;
	}
	sink_flush(&p->output);
	if (p->show.bad)
		log_warn("%llu events could not be read", (unsigned long long)p->show.bad);
	/* What is wrong with the output is told when it is closed. */
	if (err && !p->output.error) {
		log_fatal("printing ends: %s", strerror(-err));
		return err;
	}
	return got < 0 && got != -EAGAIN && got != -EINTR ? got : 0;
}

static int print_input(const struct options *o, struct args *args, const struct plugins *plugins)
{
	const struct printer_options display = display_options(&args->display);
	struct input_options options = {
		.plugins = plugins,
		.follow = args->follow,
		.notes = !display.json,
		.reads_only = true,
		.idle = flush_idle_print,
	};
	struct print *p = calloc(1, sizeof(*p));
	int status, err = p ? sink_init(&p->output, STDOUT_FILENO) : -ENOMEM;

	options.arg = p;
	if (!err)
		err = ask_args_open(o, &args->ask, &args->operands, &options, &p->input);
	if (err) {
		status = err == -EINVAL ? EXIT_USAGE : EXIT_RUNTIME;
	} else {
		stop_catch();
		show_init(&p->show, &display);
		err = print_all(p);
		status = sink_status(&p->output, "the standard output");
		show_fini(&p->show);
	}
	if (p) {
		input_close(p->input);
		sink_fini(&p->output);
	}
	ask_args_fini(&args->ask);
	free(p);
	return err && !status ? EXIT_RUNTIME : status;
}

int cmd_print(int argc, char **argv, struct globals *globals)
{
	struct args args = { 0 };
	const struct option_operand operand = { INPUT_ARGS_VALUE, INPUT_ARGS_HELP, 0, 1,
						&args.operands };
	struct options o = { .command = "retis print",
			     .about = "Prints the events of a file.",
			     .operand = &operand };
	struct plugins plugins = { 0 };
	int status, err = options_add(&o, "Options", reading, 1, &args);

	if (!err)
		err = ask_args_add(&o, &args.ask);
	if (!err)
		err = display_add(&o, &args.display);
	if (!err)
		err = globals_add(&o, globals);
	if (!err)
		err = options_parse(&o, argc, argv);
	if (!err) {
		pager_start();
		err = globals_load_plugins(globals, 0, argv, &plugins);
	}
	status = err ? options_exit_code(&o, err) : print_input(&o, &args, &plugins);
	options_fini(&o);
	option_list_fini(&args.operands);
	plugins_fini(&plugins);
	return status;
}
