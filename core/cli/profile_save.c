/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retis profile save: from a command line to a file. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/cli/options_private.h"
#include "core/cli/profiles.h"
#include "core/plugin/plugin.h"
#include "core/util/escape.h"
#include "core/util/log.h"

struct args {
	struct option_list words;
	const char *about;
	uint8_t force;
};

static const struct option_spec specs[] = {
	{ .name = "about",
	  .type = OPTION_STRING,
	  .value = "TEXT",
	  .offset = offsetof(struct args, about),
	  .help = "A line about it, for 'retis profile list'." },
	{ .name = "force",
	  .type = OPTION_FLAG,
	  .offset = offsetof(struct args, force),
	  .help = "Overwrite a profile of one's own that has this name." },
};

/* --- words to arguments -------------------------------------------------------- */

struct saving {
	/* Called with the options of the command, while they are there. */
	struct options_observer observer;
	int argc;
	char **argv;
	struct profile_variant variant;
	int err;
};

/* Behind those of the same name, so that they can be written as a list. */
static int insert_arg(struct profile_variant *v, const char *name, const char *value)
{
	struct profile_arg arg = { .name = strdup(name), .value = value ? strdup(value) : NULL };
	struct profile_arg *args = reallocarray(v->args, v->n_args + 1, sizeof(*args));
	size_t at = v->n_args;

	if (args)
		v->args = args;
	if (!args || !arg.name || (value && !arg.value)) {
		free(arg.name);
		free(arg.value);
		return -ENOMEM;
	}
	while (at && strcmp(args[at - 1].name, name) > 0)
		at--;
	memmove(&args[at + 1], &args[at], (v->n_args - at) * sizeof(*args));
	args[at] = arg;
	v->n_args++;
	return 0;
}

static int keep_option(struct saving *s, const struct options *o, const struct scan_item *item)
{
	const struct option_spec *spec = &o->entries[item->entry].spec;
	char label[128];

	option_label(spec, label, sizeof(label));
	if (!spec->name || spec->typed)
		return options_usage_error(o, "'%s' can't be kept in a profile", label);
	return insert_arg(&s->variant, spec->name, item->value);
}

static int keep_words(struct saving *s, struct options *o)
{
	struct scan_item item;
	struct scan scan;
	int err = scan_init(&scan, o, s->argc, s->argv);

	if (err)
		return err;
	for (scan_next(&scan, &item); item.kind != SCAN_END && !err; scan_next(&scan, &item)) {
		if (item.kind == SCAN_OPTION)
			err = keep_option(s, o, &item);
		else
			err = options_usage_error(o, "a profile keeps options, not '%s'",
						  item.value ? item.value : item.word);
	}
	scan_fini(&scan);
	return err;
}

/* What would be refused later is refused now. */
static void see_words(struct options_observer *observer, struct options *o)
{
	struct saving *s = (void *)observer;

	o->observer = NULL;
	s->err = options_parse(o, s->argc, s->argv);
	if (!s->err)
		s->err = keep_words(s, o);
	if (s->err == OPTIONS_HELP)
		s->err = options_usage_error(o, "'--help' can't be kept in a profile");
}

/* --- the file -------------------------------------------------------------------- */

static int make_dirs(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		int failed;

		*slash = '\0';
		failed = mkdir(path, 0777) && errno != EEXIST ? errno : 0;
		*slash = '/';
		if (failed)
			return -failed;
	}
	return 0;
}

/* Whole, or not at all. */
static int write_profile_file(const char *path, const struct profile *profile, bool force)
{
	char *temporary;
	FILE *out;
	int fd, err;

	if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
		return -ENOMEM;
	fd = mkostemp(temporary, O_CLOEXEC);
	out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!out) {
		err = -errno;
		free(temporary);
		return err;
	}
	err = fchmod(fd, 0644) ? -errno : profile_write(out, profile);
	if (fclose(out) && !err)
		err = -errno;
	if (!err && (force ? rename(temporary, path) : link(temporary, path)))
		err = -errno;
	unlink(temporary);
	free(temporary);
	return err;
}

static int save_as(const struct args *args, const char *dir, const struct profile *profile)
{
	char *path, safe[4096];
	int err;

	if (asprintf(&path, "%s/%s.yaml", dir, profile->name) < 0)
		return -ENOMEM;
	err = make_dirs(path);
	if (!err)
		err = write_profile_file(path, profile, args->force);
	escape_text(safe, sizeof(safe), path);
	if (err == -EEXIST)
		log_fatal("%s is there already: --force overwrites it", safe);
	else if (err == -EILSEQ)
		log_fatal("a profile can't keep control characters");
	else if (err)
		log_fatal("%s: %s", safe, strerror(-err));
	else
		log_info("Saved: %s", safe);
	free(path);
	return err;
}

static int save_profile(const struct args *args, struct profile_section *section,
			const struct globals *globals)
{
	const struct profile profile = { .name = args->words.items[0],
					 .about = (char *)args->about,
					 .sections = section,
					 .n_sections = 1 };
	struct profile_dirs dirs;
	int err = profile_dirs_init(&dirs, globals->profiles_dir);

	if (!err && !dirs.own) {
		log_fatal("no place for it: HOME is not set; -P DIR says where");
		err = -ENOENT;
	}
	if (!err)
		err = save_as(args, dirs.own, &profile);
	profile_dirs_fini(&dirs);
	return err;
}

static int save_words(const struct options *o, const struct args *args, struct globals *globals)
{
	const char *name = args->words.items[0], *word = args->words.items[1];
	const struct command *command = command_find(globals->commands, word);
	const char *section_name = command ? profile_section_for(command) : NULL;
	struct saving s = { .observer.see = see_words,
			    .argc = (int)args->words.n - 1,
			    .argv = args->words.items + 1 };
	struct profile_section section = { .variants = &s.variant, .n_variants = 1 };

	if (!profile_name_is_good(name))
		return options_usage_error(o,
					   "'%s' is no name for a profile: letters, digits, '_', "
					   "'.' and '-', a letter or digit first",
					   name);
	if (!section_name)
		return options_usage_error(o, "'%s' is no sub-command that takes profiles", word);
	command_observe(command, globals, &s.observer);
	section.command = (char *)section_name;
	if (!s.err)
		s.err = save_profile(args, &section, globals);
	for (size_t i = 0; i < s.variant.n_args; i++) {
		free(s.variant.args[i].name);
		free(s.variant.args[i].value);
	}
	free(s.variant.args);
	return s.err;
}

int cmd_profile_save(int argc, char **argv, struct globals *globals)
{
	struct args args = {};
	const struct option_operand operand = {
		"NAME -- SUBCOMMAND [OPTION]",
		"The profile's name, and the command line to keep: 'retis profile save web -- "
		"collect -f \"tcp port 80\"'.",
		2, SIZE_MAX, &args.words
	};
	struct options o = { .command = "retis profile save",
			     .about = "Keeps the options of a sub-command as a profile of one's "
				      "own, in a file.",
			     .operand = &operand };
	int err = options_add(&o, "Options", specs, sizeof(specs) / sizeof(specs[0]), &args);

	if (!err)
		err = globals_add(&o, globals);
	if (!err)
		err = options_parse(&o, argc, argv);
	if (!err)
		err = save_words(&o, &args, globals);
	options_fini(&o);
	option_list_fini(&args.words);
	return options_exit_code(&o, err);
}
