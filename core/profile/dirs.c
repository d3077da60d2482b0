/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The directories profiles are looked for in. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/profile/profile.h"

static int add_dir(struct profile_dirs *d, const char *before, const char *behind)
{
	char *dir;

	if (asprintf(&dir, "%s%s", before, behind) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < d->n; i++)
		if (!strcmp(d->dirs[i], dir)) {
			free(dir);
			return 0;
		}
	d->dirs[d->n++] = dir;
	return 0;
}

/* A relative one would depend on where one is. */
static const char *read_absolute_path(const char *variable)
{
	const char *value = secure_getenv(variable);

	return value && *value == '/' ? value : NULL;
}

static int add_own_dirs(struct profile_dirs *d)
{
	const char *config = read_absolute_path("XDG_CONFIG_HOME"),
		   *home = read_absolute_path("HOME");
	size_t before = d->n;
	int err = config ? add_dir(d, config, "/retis/profiles") : 0;

	if (!err && home)
		err = add_dir(d, home, "/.config/retis/profiles");
	if (!err && !d->own && d->n > before)
		d->own = d->dirs[before];
	return err;
}

/* Those that came with this program: of its sources, and where it is installed. */
static int add_program_dirs(struct profile_dirs *d)
{
	char path[PATH_MAX];
	ssize_t got = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (got <= 0)
		return 0;
	path[got] = '\0';
	slash = strrchr(path, '/');
	if (slash)
		*slash = '\0';
	slash = slash ? strrchr(path, '/') : NULL;
	if (!slash)
		return 0;
	if (!strcmp(slash, "/build")) {
		*slash = '\0';
		return add_dir(d, path, "/profiles");
	}
	*slash = '\0';
	return add_dir(d, path, "/share/retis/profiles");
}

int profile_dirs_init(struct profile_dirs *dirs, const char *extra)
{
	int err;

	*dirs = (struct profile_dirs){};
	err = extra ? add_dir(dirs, extra, "") : 0;
	if (!err && extra)
		dirs->own = dirs->dirs[0];
	if (!err)
		err = add_own_dirs(dirs);
	if (!err)
		err = add_program_dirs(dirs);
	if (!err)
		err = add_dir(dirs, "/usr/share/retis/profiles", "");
	if (!err)
		err = add_dir(dirs, "/etc/retis/profiles", "");
	return err;
}

void profile_dirs_fini(struct profile_dirs *dirs)
{
	for (size_t i = 0; i < dirs->n; i++)
		free(dirs->dirs[i]);
	*dirs = (struct profile_dirs){};
}
