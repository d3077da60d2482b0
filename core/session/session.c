/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/session/session.h"

#include <errno.h>
#include <string.h>

#include "core/probe/capture.h"
#include "core/session/run.h"
#include "core/util/log.h"

/* Again without a collector that turned out to be broken. */
static int load_and_attach(struct plan *plan, struct loaded *loaded)
{
	int err;

	do {
		engine_free(loaded->engine);
		loaded->engine = NULL;
		err = load_plan(plan, loaded);
		if (!err)
			err = attach_plan(plan, loaded);
	} while (err == -EAGAIN);
	return err;
}

static int run_steps(struct plan *plan, struct loaded *loaded, struct archive *archive)
{
	struct command_limits limits;
	int err;

	command_save_limits(&limits);
	err = plan_check_options(plan);
	if (!err)
		err = plan_check_privileges();
	if (!err)
		err = archive_open(archive, plan->options);
	if (!err)
		err = plan_make(plan);
	if (!err)
		err = load_and_attach(plan, loaded);
	if (!err && !plan->options->probe_stack)
		kernel_forget(plan->kernel);
	return err ? err : run_collection(plan, loaded, archive, &limits);
}

int session_run(const struct collect_options *options, struct plugins *plugins)
{
	struct archive archive = {};
	struct plan plan = {
		.options = options,
		.plugins = plugins,
		.take_name = archive_name,
		.take_arg = &archive,
	};
	struct loaded loaded = {};
	int err;

	libbpf_log_init();
	err = run_steps(&plan, &loaded, &archive);
	if (err && err != -ECANCELED && !log_failed())
		log_fatal("%s", strerror(-err));
	archive_fini(&archive);
	loaded_fini(&loaded);
	plan_fini(&plan);
	loaded_detach_wait(&loaded);
	/* As if the signal had come a little later. */
	return err == -ECANCELED ? 0 : err;
}
