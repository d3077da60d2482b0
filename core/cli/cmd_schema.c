/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retis schema: what events look like in JSON. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/cli/command.h"
#include "core/cli/sink.h"
#include "core/event/schema.h"
#include "core/plugin/plugin.h"

/* Which ones there are, a file tells. */
static const struct retis_section_type chosen = {
	.name = "fields",
	.about = "Fields of one's choice (collect --fields), by the names in their paths",
};

static int write_schema(const struct plugins *plugins)
{
	struct registry *registry = calloc(1, sizeof(*registry));
	struct sink sink = { 0 };
	int status, err = registry ? sink_init(&sink, STDOUT_FILENO) : -ENOMEM;

	for (size_t i = 0; i < plugins->n && !err; i++) {
		const struct retis_plugin *p = &plugins->list[i]->desc;

		/* What can't be added was told when the plugin was loaded. */
		for (uint32_t s = 0; s < p->n_sections; s++)
			registry_add(registry, &p->sections[s], p->name);
	}
	if (!err) {
		registry_add(registry, &chosen, "");
		schema_print(registry, false, &sink.text);
		sink_flush(&sink);
	}
	status = err ? EXIT_RUNTIME : sink_status(&sink, "the standard output");
	sink_fini(&sink);
	free(registry);
	return status;
}

int cmd_schema(int argc, char **argv, struct globals *globals)
{
	struct options o = { .command = "retis schema",
			     .about = "Prints the JSON schema (draft 2020-12) of events, with the "
				      "sections of the plugins that are installed." };
	struct plugins plugins = { 0 };
	int status, err = globals_add(&o, globals);

	if (!err)
		err = options_parse(&o, argc, argv);
	if (!err)
		err = globals_load_plugins(globals, 0, argv, &plugins);
	status = err ? options_exit_code(&o, err) : write_schema(&plugins);
	options_fini(&o);
	plugins_fini(&plugins);
	return status;
}
