/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retis collect: from the command line to a session. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/cli/command.h"
#include "core/cli/display.h"
#include "core/cli/options.h"
#include "core/file/limit.h"
#include "core/plugin/loader.h"
#include "core/session/session.h"
#include "core/util/log.h"
#include "core/util/nearest.h"

/* What is said in other words than a session takes. */
struct args {
	struct collect_options to;
	struct option_list collectors, probes, who[WHO_KINDS];
	const char *sample, *out_rotate, *host_name;
	bool command_status;
	struct display_args display;
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
	  .help = "Where to look, [TYPE:]TARGET[/OPTION..]: a function by its name, MODULE:NAME "
		  "behind a type, or a tracepoint by GROUP:NAME; '*' stands for anything. Types: "
		  "kprobe (k), kretprobe (kr), fentry (f), fexit (fr), kprobe.multi, "
		  "kretprobe.multi, raw_tracepoint (tp); without one functions are probed in the "
		  "cheapest way. With /stack events carry a stack trace; with /ftrace what the "
		  "function calls reports for its packet, too. In programs: "
		  "usdt:[PATH:]PROVIDER::NAME[/pid=PID]. May be repeated." },
	{ .name = "pid",
	  .type = OPTION_UINT,
	  .value = "PID",
	  AT(to.pid),
	  .max = INT_MAX,
	  .help = "The process whose usdt probes are meant where a probe does not say it: it may "
		  "live in a container. Without one a probe needs a PATH, and is one of all "
		  "processes that run this file." },
	{ .name = "filter-packet",
	  .letter = 'f',
	  .type = OPTION_STRING,
	  .value = "FILTER",
	  AT(to.filter_packet),
	  .help = "Only packets whose bytes match a filter as in pcap-filter(7), for example "
		  "'tcp port 443'." },
	{ .name = "filter-inner",
	  .type = OPTION_STRING,
	  .value = "FILTER",
	  AT(to.filter_inner),
	  .help = "Only packets that match such a filter once they are out of all tunnels (VXLAN, "
		  "Geneve, GRE, IP in IP): in one, the packet inside is looked at; in front of "
		  "and behind it, or without any, the packet as it is. With -f both must "
		  "match." },
	{ .name = "filter-meta",
	  .letter = 'm',
	  .type = OPTION_STRING,
	  .value = "FILTER",
	  AT(to.filter_meta),
	  .help = "Only packets whose metadata match, for example 'sk_buff.mark == 0x1 and "
		  "sk_buff.dev.name == \"eth0\"': members of the kernel's struct sk_buff, see "
		  "docs/filters.md. Or whose calls do: 'arg.budget > 16', 'ret < 0'." },
	{ .name = "fields",
	  .type = OPTION_STRING,
	  .value = "PATHS",
	  AT(to.fields),
	  .help = "Collect these, too: up to 16 members of the kernel's struct sk_buff and of what "
		  "it leads to ('len, dev.mtu'), of task_struct, arguments of functions (arg.NAME) "
		  "and what these return (ret); see docs/fields.md." },
	{ .name = "stack",
	  .type = OPTION_FLAG,
	  AT(to.stack),
	  .help = "Add a stack trace to every event; '/stack' behind a probe does it for that "
		  "one." },
	{ .name = "probe-stack",
	  .type = OPTION_FLAG,
	  AT(to.probe_stack),
	  .help = "Probe the functions seen in the stack traces of events, so that the way of "
		  "packets shows itself; needs a filter. Traces are shown only where they were "
		  "asked for. The default probes then are where packets end." },
	{ .name = "cmd",
	  .type = OPTION_STRING,
	  .value = "COMMAND",
	  AT(to.command),
	  .help = "Run a shell command once the probes are attached and stop when it ends. What "
		  "it prints goes to the standard error. If the collection ends first, the command "
		  "goes on." },
	{ .name = "no-track",
	  .type = OPTION_FLAG,
	  AT(to.no_track),
	  .help = "Do not track packets: each probe looks for itself whether a packet passes the "
		  "filters, and events do not tell which packet they are about, nor, where a "
		  "function returns, what is in it." },
	{ .name = "track-size",
	  .type = OPTION_UINT,
	  .value = "COUNT",
	  AT(to.track_size),
	  .min = 1,
	  .max = 1u << 24,
	  .help = "Packets that can be tracked at one time." },
	{ .name = "sort",
	  .type = OPTION_FLAG,
	  AT(to.sort),
	  .help = "Print the events of each packet together, as 'retis sort' does, once it has "
		  "ended." },
	{ .name = "sort-timeout",
	  .type = OPTION_UINT,
	  .value = "SECONDS",
	  AT(to.sort_timeout),
	  .min = 1,
	  .max = 3600,
	  .help = "With --sort: print what there is of a packet once it had no event for that "
		  "long." },
	{ .name = "cmd-quiet",
	  .type = OPTION_FLAG,
	  AT(to.command_quiet),
	  .help = "Throw away what the command prints." },
	{ .name = "cmd-status",
	  .type = OPTION_FLAG,
	  AT(command_status),
	  .help = "End with the exit status of the command, 128 and the number if a signal ended "
		  "it; 1 if the collection failed." },
	{ .name = "stop-after",
	  .type = OPTION_UINT,
	  .value = "COUNT",
	  AT(to.stop_after),
	  .help = "Stop after that many events; 0: no limit." },
	{ .name = "kconf",
	  .type = OPTION_STRING,
	  .value = "PATH",
	  AT(to.kconf),
	  .help = "The kernel's configuration, plain or gzip; by default /proc/config.gz, "
		  "/boot/config-RELEASE, /lib/modules/RELEASE/config or the same below "
		  "/run/host/usr." },
	{ .name = "buffer-size",
	  .type = OPTION_SIZE,
	  .value = "SIZE",
	  AT(to.buffer_size),
	  .min = 4096,
	  .max = 1ULL << 34,
	  .help = "Memory for events on their way from the kernel, with K, M or G. Each part is "
		  "rounded up to a power of two." },
	{ .name = "buffer-shards",
	  .type = OPTION_UINT,
	  .value = "COUNT",
	  AT(to.buffer_shards),
	  .max = 64,
	  .help = "Parts of that memory, each for its share of the processors; 0: one for every "
		  "four processors." },
	{ .name = "on-loss",
	  .type = OPTION_CHOICE,
	  .value = "POLICY",
	  AT(to.on_loss),
	  .choices = loss_policies,
	  .help = "When events get lost: warn and go on, or exit." },
};

static const struct option_spec filtering[] = {
	{ .name = "filter-netns",
	  .type = OPTION_STRINGS,
	  .value = "NETNS",
	  AT(who[WHO_NETNS]),
	  .help = "Only packets in this network namespace: its name, a container's id, a path, a "
		  "process in it, or its number. That of the packet's device, or of its socket "
		  "where it has no "
		  "device. This filter and those below may be repeated: one is enough; of "
		  "different ones all must pass." },
	{ .name = "filter-ifname",
	  .type = OPTION_STRINGS,
	  .split = true,
	  .value = "NAME",
	  AT(who[WHO_IFNAME]),
	  .help = "Only packets at a device of this name; '*' at its end stands for anything." },
	{ .name = "filter-pid",
	  .type = OPTION_STRINGS,
	  .split = true,
	  .value = "PID",
	  AT(who[WHO_PID]),
	  .help = "Only packets that this process, its children, or theirs (four generations) are "
		  "at work on, not those handled in interrupts." },
	{ .name = "filter-comm",
	  .type = OPTION_STRINGS,
	  .value = "NAME",
	  AT(who[WHO_COMM]),
	  .help = "Only packets that a task of this name is at work on, not those handled in "
		  "interrupts." },
	{ .name = "filter-cgroup",
	  .type = OPTION_STRINGS,
	  .value = "CGROUP",
	  AT(who[WHO_CGROUP]),
	  .help = "Only packets of sockets made in this cgroup (version 2) or below: its path, or "
		  "the id of a container that names one. Packets without a socket do not pass." },
	{ .name = "filter-mark",
	  .type = OPTION_STRINGS,
	  .value = "MARK",
	  AT(who[WHO_MARK]),
	  .help = "Only packets with this mark, NUMBER or NUMBER/MASK." },
};

static const struct option_spec rates[] = {
	{ .name = "sample",
	  .type = OPTION_STRING,
	  .value = "1/N",
	  AT(sample),
	  .help = "Of N packets that pass the filters collect one, drawn by chance: all its "
		  "events, "
		  "and none of the others, if packets are tracked; else of N events one." },
	{ .name = "limit-rate",
	  .type = OPTION_UINT,
	  .value = "COUNT",
	  AT(to.rate_limit),
	  .min = 1,
	  .help = "Collect at most that many events a second. What is left out is counted, and no "
		  "loss." },
};

static const struct option_spec storing[] = {
	{ .name = "out",
	  .letter = 'o',
	  .type = OPTION_STRING,
	  .value = "FILE",
	  .implied = "retis.data",
	  AT(to.out),
	  .help = "Store events in a file, by default retis.data, instead of printing them. What "
		  "was in it is lost. - stands for the standard output." },
	{ .name = "print",
	  .type = OPTION_FLAG,
	  AT(to.print_too),
	  .help = "Print events even if they are stored. What the terminal is too slow for is in "
		  "the file only." },
	{ .name = "out-rotate",
	  .type = OPTION_STRING,
	  .value = "LIMIT",
	  AT(out_rotate),
	  .help = "Begin a new file before one gets larger than that many MB or GB (MiB, GiB), or "
		  "after a time: 30s, 10m, 1h. Files that are complete are called FILE.0, FILE.1 "
		  "and so on." },
	{ .name = "out-keep",
	  .type = OPTION_UINT,
	  .value = "COUNT",
	  AT(to.keep),
	  .max = 1000000,
	  .help = "Of these files keep only the last COUNT; 0: all." },
	{ .name = "host-name",
	  .type = OPTION_STRING,
	  .value = "NAME",
	  AT(host_name),
	  .help = "What the file calls this machine; by default it is the machine's own name, "
		  "together with its id from /etc/machine-id, which is left out with a NAME." },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

bool cmd_collect_has_option(const char *name)
{
	static const struct {
		const struct option_spec *specs;
		size_t n;
	} tables[] = {
		{ collecting, COUNT(collecting) },
		{ filtering, COUNT(filtering) },
		{ rates, COUNT(rates) },
		{ storing, COUNT(storing) },
	};

	for (size_t t = 0; t < COUNT(tables); t++)
		for (size_t i = 0; i < tables[t].n; i++)
			if (tables[t].specs[i].name && !strcmp(tables[t].specs[i].name, name))
				return true;
	return display_has_option(name);
}

static int add_collect_options(struct options *o, struct args *args, struct globals *globals,
			       struct plugins *plugins)
{
	int err = options_add(o, "Options", collecting, COUNT(collecting), args);

	if (!err)
		err = options_add(o, "Who and where", filtering, COUNT(filtering), args);
	if (!err)
		err = options_add(o, "Rates", rates, COUNT(rates), args);
	if (!err)
		err = options_add(o, "Event file", storing, COUNT(storing), args);
	if (!err)
		err = display_add(o, &args->display);
	for (size_t i = 0; i < plugins->n && !err; i++)
		err = options_add_plugin(o, &plugins->list[i]->desc, plugins->list[i]->state);
	return err ? err : globals_add(o, globals);
}

/* CLOCK_REALTIME - CLOCK_MONOTONIC, taken once so that all events agree. */
static int64_t clock_offset(void)
{
	struct timespec real, mono;

	clock_gettime(CLOCK_MONOTONIC, &mono);
	clock_gettime(CLOCK_REALTIME, &real);
	return (real.tv_sec - mono.tv_sec) * 1000000000LL + (real.tv_nsec - mono.tv_nsec);
}

static bool is_installed_collector(const struct plugins *plugins, const char *name)
{
	return !strcmp(name, "auto") || plugins_find(plugins, name);
}

/* A profile names a collector that is not installed: so its options are unknown, too. */
static bool presets_lack_plugin(const struct globals *globals, const struct plugins *plugins)
{
	bool lack = false;

	for (size_t i = 0; i < globals->n_presets; i++) {
		const char *value = globals->presets[i].value;

		if (strcmp(globals->presets[i].name, "collectors"))
			continue;
		for (size_t n; value && *value && !lack; value += n + (value[n] == ',')) {
			char name[64];

			n = strcspn(value, ",");
			snprintf(name, sizeof(name), "%.*s", (int)(n < 64 ? n : 63), value);
			lack = !is_installed_collector(plugins, name);
		}
	}
	return lack;
}

/* Of the collectors that profiles name, those that are not installed. */
static int drop_collectors(const struct options *o, struct args *args,
			   const struct plugins *plugins)
{
	size_t wished = options_preset_items(o, "collectors"), kept = 0;
	struct option_list *list = &args->collectors;

	for (size_t i = 0; i < list->n; i++) {
		char *name = list->items[i];

		if (i >= wished || is_installed_collector(plugins, name)) {
			args->to.wished_collectors += i < wished;
			list->items[kept++] = name;
			continue;
		}
		log_warn("No collector '%s' is installed: the profile goes on without it", name);
		free(name);
	}
	list->n = kept;
	args->to.wished_probes = options_preset_items(o, "probe");
	if (wished && !kept)
		return options_usage_error(o, "none of the profile's collectors is installed "
					      "(see 'retis plugin list')");
	return 0;
}

static int check_collectors(const struct options *o, const struct args *args,
			    struct plugins *plugins)
{
	for (size_t i = args->to.wished_collectors; i < args->collectors.n; i++) {
		const char *name = args->collectors.items[i];
		struct nearest nearest = { .wanted = name };
		char near[128];

		if (is_installed_collector(plugins, name))
			continue;
		if (!name[strspn(name, "0123456789")])
			return options_usage_error(o, "-c takes collectors: --stop-after %s", name);
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

static int check_command(const struct options *o, const struct args *args)
{
	if (args->to.command || !(args->to.command_quiet || args->command_status))
		return 0;
	return options_usage_error(o, "'--cmd-%s' needs '--cmd'",
				   args->to.command_quiet ? "quiet" : "status");
}

static int check_sort(const struct options *o, const struct args *args)
{
	if (args->to.sort && args->to.no_track)
		return options_usage_error(o, "'--sort' is not possible with '--no-track': events "
					      "do not tell which packet they are about");
	if (args->to.sort && args->to.out && !args->to.print_too)
		return options_usage_error(o, "'--sort' with '--out' needs '--print': the file is "
					      "sorted by 'retis sort'");
	return 0;
}

static int check_sample(const struct options *o, struct args *args)
{
	const char *text = args->sample;
	char *end = NULL;
	unsigned long n = text && !strncmp(text, "1/", 2) && text[2] >= '1' && text[2] <= '9'
				  ? strtoul(text + 2, &end, 10)
				  : 0;

	if (text && (!n || *end || n > UINT32_MAX))
		return options_usage_error(o, "invalid value '%s' for '--sample': 1/N, one of N",
					   text);
	args->to.sample_of = (uint32_t)n;
	return 0;
}

static int check_out(const struct options *o, struct args *args)
{
	const char *lonely = args->out_rotate ? "--out-rotate" : "--out-keep";

	if (!args->to.out && (args->out_rotate || args->to.keep))
		return options_usage_error(o, "'%s' needs '--out'", lonely);
	if (args->to.keep && !args->out_rotate)
		return options_usage_error(o, "'--out-keep' needs '--out-rotate'");
	if (args->host_name && (!args->to.out || !*args->host_name))
		return options_usage_error(o, args->to.out ? "invalid value '' for '--host-name'"
							   : "'--host-name' needs '--out'");
	if (args->to.out && !*args->to.out)
		return options_usage_error(o, "invalid value '' for '--out': needs a file name");
	if (args->to.out && !strcmp(args->to.out, "-") && args->to.print_too)
		return options_usage_error(o, "'--print' and '--out -' both need the standard "
					      "output");
	if (args->to.out && !strcmp(args->to.out, "-") && isatty(STDOUT_FILENO))
		return options_usage_error(o, "'--out -' does not write an event file to a "
					      "terminal");
	if (args->out_rotate && limit_parse(args->out_rotate, &args->to.rotate))
		return options_usage_error(o,
					   "invalid value '%s' for '--out-rotate': needs a number "
					   "above 0 and MB, GB, MiB, GiB, s, m or h",
					   args->out_rotate);
	return 0;
}

static void take_lists(struct args *args)
{
	static const char *const automatic[] = { "auto" };
	struct collect_options *to = &args->to;

	to->collectors =
		args->collectors.n ? (const char *const *)args->collectors.items : automatic;
	to->n_collectors = args->collectors.n ? args->collectors.n : 1;
	to->probes = (const char *const *)args->probes.items;
	to->n_probes = args->probes.n;
	for (int i = 0; i < WHO_KINDS; i++)
		to->who.names[i] = (struct who_names){ (const char *const *)args->who[i].items,
						       args->who[i].n };
}

static int run_session(struct args *args, struct plugins *plugins, collect_run *run)
{
	int status = 0;

	take_lists(args);
	args->to.print = display_options(&args->display);
	args->to.print.clock_offset = clock_offset();
	args->to.command_status = &status;
	args->to.version = retis_version();
	collect_host_read(&args->to.host, args->host_name);
	if (run(&args->to, plugins))
		return EXIT_RUNTIME;
	return args->command_status ? status : 0;
}

int collect_command(struct options *o, int argc, char **argv, struct globals *globals,
		    collect_run *run)
{
	struct args args = {
		.to = { .buffer_size = 16 << 20, .track_size = 65536, .sort_timeout = 2 }
	};
	struct plugins plugins = {};
	char *command_line = globals_command_line(globals, argc, argv);
	int err, status;

	err = globals_load_plugins(globals, argc, argv, &plugins);
	if (!err)
		err = add_collect_options(o, &args, globals, &plugins);
	o->lenient = presets_lack_plugin(globals, &plugins);
	if (!err)
		err = options_parse(o, argc, argv);
	if (!err)
		err = drop_collectors(o, &args, &plugins);
	if (!err)
		err = check_collectors(o, &args, &plugins);
	if (!err)
		err = check_command(o, &args);
	if (!err)
		err = check_sort(o, &args);
	if (!err)
		err = check_sample(o, &args);
	if (!err)
		err = check_out(o, &args);
	args.to.command_line = command_line;
	status = err ? options_exit_code(o, err) : run_session(&args, &plugins, run);
	free(command_line);
	options_fini(o);
	option_list_fini(&args.collectors);
	for (int i = 0; i < WHO_KINDS; i++)
		option_list_fini(&args.who[i]);
	option_list_fini(&args.probes);
	plugins_fini(&plugins);
	return status;
}

#define ONE_DEVICE "packets of one device are chosen with -m 'sk_buff.dev.name == \"eth0\"'"
static const struct option_habit habits[] = {
	{ "-i", ONE_DEVICE },
	{ "--interface", ONE_DEVICE },
	{ "-n", "addresses and ports are always printed as numbers, so leave it out" },
	{ "-w", "events are stored with -o FILE" },
	{ "-v", "more is told by 'retis --log-level debug collect'" },
	{ "-r", "files are read by 'retis print FILE'" },
	{},
};

int cmd_collect(int argc, char **argv, struct globals *globals)
{
	struct options o = { .command = "retis collect",
			     .about = "Attaches probes to the kernel and prints or stores what "
				      "collectors find out about each packet there.",
			     .habits = habits,
			     .stray = "a packet filter goes behind -f, as one word: -f 'tcp port "
				      "443'; a probe behind -p" };

	return collect_command(&o, argc, argv, globals, session_run);
}
