/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/cli/profiles.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "core/kernel/kernel.h"
#include "core/plugin/plugin.h"
#include "core/probe/probe.h"
#include "core/util/escape.h"
#include "core/util/log.h"

/* The presets borrow from the profiles. */
struct profile_use {
	struct profile *profiles;
	size_t n;
	struct option_preset *presets;
};

void profile_say(void *arg, bool fatal, const char *text)
{
	(void)arg;
	if (fatal)
		log_fatal("%s", text);
	else
		log_warn("%s", text);
}

const char *profile_section_for(const struct command *command)
{
	/* All others have the section of their name. */
	static const struct {
		const char *command, *section;
	} others[] = {
		{ "doctor", "collect" }, { "report-bug", "collect" }, { "schema", NULL },
		{ "plugin", NULL },	 { "sh-complete", NULL },     { "man-pages", NULL },
		{ "profile", NULL },
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!strcmp(others[i].command, command->name))
			return others[i].section;
	return command->name;
}

static void add_command(struct profile_commands *commands, const char *name)
{
	size_t n = 0;

	for (; commands->names[n]; n++)
		if (!strcmp(commands->names[n], name))
			return;
	if (n < PROFILE_COMMANDS_MAX)
		commands->names[n] = name;
}

void profile_commands_init(struct profile_commands *commands, const struct globals *globals)
{
	*commands = (struct profile_commands){ .names = { "collect", "pcap" } };
	for (const struct command *c = globals->commands; c->name; c++) {
		const char *section = profile_section_for(c);

		if (section)
			add_command(commands, section);
	}
}

static bool has_symbol(void *arg, const char *name)
{
	struct kernel **kernel = arg;
	struct probe probe = { .prog_fd = -1, .link_fd = -1 };
	char why[PROBE_WHY_SIZE];

	if (!*kernel)
		*kernel = kernel_new();
	return *kernel && !probe_parse(name, &probe.spec, why) && !probe.spec.wildcard &&
	       !probe_resolve(&probe, *kernel, why);
}

void profile_machine_init(struct profile_machine *machine, struct kernel **kernel)
{
	struct utsname name;

	*machine = (struct profile_machine){ .has_symbol = has_symbol, .arg = kernel };
	if (uname(&name) || release_parse(name.release, &machine->release))
		log_warn("The kernel's version is not known: conditions on it may be wrong");
}

static int add_presets(struct globals *g, const struct profile_variant *v)
{
	struct profile_use *use = g->use;
	struct option_preset *presets;

	presets = reallocarray(use->presets, g->n_presets + v->n_args + 1, sizeof(*presets));
	if (!presets)
		return -ENOMEM;
	use->presets = presets;
	for (size_t i = 0; i < v->n_args; i++)
		presets[g->n_presets++] = (struct option_preset){
			.name = v->args[i].name,
			.value = v->args[i].value,
			.origin = v->args[i].origin,
		};
	g->presets = presets;
	return 0;
}

static void announce_profile(const struct profile *profile, const struct profile_variant *v)
{
	char name[256], variant[256];

	escape_text(name, sizeof(name), profile->name);
	escape_text(variant, sizeof(variant), v->name);
	if (strcmp(v->name, "Default"))
		log_info("Applying profile %s: %s", name, variant);
	else
		log_info("Applying profile %s", name);
}

static int apply_profile(struct globals *g, const struct profile *profile, const char *command,
			 const struct profile_machine *machine)
{
	const struct profile_section *section = profile_section(profile, command);
	const struct profile_variant *v = section ? profile_choose(section, machine) : NULL;
	char name[256];

	if (!v) {
		log_warn("None of the %s profiles defined in %s were selected", command,
			 escape_text(name, sizeof(name), profile->name));
		return 0;
	}
	announce_profile(profile, v);
	return add_presets(g, v);
}

static int find_all(struct globals *g, const struct profile_reader *reader)
{
	struct profile_use *use = g->use;
	struct profile_dirs dirs;
	int err = profile_dirs_init(&dirs, g->profiles_dir);

	for (size_t i = 0; i < g->profiles.n && !err; i++) {
		err = profile_find(reader, &dirs, g->profiles.items[i], &use->profiles[i]);
		if (!err)
			use->n++;
	}
	profile_dirs_fini(&dirs);
	return err;
}

int profiles_apply(struct globals *globals, const struct command *command)
{
	const char *section = profile_section_for(command);
	struct profile_commands commands;
	const struct profile_reader reader = { commands.names, profile_say, NULL };
	struct profile_machine machine;
	struct kernel *kernel = NULL;
	int err;

	if (!section) {
		log_fatal("Subcommand %s does not support profile enhancement", command->name);
		return -EINVAL;
	}
	profile_commands_init(&commands, globals);
	globals->use = calloc(1, sizeof(*globals->use));
	if (globals->use)
		globals->use->profiles = calloc(globals->profiles.n, sizeof(struct profile));
	if (!globals->use || !globals->use->profiles)
		return -ENOMEM;
	err = find_all(globals, &reader);
	profile_machine_init(&machine, &kernel);
	for (size_t i = 0; i < globals->use->n && !err; i++)
		err = apply_profile(globals, &globals->use->profiles[i], section, &machine);
	kernel_free(kernel);
	return err;
}

void profiles_fini(struct globals *globals)
{
	struct profile_use *use = globals->use;

	if (!use)
		return;
	for (size_t i = 0; i < use->n; i++)
		profile_fini(&use->profiles[i]);
	free(use->profiles);
	free(use->presets);
	free(use);
	globals->use = NULL;
}
