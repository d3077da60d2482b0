/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retis collect: from the command line to a session. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "core/cli/command.h"
#include "core/cli/options.h"
#include "core/plugin/loader.h"
#include "core/session/session.h"
#include "core/util/log.h"
#include "core/util/nearest.h"

enum format {
	FORMAT_MULTI_LINE,
	FORMAT_SINGLE_LINE,
	FORMAT_JSON,
};

struct args {
	struct option_list collectors;
	struct option_list probes;
	const char *command;
	uint64_t stop_after;
	uint64_t buffer_size;
	uint64_t buffer_shards;
	unsigned int on_loss;
	unsigned int format;
	uint8_t stack;
	uint8_t utc;
	uint8_t link_layer;
};

static const struct retis_choice formats[] = {
	{ "multi-line", FORMAT_MULTI_LINE },
	{ "single-line", FORMAT_SINGLE_LINE },
	{ "json", FORMAT_JSON },
	{},
};

static const struct retis_choice loss_policies[] = {
	{ "warn", ON_LOSS_WARN },
	{ "exit", ON_LOSS_EXIT },
	{},
};

#define AT(member) .offset = offsetof(struct args, member)

static const struct option_spec collecting[] = {
	{ .name = "collectors",
	  .letter = 'c',
	  .type = OPTION_STRINGS,
	  .split = true,
	  .value = "LIST",
	  AT(collectors),
	  .help = "Collectors to run, see 'retis plugin list'; 'auto' (the default) takes all that "
		  "can run here, one named must." },
	{ .name = "probe",
	  .letter = 'p',
	  .type = OPTION_STRINGS,
	  .value = "PROBE",
	  AT(probes),
	  .help = "Where to look, [TYPE:]TARGET[/stack]: a function by its name, MODULE:NAME "
		  "behind a type, or a tracepoint by GROUP:NAME; '*' stands for anything. Types: "
		  "kprobe (k), kretprobe (kr), fentry (f), fexit (fr), kprobe.multi, "
		  "kretprobe.multi, raw_tracepoint (tp); without one functions are probed in the "
		  "cheapest way. With /stack events carry a stack trace. May be repeated." },
	{ .name = "stack",
	  .type = OPTION_FLAG,
	  AT(stack),
	  .help = "Add a stack trace to every event; '/stack' behind a probe does it for that "
		  "one." },
	{ .name = "cmd",
	  .type = OPTION_STRING,
	  .value = "COMMAND",
	  AT(command),
	  .help = "Run a shell command once the probes are attached and stop when it ends. Its "
		  "output is thrown away." },
	{ .name = "stop-after",
	  .type = OPTION_UINT,
	  .value = "COUNT",
	  AT(stop_after),
	  .help = "Stop after that many events; 0: no limit." },
	{ .name = "buffer-size",
	  .type = OPTION_SIZE,
	  .value = "SIZE",
	  AT(buffer_size),
	  .min = 4096,
	  .max = 1ULL << 34,
	  .help = "Memory for events on their way from the kernel, with K, M or G. Each part is "
		  "rounded up to a power of two." },
	{ .name = "buffer-shards",
	  .type = OPTION_UINT,
	  .value = "COUNT",
	  AT(buffer_shards),
	  .max = 64,
	  .help = "Parts of that memory, each for its share of the processors; 0: one for every "
		  "four processors." },
	{ .name = "on-loss",
	  .type = OPTION_CHOICE,
	  .value = "POLICY",
	  AT(on_loss),
	  .choices = loss_policies,
	  .help = "When events get lost: warn and go on, or exit." },
};

static const struct option_spec printing[] = {
	{ .name = "format",
	  .type = OPTION_CHOICE,
	  .value = "FORMAT",
	  AT(format),
	  .choices = formats,
	  .help = "Layout of events on the standard output." },
	{ .name = "utc",
	  .type = OPTION_FLAG,
	  AT(utc),
	  .help = "Print the time in UTC instead of nanoseconds since boot." },
	{ .letter = 'e',
	  .type = OPTION_FLAG,
	  AT(link_layer),
	  .help = "Print link-layer headers and VLAN tags." },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int add_options(struct options *o, struct args *args, struct globals *globals,
		       struct plugins *plugins)
{
	int err = options_add(o, "Options", collecting, COUNT(collecting), args);

	if (!err)
		err = options_add(o, "Output", printing, COUNT(printing), args);
	if (!err)
		err = globals_add(o, globals);
	for (size_t i = 0; i < plugins->n && !err; i++)
		err = options_add_plugin(o, &plugins->list[i]->desc, plugins->list[i]->state);
	return err;
}

/* CLOCK_REALTIME - CLOCK_MONOTONIC, taken once so that all events agree. */
static int64_t clock_offset(void)
{
	struct timespec real, mono;

	clock_gettime(CLOCK_MONOTONIC, &mono);
	clock_gettime(CLOCK_REALTIME, &real);
	return (real.tv_sec - mono.tv_sec) * 1000000000LL + (real.tv_nsec - mono.tv_nsec);
}

static int check_collectors(const struct options *o, const struct args *args,
			    struct plugins *plugins)
{
	for (size_t i = 0; i < args->collectors.n; i++) {
		const char *name = args->collectors.items[i];
		struct nearest nearest = { .wanted = name };
		char near[128];

		if (!strcmp(name, "auto") || plugins_find(plugins, name))
			continue;
		for (size_t p = 0; p < plugins->n; p++)
			nearest_consider(&nearest, plugins->list[p]->desc.name);
		nearest_text(&nearest, near, sizeof(near));
		return options_usage_error(
			o,
			"invalid value '%s' for '--collectors': no such collector is "
			"installed%s%s%s",
			name, near[0] ? "; did you mean " : " (see 'retis plugin list')", near,
			near[0] ? "?" : "");
	}
	return 0;
}

static int run_session(const struct args *args, struct plugins *plugins, collect_run *run)
{
	static const char *const automatic[] = { "auto" };
	struct session_options options = {
		.collectors = (const char *const *)args->collectors.items,
		.n_collectors = args->collectors.n,
		.probes = (const char *const *)args->probes.items,
		.n_probes = args->probes.n,
		.stack = args->stack,
		.command = args->command,
		.stop_after = args->stop_after,
		.buffer_size = args->buffer_size,
		.buffer_shards = (uint32_t)args->buffer_shards,
		.on_loss = (enum on_loss)args->on_loss,
		.print = {
			.layout = args->format == FORMAT_SINGLE_LINE ? PRINTER_SINGLE_LINE
								     : PRINTER_MULTI_LINE,
			.json = args->format == FORMAT_JSON,
			.utc = args->utc,
			.clock_offset = clock_offset(),
			.link_layer = args->link_layer,
		},
	};

	if (!options.n_collectors) {
		options.collectors = automatic;
		options.n_collectors = 1;
	}
	return run(&options, plugins) ? EXIT_RUNTIME : 0;
}

int collect_command(struct options *o, int argc, char **argv, struct globals *globals,
		    collect_run *run)
{
	struct args args = { .buffer_size = 16 << 20 };
	struct plugins plugins = {};
	int err, status;

	err = globals_load_plugins(globals, argc, argv, &plugins);
	if (!err)
		err = add_options(o, &args, globals, &plugins);
	if (!err)
		err = options_parse(o, argc, argv);
	if (!err)
		err = check_collectors(o, &args, &plugins);
	status = err ? options_exit_code(o, err) : run_session(&args, &plugins, run);
	options_fini(o);
	option_list_fini(&args.collectors);
	option_list_fini(&args.probes);
	plugins_fini(&plugins);
	return status;
}

int cmd_collect(int argc, char **argv, struct globals *globals)
{
	struct options o = { .command = "retis collect",
			     .about = "Attaches probes to the kernel and prints what collectors "
				      "find out about each packet there." };

	return collect_command(&o, argc, argv, globals, session_run);
}
