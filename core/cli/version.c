/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/cli/command.h"
#include "core/doctor/bug_report.h"
#include "core/plugin/plugin.h"

#ifndef RETIS_VERSION
#define RETIS_VERSION "unspec"
#endif

const char *retis_version(void)
{
	return RETIS_VERSION;
}

int versions_show(struct globals *globals)
{
	struct plugins plugins = {};
	int err;

	globals->quiet_plugins = true;
	err = globals_load_plugins(globals, 0, NULL, &plugins);
	if (!err)
		versions_print(retis_version(), &plugins, stdout);
	plugins_fini(&plugins);
	return err ? EXIT_RUNTIME : 0;
}
