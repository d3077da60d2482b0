/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retis merge: the events of several hosts in one file. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/cli/command.h"
#include "core/cli/input_args.h"
#include "core/cli/stop.h"
#include "core/file/place.h"
#include "core/convert/merge.h"
#include "core/plugin/plugin.h"
#include "core/util/escape.h"
#include "core/util/log.h"

struct args {
	struct option_list operands;
	struct option_list host_names;
	const char *out;
};

#define AT(member) .offset = offsetof(struct args, member)

static const struct option_spec specs[] = {
	{ .name = "out",
	  .letter = 'o',
	  .type = OPTION_STRING,
	  .value = "OUT",
	  AT(out),
	  .help = "The event file to write; - stands for the standard output." },
	{ .name = "host-name",
	  .type = OPTION_STRINGS,
	  .value = "NAME",
	  AT(host_names),
	  .help = "What the host of a file is called: once for each FILE, in their order. Without "
		  "it, hosts have the names their files say, else that of the file." },
};

struct merger {
	const struct args *args;
	struct writer *writer;
	struct copy copy;
	struct merge merge;
	struct input **inputs;
	/* Of files without one. */
	char (*names)[256];
	char (*files)[256];
};

static bool is_stopped(void *arg)
{
	(void)arg;
	return stop_requested();
}

/* "/var/tmp/web1.data.." is of web1. */
static void name_host_by_file(const char *file, char *name, size_t size)
{
	static const char *const endings[] = { "..", ".data", ".json", ".jsonl" };
	const char *slash = strrchr(file, '/');
	size_t n;

	snprintf(name, size, "%s", !strcmp(file, "-") ? "stdin" : slash ? slash + 1 : file);
	n = strlen(name);
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t m = strlen(endings[i]);

		if (n > m && !strcmp(name + n - m, endings[i]))
			name[n -= m] = '\0';
	}
}

static void prepare_source(struct merger *m, size_t i)
{
	const struct args *args = m->args;
	struct merge_source *s = &m->merge.sources[i];

	escape_text(m->files[i], sizeof(m->files[i]), args->operands.items[i]);
	name_host_by_file(args->operands.items[i], m->names[i], sizeof(m->names[i]));
	*s = (struct merge_source){
		.in = m->inputs[i],
		.file = m->files[i],
		.named = args->host_names.n > 0,
		.host_name = args->host_names.n ? args->host_names.items[i] : m->names[i],
	};
}

/* While there are privileges; nothing of what is there is lost yet. */
static int open_output(void *arg)
{
	struct merger *m = arg;
	/* It was compressed well before; with the usual level, merging takes a third longer. */
	const struct writer_options options = { .path = m->args->out, .copy = true, .level = 1 };
	char why[WRITER_WHY_SIZE];
	int err;

	if (place_waits(m->args->out))
		log_info("Waiting for a reader of '%s'", m->args->out);
	err = writer_open(&options, &m->writer, why);
	if (err) {
		log_fatal("%s", why);
		return err;
	}
	m->merge.copy = &m->copy;
	return copy_init(&m->copy, m->writer);
}

static int close_output(struct merger *m)
{
	struct writer_result result = { 0 };

	if (m->copy.dropped)
		log_warn("%" PRIu64 " sections were left out: the files have different versions of "
			 "them",
			 m->copy.dropped);
	if (m->writer) {
		writer_close(m->writer, &result);
		copy_fini(&m->copy);
	}
	if (!result.error)
		return 0;
	log_fatal("%s", result.why);
	return EXIT_RUNTIME;
}

static void tell_merge_result(const struct merger *m)
{
	const struct merge *r = &m->merge;

	if (r->n_unsure && r->n_hosts > 1)
		log_warn("%" PRIu32 " of %" PRIu32
			 " hosts do not tell how right their clocks were: "
			 "so sure is the order",
			 r->n_unsure, r->n_hosts);
	if (r->lost)
		log_info("%" PRIu64 " event(s) were lost when they were collected", r->lost);
	if (strcmp(m->args->out, "-"))
		log_info("%" PRIu64 " event(s) of %" PRIu32 " host(s) written to %s", r->events,
			 r->n_hosts, m->args->out);
}

static int merge_files(struct merger *m)
{
	int status, err;

	for (size_t i = 0; i < m->merge.n; i++)
		prepare_source(m, i);
	m->merge.stopped = is_stopped;
	stop_catch();
	err = merge_run(&m->merge);
	merge_fini(&m->merge);
	status = close_output(m);
	if (err == -ENOMEM)
		log_fatal("merging ends: %s", strerror(ENOMEM));
	if (!err && !status)
		tell_merge_result(m);
	return status ? status : err ? EXIT_RUNTIME : 0;
}

static int run_merge(const struct options *o, struct merger *m, const struct plugins *plugins)
{
	const struct input_options options = { .plugins = plugins,
					       .opened = open_output,
					       .arg = m };
	size_t n = m->args->operands.n;
	int status, err = 0;

	m->merge.n = n;
	m->inputs = calloc(n, sizeof(*m->inputs));
	m->merge.sources = calloc(n, sizeof(*m->merge.sources));
	m->names = calloc(n, sizeof(*m->names));
	m->files = calloc(n, sizeof(*m->files));
	if (!m->inputs || !m->merge.sources || !m->names || !m->files)
		err = -ENOMEM;
	if (!err)
		err = input_args_open_all(o, &m->args->operands, &options, m->inputs);
	if (err)
		close_output(m);
	if (err)
		status = err == -EINVAL ? EXIT_USAGE : EXIT_RUNTIME;
	else
		status = merge_files(m);
	for (size_t i = 0; m->inputs && i < n; i++)
		input_close(m->inputs[i]);
	free(m->inputs);
	free(m->merge.sources);
	free(m->names);
	free(m->files);
	return status;
}

static int check_merge_args(const struct options *o, const struct args *args)
{
	const struct option_list *files = &args->operands, *names = &args->host_names;

	if (!args->out || !*args->out)
		return options_usage_error(o, "needs '--out' and a file to write");
	if (names->n && names->n != files->n)
		return options_usage_error(o,
					   "'--host-name' is given %zu times for %zu files: it "
					   "names the hosts of all or of none",
					   names->n, files->n);
	for (size_t i = 0; i < files->n; i++) {
		struct option_list one = { files->items + i, 1 };

		if (input_args_is_file(&one, args->out))
			return options_usage_error(o,
						   "'%s' can't be written: it is one of the files "
						   "to merge",
						   args->out);
		if (i < names->n && !*names->items[i])
			return options_usage_error(o, "invalid value '' for '--host-name'");
	}
	return 0;
}

int cmd_merge(int argc, char **argv, struct globals *globals)
{
	struct args args = { 0 };
	const struct option_operand operand = {
		"FILE...",
		"Event files of any kind; FILE.. for one and the rotated ones behind it, - for the "
		"standard input.",
		1, RETIS_HOSTS_MAX, &args.operands
	};
	struct options o = {
		.command = "retis merge",
		.about = "Joins event files of several hosts or namespaces into one, in "
			 "the order of time.",
		.operand = &operand
	};
	struct plugins plugins = { 0 };
	struct merger *m = calloc(1, sizeof(*m));
	char *command_line = globals_command_line(globals, argc, argv);
	int status, err = m && command_line ? 0 : -ENOMEM;

	if (!err)
		err = options_add(&o, "Options", specs, sizeof(specs) / sizeof(specs[0]), &args);
	if (!err)
		err = globals_add(&o, globals);
	if (!err)
		err = options_parse(&o, argc, argv);
	if (!err)
		err = check_merge_args(&o, &args);
	if (!err)
		err = globals_load_plugins(globals, 0, argv, &plugins);
	if (!err) {
		m->args = &args;
		m->merge.version = retis_version();
		m->merge.command_line = command_line;
	}
	status = err ? options_exit_code(&o, err) : run_merge(&o, m, &plugins);
	options_fini(&o);
	option_list_fini(&args.operands);
	option_list_fini(&args.host_names);
	plugins_fini(&plugins);
	free(command_line);
	free(m);
	return status;
}
