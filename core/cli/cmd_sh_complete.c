/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retis sh-complete: completion scripts from the tables of options. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "core/cli/complete.h"
#include "core/cli/walk.h"
#include "core/plugin/plugin.h"
#include "core/util/escape.h"
#include "core/util/log.h"

struct args {
	const char *path;
	unsigned int shell;
};

static const struct completion *const completions[] = { &complete_bash, &complete_fish,
							&complete_zsh };

static const struct retis_choice shells[] = { { "bash", 0 }, { "fish", 1 }, { "zsh", 2 }, {} };

static const struct option_spec specs[] = {
	{ .name = "shell",
	  .type = OPTION_CHOICE,
	  .value = "SHELL",
	  .offset = offsetof(struct args, shell),
	  .choices = shells,
	  .help = "Whose script it is to be." },
	{ .name = "register",
	  .type = OPTION_STRING,
	  .value = "PATH",
	  .offset = offsetof(struct args, path),
	  .help = "Write it there instead of printing it; in a directory, under the name the "
		  "shell looks for." },
};

enum complete_kind complete_kind(const struct option_spec *spec)
{
	static const struct {
		const char *value;
		enum complete_kind kind;
	} kinds[] = {
		{ "FILE", COMPLETE_FILES },
		{ "PATH", COMPLETE_FILES },
		{ "DIR", COMPLETE_DIRS },
		{ "PROFILE", COMPLETE_PROFILES },
	};

	if (spec->choices)
		return COMPLETE_CHOICES;
	if (spec->name && !strcmp(spec->name, "collectors"))
		return COMPLETE_COLLECTORS;
	for (size_t i = 0; spec->value && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(spec->value, kinds[i].value))
			return kinds[i].kind;
	return COMPLETE_NOTHING;
}

bool complete_several(const struct option_spec *spec)
{
	return spec->type == OPTION_CHOICES || spec->split;
}

void complete_summary(const char *help, char *text, size_t size)
{
	size_t n = 0;

	for (; help && *help && n + 1 < size; help++) {
		if ((*help == '.' || *help == ';' || *help == ':') &&
		    (help[1] == ' ' || help[1] == '\n' || !help[1]))
			break;
		if (!strchr("'\"[]\\`$:", *help))
			text[n++] = *help;
	}
	text[n] = '\0';
}

void complete_path(const char *command, char separator, char *text, size_t size)
{
	snprintf(text, size, "%s", command);
	for (char *c = text; *c; c++)
		if (*c == ' ')
			*c = separator;
}

struct script {
	const struct completion *completion;
	FILE *out;
};

static void write_one(void *arg, const struct options *o)
{
	const struct script *s = arg;

	s->completion->write(s->out, o);
}

static int write_script(const struct completion *completion, FILE *out, struct globals *globals)
{
	struct script script = { completion, out };
	struct walk walk = { .globals = globals, .visit = write_one, .arg = &script };
	int err;

	fputs(completion->head, out);
	err = walk_commands(&walk);
	fputs(completion->foot, out);
	return err;
}

static int write_to(const struct completion *completion, const char *path, struct globals *globals)
{
	char file[4096], safe[4096];
	struct stat st;
	FILE *out;
	int err;

	snprintf(file, sizeof(file), "%s", path);
	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		snprintf(file, sizeof(file), "%.4000s/%s", path, completion->file);
	out = fopen(file, "we");
	err = out ? write_script(completion, out, globals) : -errno;
	if (out && fclose(out) && !err)
		err = -errno;
	if (err)
		log_fatal("%s: %s", escape_text(safe, sizeof(safe), file), strerror(-err));
	return err;
}

int cmd_sh_complete(int argc, char **argv, struct globals *globals)
{
	struct options o = { .command = "retis sh-complete",
			     .about = "Prints a script for a shell that completes the command "
				      "lines of retis, options of the installed plugins among "
				      "them." };
	struct args args = {};
	int err = options_add(&o, "Options", specs, sizeof(specs) / sizeof(specs[0]), &args);

	if (!err)
		err = globals_add(&o, globals);
	if (!err)
		err = options_parse(&o, argc, argv);
	if (!err && !options_given(&o, "shell"))
		err = options_usage_error(&o, "'--shell' is missing");
	if (!err && args.path)
		err = write_to(completions[args.shell], args.path, globals);
	else if (!err)
		err = write_script(completions[args.shell], stdout, globals);
	options_fini(&o);
	return options_exit_code(&o, err);
}
