/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retis inspect: what could be probed on this machine. */
#include <errno.h>
#include <limits.h>

#include "core/cli/command.h"
#include "core/inspect/inspect.h"
#include "core/plan/plan.h"
#include "core/plugin/plugin.h"
#include "core/probe/capture.h"
#include "core/util/log.h"

enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
};

struct args {
	const char *pattern;
	const char *kconf;
	uint64_t pid;
	uint8_t features;
	uint8_t details;
	unsigned int format;
};

static const struct retis_choice formats[] = {
	{ "text", FORMAT_TEXT },
	{ "json", FORMAT_JSON },
	{},
};

#define AT(member) .offset = offsetof(struct args, member)

static const struct option_spec specs[] = {
	{ .name = "probe",
	  .letter = 'p',
	  .type = OPTION_STRING,
	  .value = "PATTERN",
	  .implied = "*",
	  AT(pattern),
	  .help = "List the probes that some collector can use: functions and tracepoints, or "
		  "those of a type, [TYPE:]NAME as for 'retis collect'; '*' in a name stands for "
		  "anything." },
	{ .name = "pid",
	  .type = OPTION_UINT,
	  .value = "PID",
	  AT(pid),
	  .max = INT_MAX,
	  .help = "List the usdt probes of this process, in its program and libraries; or those "
		  "of a PATTERN, usdt:PROVIDER::NAME." },
	{ .name = "long",
	  .letter = 'l',
	  .type = OPTION_FLAG,
	  AT(details),
	  .help = "Also list their arguments, the collectors that would report there, and how "
		  "they would be attached." },
	{ .name = "features",
	  .type = OPTION_FLAG,
	  AT(features),
	  .help = "List what this kernel offers for tracing, and what each is used for." },
	{ .name = "kconf",
	  .type = OPTION_STRING,
	  .value = "PATH",
	  AT(kconf),
	  .help = "The kernel's configuration, plain or gzip, if it isn't where kernels have "
		  "it." },
	{ .name = "format",
	  .type = OPTION_CHOICE,
	  .value = "FORMAT",
	  AT(format),
	  .choices = formats,
	  .help = "How to print." },
};

static int run_inspection(const struct args *args, const struct plugins *plugins)
{
	const char *pattern = args->pattern || !args->pid ? args->pattern : "usdt:*::*";
	struct inspect what = { .kernel = kernel_new(),
				.plugins = plugins,
				.pid = (pid_t)args->pid,
				.out = stdout,
				.details = args->details,
				.json = args->format == FORMAT_JSON };
	int err;

	if (!what.kernel)
		return -ENOMEM;
	libbpf_log_init();
	err = plan_use_config(what.kernel, args->kconf);
	if (!err && args->features)
		err = inspect_features(&what);
	if (!err && pattern)
		err = inspect_probes(&what, pattern);
	kernel_free(what.kernel);
	return err;
}

int cmd_inspect(int argc, char **argv, struct globals *globals)
{
	struct options o = { .command = "retis inspect",
			     .about = "Shows what can be probed on this machine, and what this "
				      "kernel offers." };
	struct args args = { 0 };
	struct plugins plugins = {};
	int err = options_add(&o, "Options", specs, sizeof(specs) / sizeof(specs[0]), &args);
	int status;

	if (!err)
		err = globals_add(&o, globals);
	if (!err)
		err = options_parse(&o, argc, argv);
	if (!err && !args.pattern && !args.features && !args.kconf && !args.pid) {
		options_help(&o, stderr);
		options_fini(&o);
		return EXIT_USAGE;
	}
	if (!err)
		err = globals_load_plugins(globals, 0, NULL, &plugins);
	status = err				   ? options_exit_code(&o, err)
		 : run_inspection(&args, &plugins) ? EXIT_RUNTIME
						   : 0;
	options_fini(&o);
	plugins_fini(&plugins);
	return status;
}
