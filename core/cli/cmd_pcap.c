/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retis pcap: the packets of an event file, for tools that read pcapng. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/cli/ask_args.h"
#include "core/cli/command.h"
#include "core/cli/sink.h"
#include "core/cli/stop.h"
#include "core/file/place.h"
#include "core/pcap/export.h"
#include "core/plugin/plugin.h"
#include "core/util/log.h"

struct args {
	struct option_list operands;
	struct option_list probes;
	struct ask_args ask;
	const char *out;
	unsigned int interface;
	uint8_t ethernet;
	uint8_t no_schema;
	uint64_t comments;
};

enum interface_kind {
	INTERFACE_PROBE,
	INTERFACE_DEVICE,
};

static const struct retis_choice interfaces[] = {
	{ "probe", INTERFACE_PROBE },
	{ "device", INTERFACE_DEVICE },
	{},
};

static const struct retis_choice comments[] = {
	{ "text", EXPORT_TEXT },
	{ "json", EXPORT_JSON },
	{ "none", 0 },
	{},
};

#define AT(member) .offset = offsetof(struct args, member)

static const struct option_spec specs[] = {
	{ .name = "probe",
	  .letter = 'p',
	  .type = OPTION_STRINGS,
	  .value = "PROBE",
	  AT(probes),
	  .help = "Only events of this probe, [TYPE:]TARGET as for 'retis collect', '*' stands for "
		  "any characters. May be repeated. Without it: of all probes." },
	{ .name = "out",
	  .letter = 'o',
	  .type = OPTION_STRING,
	  .value = "FILE",
	  AT(out),
	  .help = "Write to FILE, - for the standard output, which is where it goes without "
		  "this." },
	{ .name = "interface",
	  .type = OPTION_CHOICE,
	  .value = "KIND",
	  AT(interface),
	  .choices = interfaces,
	  .help = "What an interface of the capture is: a probe, or a network device in its "
		  "namespace." },
	{ .name = "ethernet",
	  .type = OPTION_FLAG,
	  AT(ethernet),
	  .help = "Put an Ethernet header with zero addresses before packets that have no link "
		  "layer: tools built on libpcap (tcpdump) read files of one link type only." },
	{ .name = "comments",
	  .type = OPTION_CHOICES,
	  .value = "WHAT",
	  AT(comments),
	  .choices = comments,
	  .help = "What a packet's comments say: the event as text, and as JSON, which the "
		  "dissector for Wireshark needs." },
	{ .name = "no-schema",
	  .type = OPTION_FLAG,
	  AT(no_schema),
	  .help = "Leave out the block with the JSON schema of events, which editcap and mergecap "
		  "do not copy." },
};

struct pcap {
	/* A path, or - for the standard output. */
	const char *out;
	struct place place;
	/* `place` is. */
	bool placed;
	/* It was not there. */
	bool created;
	/* Something was written to it. */
	bool used;
	struct input *input;
	struct sink sink;
	struct selection selection;
	struct export export;
};

static bool is_stdout(const char *path)
{
	return !strcmp(path, "-");
}

/* --- output --------------------------------------------------------------- */

/* While there are privileges; nothing of what is there is lost yet. */
static int open_pcap_output(void *arg)
{
	struct pcap *p = arg;
	int fd;

	if (place_waits(p->out))
		log_info("Waiting for a reader of '%s'", p->out);
	fd = place_init(&p->place, p->out);
	p->placed = !fd;
	if (!fd)
		fd = place_open(&p->place, &p->created);
	if (fd < 0) {
		log_fatal("could not create or open '%s': %s", p->out, place_error(fd));
		return fd;
	}
	p->sink.fd = fd;
	return 0;
}

static void flush_output(struct pcap *p)
{
	if (!p->sink.text.length)
		return;
	/* A pipe or a device can't be cut, and needs not. */
	if (!p->used && !is_stdout(p->out) && ftruncate(p->sink.fd, 0) && errno != EINVAL)
		p->sink.error = -errno;
	p->used = true;
	sink_flush(&p->sink);
}

/* Before the input makes us wait: tools do so, too, at the other end of a pipe. */
static void flush_idle_pcap(void *arg)
{
	flush_output(arg);
}

static int close_pcap_output(struct pcap *p)
{
	const char *name = is_stdout(p->out) ? "the standard output" : p->out;
	int status = sink_status(&p->sink, name);

	if (p->sink.fd >= 0) {
		if (p->created && !p->used)
			place_drop(&p->place, p->sink.fd);
		if (close(p->sink.fd) && !status) {
			log_fatal("can't write to %s: %s", name, strerror(errno));
			status = EXIT_RUNTIME;
		}
	}
	if (p->placed)
		place_fini(&p->place);
	return status;
}

/* --- events --------------------------------------------------------------- */

/* 0, or a negative errno; those of the output are no others. */
static int export_all(struct pcap *p)
{
	struct input_item item;
	int err = 0, got = 1;

	while (!err && !p->sink.error && !stop_requested()) {
		got = input_next(p->input, &item);
		if (got == -EINTR)
			continue;
		if (got <= 0)
			break;
		err = export_item(&p->export, p->input, &item, &p->sink.text);
		if (!err && p->sink.text.length >= SINK_ENOUGH)
			flush_output(p);
	}
	return err ? err : got < 0 && got != -EINTR ? got : 0;
}

static void tell_unseen(const struct pcap *p, const struct option_list *probes)
{
	for (size_t i = 0; i < p->selection.n; i++) {
		if (!p->selection.seen[i])
			log_warn("%s: no event is of such a probe", probes->items[i]);
	}
}

static void tell_counts(const struct export *x)
{
	if (x->bad)
		log_warn("%llu events could not be read", (unsigned long long)x->bad);
	if (x->too_long)
		log_warn("%llu event(s) are without their JSON: it does not fit into an option",
			 (unsigned long long)x->too_long);
	if (x->without_packet)
		log_warn("%llu event(s) were skipped because of missing raw packet",
			 (unsigned long long)x->without_packet);
	if (x->lost_elsewhere)
		log_warn("%llu event(s) were lost while collecting that no interface counts",
			 (unsigned long long)x->lost_elsewhere);
	if (x->has_ethernet && x->has_other)
		log_info("packets with and without a link layer are in one file, which tcpdump "
			 "can't read; with --ethernet it can");
	log_info("%llu event(s) were processed", (unsigned long long)x->events);
}

/* The program's exit code. */
static int end_export(struct pcap *p, const struct args *args)
{
	int err;

	if (!p->export.events) {
		log_fatal(args->probes.n	       ? "Probe not found in the events"
			  : ask_args_given(&args->ask) ? "no event of a probe passes the filter"
						       : "there are no events of probes");
		return EXIT_RUNTIME;
	}
	err = export_end(&p->export, &p->sink.text);
	if (err) {
		log_fatal("%s", strerror(-err));
		return EXIT_RUNTIME;
	}
	flush_output(p);
	tell_unseen(p, &args->probes);
	tell_counts(&p->export);
	return 0;
}

static int run_export(struct pcap *p, const struct args *args)
{
	int err;

	stop_catch();
	err = export_all(p);
	if (err == -ENOMEM || err == -ENOSPC)
		log_fatal("%s", strerror(ENOMEM));
	return err ? EXIT_RUNTIME : end_export(p, args);
}

/* --- arguments ------------------------------------------------------------ */

static int parse_probes(const struct options *o, const struct option_list *probes,
			struct selection *s)
{
	char why[PROBE_WHY_SIZE];
	int err = 0;

	for (size_t i = 0; i < probes->n && !err; i++)
		err = selection_add(s, probes->items[i], why);
	return err == -EINVAL ? options_usage_error(o, "invalid value for '--probe': %s", why)
			      : err;
}

static int check_output(const struct options *o, const struct option_list *operands,
			const char *out)
{
	if (!is_stdout(out) && input_args_is_file(operands, out))
		return options_usage_error(o, "the packets can't replace the events in '%s'", out);
	if (is_stdout(out) && isatty(STDOUT_FILENO))
		return options_usage_error(o, "the packets are not for a terminal: give a file "
					      "with --out, or pipe them into a program that "
					      "reads pcapng");
	return 0;
}

static int open_all(const struct options *o, struct args *args, const struct plugins *plugins,
		    struct pcap *p)
{
	const struct export_options options = {
		.devices = args->interface == INTERFACE_DEVICE,
		.ethernet = args->ethernet,
		.no_schema = args->no_schema,
		.comments = args->comments,
	};
	struct input_options input = {
		.plugins = plugins,
		.opened = open_pcap_output,
		.idle = flush_idle_pcap,
		.arg = p,
	};
	int err = sink_init(&p->sink, -1);

	p->out = args->out ? args->out : "-";
	if (!err)
		err = parse_probes(o, &args->probes, &p->selection);

	if (!err)
		err = check_output(o, &args->operands, p->out);
	if (!err)
		err = export_init(&p->export, &options, &p->selection);
	return err ? err : ask_args_open(o, &args->ask, &args->operands, &input, &p->input);
}

static int write_pcap(const struct options *o, struct args *args, const struct plugins *plugins)
{
	struct pcap *p = calloc(1, sizeof(*p));
	int output, status, err = p ? open_all(o, args, plugins, p) : -ENOMEM;

	if (!p || err)
		status = err == -EINVAL ? EXIT_USAGE : EXIT_RUNTIME;
	else
		status = run_export(p, args);
	if (!p)
		return status;
	output = close_pcap_output(p);
	status = status ? status : output;
	input_close(p->input);
	ask_args_fini(&args->ask);
	export_fini(&p->export);
	selection_fini(&p->selection);
	sink_fini(&p->sink);
	free(p);
	return status;
}

int cmd_pcap(int argc, char **argv, struct globals *globals)
{
	struct args args = { .comments = EXPORT_TEXT | EXPORT_JSON };
	const struct option_operand operand = { INPUT_ARGS_VALUE, INPUT_ARGS_HELP, 0, 1,
						&args.operands };
	struct options o = { .command = "retis pcap",
			     .about = "Writes the packets of an event file as pcapng, for "
				      "Wireshark and others.",
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
	status = err ? options_exit_code(&o, err) : write_pcap(&o, &args, &plugins);
	options_fini(&o);
	option_list_fini(&args.operands);
	option_list_fini(&args.probes);
	plugins_fini(&plugins);
	return status;
}
