/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps of a collection one by one. What they log becomes part of the
 * report, and after a step that fails the others go on as far as they can.
 */
#include "core/session/privileges.h"
#include "core/session/doctor.h"
#include "core/session/filters.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

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

/* Runs a step of the session; what it logged becomes a finding: all of it if
 * TALKATIVE, else only if it fails. */
static int run_step(struct doctor *d, int (*step)(struct session *s), bool talkative)
{
	char *text = NULL;
	size_t size;
	FILE *log = open_memstream(&text, &size);
	int err;

	if (!log)
		return -ENOMEM;
	log_redirect(log);
	err = step(&d->session);
	log_redirect(NULL);
	if (fclose(log))
		err = err ? err : -ENOMEM;
	for (char *line = text, *next; (err || talkative) && line && *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		doctor_say(d, err && !*next ? FINDING_PROBLEM : FINDING_NOTE, "%s", line);
	}
	if (err && (!text || !*text))
		doctor_say(d, FINDING_PROBLEM, "%s", strerror(-err));
	free(text);
	return err;
}

static void look_at_options(struct doctor *d)
{
	if (!d->session.options->probe_stack)
		return;
	doctor_heading(d, "Options");
	if (!run_step(d, session_check_options, true))
		doctor_say(d, FINDING_OK, "--probe-stack comes with a filter");
}

static int check_privileges(struct session *s)
{
	(void)s;
	return session_check_privileges();
}

static void look_at_privileges(struct doctor *d)
{
	doctor_heading(d, "Privileges");
	d->privileged = !run_step(d, check_privileges, true);
	if (d->privileged)
		doctor_say(d, FINDING_OK, "this process may load BPF programs");
}

static bool is_asked(const struct session_options *options, const struct plugins *plugins,
		     const struct plugin *plugin)
{
	for (size_t i = options->wished_collectors; i < options->n_collectors; i++)
		if (plugins_find(plugins, options->collectors[i]) == plugin)
			return true;
	return false;
}

/* By a profile, which does without if need be. */
static bool is_wished(const struct session_options *options, const struct plugins *plugins,
		      const struct plugin *plugin)
{
	for (size_t i = 0; i < options->wished_collectors; i++)
		if (plugins_find(plugins, options->collectors[i]) == plugin)
			return true;
	return false;
}

static bool is_automatic(const struct session_options *options)
{
	for (size_t i = 0; i < options->n_collectors; i++)
		if (!strcmp(options->collectors[i], "auto"))
			return true;
	return false;
}

static void look_at_collectors(struct doctor *d)
{
	const struct session_options *options = d->session.options;
	struct plugins *plugins = d->session.plugins;
	char reason[256];

	doctor_heading(d, "Collectors");
	for (size_t i = 0; i < plugins->n; i++) {
		const struct plugin *plugin = plugins->list[i];
		bool asked = is_asked(options, plugins, plugin);

		if (!plugin_collects(plugin) ||
		    (!asked && !is_wished(options, plugins, plugin) &&
		     (!is_automatic(options) || plugin->desc.on_request)))
			continue;
		if (!plugin_can_run(plugin, d->session.kernel, reason, sizeof(reason)))
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
	err = run_step(d, session_choose_collectors, false);
	if (!err)
		err = run_step(d, session_compile_filters, true);
	if (!err)
		err = run_step(d, session_parse_fields, true);
	if (!err && d->privileged)
		err = run_step(d, session_setup_collectors, true);
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

int doctor_report(const struct session_options *options, struct plugins *plugins, FILE *out)
{
	struct doctor d = { .session = { .options = options, .plugins = plugins }, .out = out };
	int err;

	libbpf_log_init();
	look_at_options(&d);
	look_at_privileges(&d);
	d.contained = doctor_container(&d);
	doctor_heading(&d, "Kernel");
	err = run_step(&d, session_prepare, true);
	if (!err) {
		doctor_settings(&d);
		look_at_the_rest(&d);
	}
	err = print_conclusion(&d);
	session_fini(&d.session);
	return err;
}

int session_doctor(const struct session_options *options, struct plugins *plugins)
{
	return doctor_report(options, plugins, stdout);
}
