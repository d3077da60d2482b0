/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retis sort: the events of a file, packet by packet. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/cli/command.h"
#include "core/cli/display.h"
#include "core/cli/input_args.h"
#include "core/cli/pager.h"
#include "core/cli/sink.h"
#include "core/cli/stop.h"
#include "core/plugin/plugin.h"
#include "core/sort/sort.h"
#include "core/util/log.h"

struct args {
	struct option_list operands;
	struct display_args display;
	uint64_t max_buffer;
};

static const struct option_spec sorting[] = {
	{ .name = "max-buffer",
	  .type = OPTION_UINT,
	  .value = "N",
	  .offset = offsetof(struct args, max_buffer),
	  .help = "Accepted for scripts; series are complete and memory is limited without it." },
};

struct sorting {
	struct input *input;
	struct sink output;
	struct sort sort;
};

static int report_failure(int err)
{
	if (err == -EXDEV)
		log_fatal("the file consists of several that were joined; 'retis convert' makes "
			  "one of them that can be sorted");
	else if (err == -EALREADY)
		log_info("File already sorted");
	else if (err == -ENOMEM)
		log_fatal("%s", strerror(ENOMEM));
	else
		log_fatal("events that are being sorted can't be held in %s: %s; TMPDIR names "
			  "another directory",
			  spill_directory(), strerror(-err));
	return err == -EALREADY ? 0 : err;
}

/* 1: all was taken, or as much as there was until somebody said stop; 0: nothing is to
 * be done; a negative errno after logging why. */
static int take_input(struct sorting *s)
{
	struct input_item item;
	int err = 0, got = 1;

	while (!stop_requested()) {
		got = input_next(s->input, &item);
		if (got == -EINTR)
			continue;
		if (got <= 0)
			break;
		err = sort_take(&s->sort, s->input, &item);
		if (err)
			return report_failure(err);
	}
	return got < 0 && got != -EINTR ? got : 1;
}

static int print_series(struct sorting *s)
{
	int got = sort_finish(&s->sort);

	if (s->sort.events && !s->sort.tracked)
		log_info("no event says which packet it is about (collector skb-tracking): events "
			 "are in the order of time");
	while (got >= 0 && !s->output.error) {
		got = sort_next(&s->sort, &s->output.text);
		if (!got)
			break;
		sink_some(&s->output);
	}
	sink_flush(&s->output);
	if (s->sort.bad)
		log_warn("%llu events could not be read", (unsigned long long)s->sort.bad);
	return got < 0 ? report_failure(got) : 0;
}

static int sort_input(struct sorting *s, const struct printer_options *display)
{
	int err = sort_init(&s->sort, display);

	if (err)
		return report_failure(err);
	err = take_input(s);
	return err > 0 ? print_series(s) : err;
}

static int run_sorting(const struct options *o, const struct args *args,
		       const struct plugins *plugins)
{
	const struct printer_options display = display_options(&args->display);
	struct input_options options = {
		.plugins = plugins,
		.notes = !display.json,
		.keep_names = true,
	};
	struct sorting *s = calloc(1, sizeof(*s));
	int status = 0, err = s ? sink_init(&s->output, STDOUT_FILENO) : -ENOMEM;

	if (!err)
		err = input_args_open(o, &args->operands, &options, &s->input);
	if (err) {
		status = err == -EINVAL ? EXIT_USAGE : EXIT_RUNTIME;
	} else {
		stop_catch();
		err = sort_input(s, &display);
		status = sink_status(&s->output, "the standard output");
		sort_fini(&s->sort);
		input_close(s->input);
	}
	if (s)
		sink_fini(&s->output);
	free(s);
	return err && !status ? EXIT_RUNTIME : status;
}

int cmd_sort(int argc, char **argv, struct globals *globals)
{
	struct args args = { 0 };
	const struct option_operand operand = { INPUT_ARGS_VALUE, INPUT_ARGS_HELP, 0, 1,
						&args.operands };
	struct options o = { .command = "retis sort",
			     .about = "Prints the events of a file, those of one packet together, "
				      "packets in the order they were first seen in.",
			     .operand = &operand };
	struct plugins plugins = { 0 };
	int status, err = options_add(&o, "Options", sorting, 1, &args);

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
	status = err ? options_exit_code(&o, err) : run_sorting(&o, &args, &plugins);
	options_fini(&o);
	option_list_fini(&args.operands);
	plugins_fini(&plugins);
	return status;
}
