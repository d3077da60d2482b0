/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps of a collection one by one. What they log becomes part of the
 * report, and after a step that fails the others go on as far as they can.
 */
#include "core/doctor/doctor.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/plan/filters.h"
#include "core/plugin/can_run.h"
#include "core/probe/capture.h"
#include "core/util/log.h"

void doctor_heading(struct doctor *d, const char *heading)
{
	fprintf(d->out, "%s\n", heading);
}

void doctor_say(struct doctor *d, enum finding finding, const char *format, ...)
{
	static const char *const labels[] = { "ok", "note", "PROBLEM" };
	va_list args;

	d->problems += finding == FINDING_PROBLEM;
	fprintf(d->out, "  %-7s  ", labels[finding]);
	va_start(args, format);
	vfprintf(d->out, format, args);
	va_end(args);
	fputc('\n', d->out);
}

int doctor_listen(struct doctor_log *log)
{
	*log = (struct doctor_log){};
	log->file = open_memstream(&log->text, &log->size);
	if (!log->file)
		return -ENOMEM;
	log_redirect(log->file);
	return 0;
}

int doctor_tell(struct doctor *d, struct doctor_log *log, int err, bool talkative)
{
	log_redirect(NULL);
	if (fclose(log->file))
		err = err ? err : -ENOMEM;
	for (char *line = log->text, *next; (err || talkative) && line && *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		doctor_say(d, err && !*next ? FINDING_PROBLEM : FINDING_NOTE, "%s", line);
	}
	if (err && (!log->text || !*log->text))
		doctor_say(d, FINDING_PROBLEM, "%s", strerror(-err));
	free(log->text);
	return err;
}

static int run_step(struct doctor *d, int (*step)(struct plan *plan), bool talkative)
{
	struct doctor_log log;
	int err = doctor_listen(&log);

	return err ? err : doctor_tell(d, &log, step(&d->plan), talkative);
}

static void look_at_options(struct doctor *d)
{
	if (!d->plan.options->probe_stack)
		return;
	doctor_heading(d, "Options");
	if (!run_step(d, plan_check_options, true))
		doctor_say(d, FINDING_OK, "--probe-stack comes with a filter");
}

static int check_privileges(struct plan *plan)
{
	(void)plan;
	return plan_check_privileges();
}

static void look_at_privileges(struct doctor *d)
{
	doctor_heading(d, "Privileges");
	d->privileged = !run_step(d, check_privileges, true);
	if (d->privileged)
		doctor_say(d, FINDING_OK, "this process may load BPF programs");
}

static bool is_asked(const struct collect_options *options, const struct plugins *plugins,
		     const struct plugin *plugin)
{
	for (size_t i = options->wished_collectors; i < options->n_collectors; i++)
		if (plugins_find(plugins, options->collectors[i]) == plugin)
			return true;
	return false;
}

/* By a profile, which does without if need be. */
static bool is_wished(const struct collect_options *options, const struct plugins *plugins,
		      const struct plugin *plugin)
{
	for (size_t i = 0; i < options->wished_collectors; i++)
		if (plugins_find(plugins, options->collectors[i]) == plugin)
			return true;
	return false;
}

static bool is_automatic(const struct collect_options *options)
{
	for (size_t i = 0; i < options->n_collectors; i++)
		if (!strcmp(options->collectors[i], "auto"))
			return true;
	return false;
}

static void look_at_collectors(struct doctor *d)
{
	const struct collect_options *options = d->plan.options;
	struct plugins *plugins = d->plan.plugins;
	char reason[256];

	doctor_heading(d, "Collectors");
	for (size_t i = 0; i < plugins->n; i++) {
		const struct plugin *plugin = plugins->list[i];
		bool asked = is_asked(options, plugins, plugin);

		if (!plugin_collects(plugin) ||
		    (!asked && !is_wished(options, plugins, plugin) &&
		     (!is_automatic(options) || plugin->desc.on_request)))
			continue;
		if (!plugin_can_run(plugin, d->plan.kernel, reason, sizeof(reason)))
			doctor_say(d, FINDING_OK, "%s", plugin->desc.name);
		else
			doctor_say(d, asked ? FINDING_PROBLEM : FINDING_NOTE, "%s: %s",
				   plugin->desc.name, reason);
	}
}

static void look_at_the_rest(struct doctor *d)
{
	unsigned int before = d->problems;
	int err;

	look_at_collectors(d);
	if (d->problems > before)
		return;
	/* Who takes part was said already. */
	err = run_step(d, plan_choose_collectors, false);
	if (!err)
		err = run_step(d, plan_compile_filters, true);
	if (!err)
		err = run_step(d, plan_parse_fields, true);
	if (!err && d->privileged)
		err = run_step(d, plan_setup_collectors, true);
	if (!err)
		doctor_probes(d);
}

static int print_conclusion(struct doctor *d)
{
	if (d->problems)
		fprintf(d->out, "\nThis collection would not work: %u problem(s), see above.\n",
			d->problems);
	else
		fprintf(d->out, "\nThis collection would work.\n");
	return d->problems ? -ENOTSUP : 0;
}

int doctor_report(const struct collect_options *options, struct plugins *plugins, FILE *out)
{
	struct doctor d = { .plan = { .options = options, .plugins = plugins }, .out = out };
	int err;

	libbpf_log_init();
	look_at_options(&d);
	look_at_privileges(&d);
	d.contained = doctor_container(&d);
	doctor_heading(&d, "Kernel");
	err = run_step(&d, plan_prepare, true);
	if (!err) {
		doctor_settings(&d);
		look_at_the_rest(&d);
	}
	err = print_conclusion(&d);
	loaded_fini(&d.loaded);
	plan_fini(&d.plan);
	loaded_detach_wait(&d.loaded);
	return err;
}

int doctor_print(const struct collect_options *options, struct plugins *plugins)
{
	return doctor_report(options, plugins, stdout);
}
