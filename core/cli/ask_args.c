/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/cli/ask_args.h"

#include <errno.h>

#include "core/util/log.h"

#define AT(member) .offset = offsetof(struct ask_args, member)

static const struct option_spec specs[] = {
	{ .name = "filter-packet",
	  .letter = 'f',
	  .type = OPTION_STRING,
	  .value = "EXPR",
	  AT(packet),
	  .help = "Only events whose packet, as far as it was stored, passes this filter, in the "
		  "language of pcap-filter(7)." },
	{ .name = "filter-inner",
	  .type = OPTION_STRING,
	  .value = "EXPR",
	  AT(inner),
	  .help = "Only events whose packet, once it is out of all tunnels (VXLAN, Geneve, GRE, IP "
		  "in IP), passes such a filter." },
	{ .name = "filter-meta",
	  .letter = 'm',
	  .type = OPTION_STRING,
	  .value = "EXPR",
	  AT(meta),
	  .help = "Only events that meet this condition, with names as in JSON: 'dev.name == "
		  "\"eth0\" && packet.len > 1000', 'skb-drop'." },
	{ .name = "series",
	  .type = OPTION_FLAG,
	  AT(series),
	  .help = "With a filter: all events of a packet of which one passes. The file is read "
		  "twice." },
};

int ask_args_add(struct options *o, struct ask_args *args)
{
	return options_add(o, "Filters", specs, sizeof(specs) / sizeof(specs[0]), args);
}

int ask_args_open(const struct options *o, struct ask_args *args,
		  const struct option_list *operands, struct input_options *options,
		  struct input **out)
{
	const struct ask_options ask = {
		.packet = args->packet,
		.inner = args->inner,
		.meta = args->meta,
		.series = args->series,
		.plugins = options->plugins,
	};
	int err;

	if (args->series && !ask_args_given(args))
		return options_usage_error(o, "--series is for --filter-packet, "
					      "--filter-inner or --filter-meta");
	if (args->series && options->follow)
		return options_usage_error(o, "--series reads its input twice and can't follow it");
	err = ask_new(&ask, &args->ask);
	options->filter = ask_filter(args->ask);
	if (!err)
		err = input_args_open(o, operands, options, out);
	if (!err)
		err = ask_survey(args->ask, *out);
	if (err == -ENOMEM)
		log_fatal("%s", strerror(ENOMEM));
	return err;
}

void ask_args_fini(struct ask_args *args)
{
	ask_free(args->ask);
	args->ask = NULL;
}
