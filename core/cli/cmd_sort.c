/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retis sort: the events of each packet together. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/cli/ask_args.h"
#include "core/cli/command.h"
#include "core/cli/display.h"
#include "core/cli/pager.h"
#include "core/cli/sink.h"
#include "core/cli/stop.h"
#include "core/file/place.h"
#include "core/plugin/plugin.h"
#include "core/sort/sort.h"
#include "core/util/log.h"

struct args {
	struct option_list operands;
	struct display_args display;
	struct ask_args ask;
	uint64_t max_buffer;
	const char *out;
	uint8_t print;
	uint8_t latency;
	uint8_t longest;
	uint8_t dropped;
	uint8_t no_copies;
	uint64_t top;
	struct option_list only;
	struct option_list without;
};

#define AT(member) .offset = offsetof(struct args, member)

static const struct option_spec output[] = {
	{ .name = "out",
	  .letter = 'o',
	  .type = OPTION_STRING,
	  .value = "FILE",
	  AT(out),
	  .help = "Write a sorted event file instead of printing; JSON, a series a line, if the "
		  "name ends in .json or .jsonl." },
	{ .name = "print", .type = OPTION_FLAG, AT(print), .help = "With --out, print too." },
	{ .name = "latency",
	  .type = OPTION_FLAG,
	  AT(latency),
	  .help = "Show how long each step took, and at the end a table of the times from each "
		  "probe to the next." },
	{ .name = "max-buffer",
	  .type = OPTION_UINT,
	  .value = "N",
	  AT(max_buffer),

	  .help = "Accepted and not needed: memory is bounded, and series are whole, whatever "
		  "the size of the file." },
};

static const struct option_spec selection[] = {
	{ .name = "top",
	  .type = OPTION_UINT,
	  .value = "N",
	  AT(top),
	  .min = 1,

	  .help = "Only the N series that took longest, from the longest on." },
	{ .name = "longest",
	  .type = OPTION_FLAG,
	  AT(longest),
	  .help = "The series that took longest first." },
	{ .name = "dropped",
	  .type = OPTION_FLAG,
	  AT(dropped),
	  .help = "Only series that end in a drop." },
	{ .name = "only",
	  .type = OPTION_STRINGS,
	  .value = "PROBE",
	  AT(only),
	  .help = "Only series that passed PROBE ([TYPE:]TARGET, '*' for anything); with several, "
		  "all of them." },
	{ .name = "without",
	  .type = OPTION_STRINGS,
	  .value = "PROBE",
	  AT(without),
	  .help = "Only series that did not pass PROBE." },
	{ .name = "no-copies",
	  .type = OPTION_FLAG,
	  AT(no_copies),
	  .help = "Copies of a packet are series of their own." },
};

struct sorter {
	const struct options *options;
	struct args *args;
	const struct plugins *plugins;
	/* Text or JSON; `to_file`: it goes to `args->out`. */
	struct sink sink;
	bool sinks;
	bool to_file;
	struct writer *writer;
	struct copy copy;
	struct emit emit;
	struct select select;
	struct input *input;
	/* Of the JSON file; it was not there. */
	struct place place;
	bool created;
	/* The outputs are. */
	bool opened;
};

static int went_out(void *arg)
{
	struct sorter *s = arg;

	return s->sinks ? sink_some(&s->sink) : 0;
}

static bool sort_stop_requested(void *arg)
{
	(void)arg;
	return stop_requested();
}

/* --- what it goes to -------------------------------------------------------- */

static int add_sink(struct sorter *s, int fd, const struct printer_options *display)
{
	int err = sink_init(&s->sink, fd);

	if (err)
		return err;
	s->sinks = true;
	emit_add_text(&s->emit, display, &s->sink.text);
	return 0;
}

static int open_sorted_json(struct sorter *s)
{
	static const struct printer_options json = { .json = true };
	int fd = place_init(&s->place, s->args->out);

	if (!fd)
		fd = place_open(&s->place, &s->created);
	if (fd < 0) {
		log_fatal("could not create or open '%s': %s", s->args->out, place_error(fd));
		return fd;
	}
	s->to_file = true;
	return add_sink(s, fd, &json);
}

static int open_sorted_file(struct sorter *s)
{
	const struct writer_options options = { .path = s->args->out, .copy = true };
	char why[WRITER_WHY_SIZE];
	int err = writer_open(&options, &s->writer, why);

	if (err) {
		log_fatal("%s", why);
		return err;
	}
	err = copy_init(&s->copy, s->writer);
	if (!err)
		emit_add_file(&s->emit, &s->copy);
	return err;
}

/* While there are privileges; nothing of what is there is lost yet. */
static int open_outputs(void *arg)
{
	struct sorter *s = arg;
	const struct printer_options display = display_options(&s->args->display);
	const char *out = s->args->out;
	int err = 0;

	s->opened = true;
	emit_init(&s->emit);
	if (out && sink_is_json_name(out))
		return open_sorted_json(s);
	if (!out || s->args->print)
		err = add_sink(s, STDOUT_FILENO, &display);
	return err || !out ? err : open_sorted_file(s);
}

static int close_writer(struct sorter *s)
{
	struct writer_result result;

	if (!s->writer)
		return 0;
	writer_close(s->writer, &result);
	copy_fini(&s->copy);
	if (!result.error)
		return 0;
	log_fatal("%s", result.why);
	return EXIT_RUNTIME;
}

static int close_sink(struct sorter *s)
{
	const char *name = s->to_file ? s->args->out : "the standard output";
	int status;

	if (!s->sinks)
		return 0;
	sink_flush(&s->sink);
	status = sink_status(&s->sink, name);
	if (!status && s->to_file && close(s->sink.fd)) {
		log_fatal("can't write to %s: %s", name, strerror(errno));
		status = EXIT_RUNTIME;
	}
	sink_fini(&s->sink);
	return status;
}

static int close_outputs(struct sorter *s)
{
	int status = close_sink(s), other = close_writer(s);

	emit_fini(&s->emit);
	return status ? status : other;
}

/* --- all of it -------------------------------------------------------------- */

static bool has_selection(const struct args *args)
{
	return args->top || args->longest || args->dropped || args->latency || args->no_copies ||
	       args->only.n || args->without.n || ask_args_given(&args->ask);
}

static void tell_sort_result(const struct sorter *s, const struct sort_result *r)
{
	if (r->sorted)
		log_info("File already sorted");
	else if (r->untracked)
		log_warn("no event says which packet it is about: they come in the order of time");
	else if (r->unmatched)
		log_warn("no event is of a probe '%s'", r->unmatched);
	else if (s->args->out)
		log_info("%llu series written to %s", (unsigned long long)r->series, s->args->out);
}

/* Nothing goes out after all. */
static int leave_outputs(struct sorter *s)
{
	if (!s->opened)
		return 0;
	if (s->to_file && s->created)
		place_drop(&s->place, s->sink.fd);
	return close_outputs(s);
}

/* What was in the file before goes. */
static int empty_json(void *arg)
{
	struct sorter *s = arg;

	/* A pipe or a device can't be cut, and needs not. */
	if (!s->to_file || !ftruncate(s->sink.fd, 0) || errno == EINVAL)
		return 0;
	log_fatal("can't write to %s: %s", s->args->out, strerror(errno));
	return -EIO;
}

static int sort_all(struct sorter *s)
{
	const struct args *args = s->args;
	const struct sort_options options = {
		.no_copies = args->no_copies,
		.latency = args->latency,
		.longest = args->longest || args->top,
		.top = args->top,
		.again = has_selection(args),
		.plugins = s->plugins,
		.filter = ask_filter(args->ask.ask),
		.begins = empty_json,
		.went_out = went_out,
		.stopped = sort_stop_requested,
		.arg = s,
	};
	struct sort_result result = { 0 };
	int status, err;

	stop_catch();
	err = sort_run(&options, s->input, &s->select, &s->emit, &result);
	status = result.sorted ? leave_outputs(s) : close_outputs(s);
	if (err == -ENOMEM)
		log_fatal("%s", strerror(ENOMEM));
	if (!err && !status)
		tell_sort_result(s, &result);
	return status ? status : err && err != -EPIPE ? EXIT_RUNTIME : 0;
}

static int take_patterns(const struct options *o, const struct option_list *list,
			 const char *option, const char **to, size_t *n)
{
	if (list->n > SELECT_PROBES)
		return options_usage_error(o, "%s is given more than %d times", option,
					   SELECT_PROBES);
	for (size_t i = 0; i < list->n; i++)
		to[i] = list->items[i];
	*n = list->n;
	return 0;
}

static int take_sort_args(struct sorter *s)
{
	const struct options *o = s->options;
	const struct args *args = s->args;
	int err = take_patterns(o, &args->only, "--only", s->select.only, &s->select.n_only);

	if (!err)
		err = take_patterns(o, &args->without, "--without", s->select.without,
				    &s->select.n_without);
	s->select.dropped = args->dropped;
	if (!err && args->print && !args->out)
		err = options_usage_error(o, "--print is for --out");
	if (!err && args->print && sink_is_json_name(args->out))
		err = options_usage_error(o, "--print is not possible with JSON in a file");
	if (!err && args->out && input_args_is_file(&args->operands, args->out))
		err = options_usage_error(o,
					  "Cannot sort a file in-place. Please specify an output "
					  "file that's different to the input one.");
	return err;
}

static int sort_input(struct sorter *s)
{
	struct input_options options = {
		.plugins = s->plugins,
		.notes = !s->args->out && !display_options(&s->args->display).json,
		.opened = open_outputs,
		.arg = s,
	};
	int status, err = ask_args_open(s->options, &s->args->ask, &s->args->operands, &options,
					&s->input);

	if (err) {
		input_close(s->input);
		leave_outputs(s);
		return err == -EINVAL ? EXIT_USAGE : EXIT_RUNTIME;
	}
	status = sort_all(s);
	input_close(s->input);
	return status;
}

static int run_sorter(const struct options *o, struct args *args, const struct plugins *plugins)
{
	struct sorter *s = calloc(1, sizeof(*s));
	int status, err = s ? 0 : -ENOMEM;

	if (s) {
		s->place.folder = -1;
		s->options = o;
		s->args = args;
		s->plugins = plugins;
		err = take_sort_args(s);
	}
	status = err ? options_exit_code(o, err) : sort_input(s);
	if (s) {
		select_fini(&s->select);
		place_fini(&s->place);
	}
	ask_args_fini(&args->ask);
	free(s);
	return status;
}

static int add_sort_options(struct options *o, struct args *args, struct globals *globals)
{
	int err = options_add(o, "Options", output, sizeof(output) / sizeof(output[0]), args);

	if (!err)
		err = options_add(o, "Selection", selection,
				  sizeof(selection) / sizeof(selection[0]), args);
	if (!err)
		err = ask_args_add(o, &args->ask);
	if (!err)
		err = display_add(o, &args->display);
	return err ? err : globals_add(o, globals);
}

int cmd_sort(int argc, char **argv, struct globals *globals)
{
	struct args args = { .max_buffer = 1000 };
	const struct option_operand operand = { INPUT_ARGS_VALUE, INPUT_ARGS_HELP, 0, 1,
						&args.operands };
	struct options o = { .command = "retis sort",
			     .about = "Prints the events of each packet together, in the order of "
				      "time.",
			     .operand = &operand };
	struct plugins plugins = { 0 };
	int status, err = add_sort_options(&o, &args, globals);

	if (!err)
		err = options_parse(&o, argc, argv);
	if (!err) {
		if (!args.out || args.print)
			pager_start();
		err = globals_load_plugins(globals, 0, argv, &plugins);
	}
	status = err ? options_exit_code(&o, err) : run_sorter(&o, &args, &plugins);
	options_fini(&o);
	option_list_fini(&args.operands);
	option_list_fini(&args.only);
	option_list_fini(&args.without);
	plugins_fini(&plugins);
	return status;
}
