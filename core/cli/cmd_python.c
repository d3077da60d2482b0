/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retis python: hands over to the Python of the system, with our package. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "core/cli/command.h"
#include "core/util/log.h"

#define MAIN_FILE "retis/__main__.py"
#define SYSTEM_PYTHON "/usr/bin/python3"

struct args {
	struct option_list operands;
	const char *input;
};

static const struct option_spec specs[] = {
	{ .name = "input",
	  .letter = 'i',
	  .type = OPTION_STRING,
	  .value = "INPUT",
	  .offset = offsetof(struct args, input),
	  .help = "The event file, FILE.. with those of its set that come behind it; retis.data "
		  "if none is given." },
};

/* Where the package's main file is, next to the program; NULL: not there. */
static const char *find_package(char path[PATH_MAX])
{
	static const char *const places[] = { "python/" MAIN_FILE,
					      "../lib/retis/python/" MAIN_FILE };
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *slash;

	if (n <= 0)
		return NULL;
	exe[n] = '\0';
	slash = strrchr(exe, '/');
	*slash = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		n = snprintf(path, PATH_MAX, "%s/%s", exe, places[i]);
		if (n < PATH_MAX && !access(path, R_OK))
			return path;
	}
	return NULL;
}

/* Python loads plugins from where we would. */
static int pass_plugin_dirs(const struct option_list *dirs)
{
	for (size_t i = dirs->n; i-- > 0;) {
		const char *before = getenv("RETIS_PLUGIN_PATH");
		char *path;
		int err = asprintf(&path, "%s%s%s", dirs->items[i], before ? ":" : "",
				   before ? before : "");

		if (err >= 0) {
			err = setenv("RETIS_PLUGIN_PATH", path, 1);
			free(path);
		}
		if (err < 0)
			return -ENOMEM;
	}
	return 0;
}

/* Returns only if that failed. */
static int run_python(const struct args *args)
{
	const char **words = calloc(args->operands.n + 8, sizeof(*words));
	char path[PATH_MAX];
	const char *package = find_package(path);
	size_t n = 0;

	if (!words)
		return -ENOMEM;
	words[n++] = "python3";
	if (package) {
		words[n++] = package;
	} else {
		words[n++] = "-m";
		words[n++] = "retis";
	}
	if (args->input) {
		words[n++] = "-i";
		words[n++] = args->input;
	}
	words[n++] = "--";
	for (size_t i = 0; i < args->operands.n; i++)
		words[n++] = args->operands.items[i];
	/* With more rights than the user has, what PATH says does not count. */
	if (getauxval(AT_SECURE))
		execv(SYSTEM_PYTHON, (char **)(uintptr_t)words);
	else
		execvp(words[0], (char **)(uintptr_t)words);
	n = (size_t)errno;
	free(words);
	return -(int)n;
}

static int start_python(const struct args *args, const struct globals *globals)
{
	int err = pass_plugin_dirs(&globals->plugin_dirs);

	if (!err)
		err = run_python(args);
	if (err == -ENOENT)
		log_fatal("there is no python3: install it (Debian: apt-get install python3), or "
			  "use 'retis print --format json' and another language");
	else
		log_fatal("python3 can't be started: %s", strerror(-err));
	return EXIT_RUNTIME;
}

int cmd_python(int argc, char **argv, struct globals *globals)
{
	struct args args = { 0 };
	const struct option_operand operand = {
		"SCRIPT",
		"A Python script and its arguments: a file, or the name of one in "
		"~/.config/retis/python or "
		"/usr/share/retis/python. It finds the events in 'reader'. Put -- before "
		"arguments that begin with '-'. Without one, a shell.",
		0, SIZE_MAX, &args.operands
	};
	struct options o = { .command = "retis python",
			     .about = "Runs Python with the events of a file.",
			     .operand = &operand };
	int status, err = options_add(&o, "Options", specs, 1, &args);

	if (!err)
		err = globals_add(&o, globals);
	if (!err)
		err = options_parse(&o, argc, argv);
	status = err ? options_exit_code(&o, err) : start_python(&args, globals);
	options_fini(&o);
	option_list_fini(&args.operands);
	return status;
}
