/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retis stats: how much of what is in an event file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/cli/ask_args.h"
#include "core/cli/command.h"
#include "core/cli/pager.h"
#include "core/cli/sink.h"
#include "core/cli/stop.h"
#include "core/report/stats.h"
#include "core/plugin/plugin.h"
#include "core/util/log.h"

static int count_items(struct stats *s, struct input *in, struct retis_text *out)
{
	struct input_item item;
	int err = 0, got = 1;

	while (!stop_requested()) {
		got = input_next(in, &item);
		if (got == -EINTR)
			continue;
		if (got <= 0)
			break;
		err = stats_item(s, in, &item, out);
		if (err)
			break;
	}
	if (err)
		log_fatal("counting ends: %s", strerror(-err));
	else
		stats_end(s, in, out);
	return err ? err : got < 0 ? got : 0;
}

static int show_stats(const struct options *o, struct ask_args *ask,
		      const struct option_list *operands, const struct plugins *plugins)
{
	struct input_options options = { .plugins = plugins, .reads_only = true };
	struct stats *s = calloc(1, sizeof(*s));
	struct sink sink = { 0 };
	struct input *in = NULL;
	int status, err = s ? sink_init(&sink, STDOUT_FILENO) : -ENOMEM;

	if (!err)
		err = ask_args_open(o, ask, operands, &options, &in);
	if (err) {
		status = err == -EINVAL ? EXIT_USAGE : EXIT_RUNTIME;
	} else {
		stop_catch();
		err = count_items(s, in, &sink.text);
		sink_flush(&sink);
		status = sink_status(&sink, "the standard output");
		stats_fini(s);
	}
	input_close(in);
	ask_args_fini(ask);
	sink_fini(&sink);
	free(s);
	return err && !status ? EXIT_RUNTIME : status;
}

int cmd_stats(int argc, char **argv, struct globals *globals)
{
	struct option_list operands = { 0 };
	struct ask_args ask = { 0 };
	const struct option_operand operand = { INPUT_ARGS_VALUE, INPUT_ARGS_HELP, 0, 1,
						&operands };
	struct options o = { .command = "retis stats",
			     .about = "Shows how many events there are in a file, of which probes "
				      "and sections, what was lost, and how large it is.",
			     .operand = &operand };
	struct plugins plugins = { 0 };
	int status, err = ask_args_add(&o, &ask);

	if (!err)
		err = globals_add(&o, globals);
	if (!err)
		err = options_parse(&o, argc, argv);
	if (!err) {
		pager_start();
		err = globals_load_plugins(globals, 0, argv, &plugins);
	}
	status = err ? options_exit_code(&o, err) : show_stats(&o, &ask, &operands, &plugins);
	options_fini(&o);
	option_list_fini(&operands);
	plugins_fini(&plugins);
	return status;
}
