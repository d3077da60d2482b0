/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Profiles in files: reading one, and finding one by its name. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/profile/private.h"
#include "core/util/nearest.h"

/* --- one file ---------------------------------------------------------------------- */

/* All of the file in TEXT, which has room for one byte more than is allowed. */
static ssize_t read_profile_text(int fd, char *text)
{
	size_t used = 0;
	ssize_t got = 1;

	while (got && used <= PROFILE_FILE_MAX) {
		got = read(fd, text + used, PROFILE_FILE_MAX + 1 - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		used += (size_t)got;
	}
	return (ssize_t)used;
}

static int read_open_file(const struct profile_reader *reader, const char *path, int fd,
			  struct profile_file *file)
{
	char *text = malloc(PROFILE_FILE_MAX + 1);
	ssize_t got;
	int err;

	if (!text)
		return -ENOMEM;
	got = read_profile_text(fd, text);
	err = got < 0 ? profile_refuse(reader, "%.400s: %s", path, strerror((int)-got))
		      : profile_parse(reader, path, text, (size_t)got, file);
	free(text);
	return err;
}

int profile_read(const struct profile_reader *reader, const char *path, struct profile_file *file)
{
	/* Not blocking: somebody may have put a FIFO there. */
	int err, fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	*file = (struct profile_file){};
	if (fd < 0)
		return profile_refuse(reader, "%.400s: %s", path, strerror(errno));
	if (fstat(fd, &st))
		err = profile_refuse(reader, "%.400s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		err = profile_refuse(reader, "%.400s: not a regular file", path);
	else
		err = read_open_file(reader, path, fd, file);
	close(fd);
	return err;
}

/* --- directories --------------------------------------------------------------------- */

static bool ends_as_yaml(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && dot != name && (!strcmp(dot, ".yaml") || !strcmp(dot, ".yml"));
}

static int is_profile_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && ends_as_yaml(entry->d_name);
}

static int by_file_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int profile_dir_walk(const char *dir, int (*visit)(void *arg, const char *path), void *arg)
{
	struct dirent **entries;
	int err = 0, n = scandir(dir, &entries, is_profile_file, by_file_name);

	if (n < 0)
		return errno == ENOMEM ? -ENOMEM : 0;
	for (int i = 0; i < n; i++) {
		char *path = NULL;

		if (!err && asprintf(&path, "%s/%s", dir, entries[i]->d_name) < 0) {
			path = NULL;
			err = -ENOMEM;
		}
		if (!err)
			err = visit(arg, path);
		free(path);
		free(entries[i]);
	}
	free(entries);
	return err;
}

/* --- by name ------------------------------------------------------------------------ */

bool profile_is_path(const char *what)
{
	return strchr(what, '/') || ends_as_yaml(what);
}

bool profile_name_is_good(const char *name)
{
	size_t good = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789._-");

	return *name && !name[good] && *name != '.' && *name != '-' && good <= 64;
}

struct lookup {
	const struct profile_reader *reader;
	const char *name;
	/* Where it was found. */
	char *path;
	struct profile *found;
	struct nearest near;
	/* Names that were near, on the heap. */
	char *names[64];
	size_t n_names;
	/* Files that could not be read, whatever was in them. */
	char *message;
};

static int take_found(struct lookup *l, const char *path, struct profile *profile)
{
	if (l->path)
		return profile_refuse(l->reader,
				      "two profiles are called '%.64s': in %.300s and %.300s",
				      l->name, l->path, path);
	l->path = strdup(path);
	*l->found = *profile;
	*profile = (struct profile){};
	return l->path ? 0 : -ENOMEM;
}

static void remember_name(struct lookup *l, const char *name)
{
	char *copy;

	if (l->n_names == sizeof(l->names) / sizeof(l->names[0]))
		return;
	copy = strdup(name);
	if (!copy)
		return;
	l->names[l->n_names++] = copy;
	nearest_consider(&l->near, copy);
}

/* A bad file among others is not the end of it. */
static void say_in_passing(void *arg, bool fatal, const char *text)
{
	struct lookup *l = arg;

	if (!fatal)
		return;
	free(l->message);
	l->message = strdup(text);
}

static int look_into_profile(void *arg, const char *path)
{
	struct lookup *l = arg;
	const struct profile_reader reader = { l->reader->commands, say_in_passing, l };
	struct profile_file file;
	int err = profile_read(&reader, path, &file);

	if (err)
		return err == -EINVAL ? 0 : err;
	for (size_t i = 0; i < file.n && !err; i++) {
		if (strcmp(file.list[i].name, l->name))
			remember_name(l, file.list[i].name);
		else
			err = take_found(l, path, &file.list[i]);
	}
	profile_file_fini(&file);
	return err;
}

static int not_found(const struct lookup *l)
{
	char text[256];

	nearest_text(&l->near, text, sizeof(text));
	if (*text)
		return profile_refuse(l->reader,
				      "profile with name '%.64s' not found; did you mean %s?",
				      l->name, text);
	return profile_refuse(l->reader,
			      "profile with name '%.64s' not found: 'retis profile list' shows "
			      "those there are%s%.300s%s",
			      l->name, l->message ? " (passed over: " : "",
			      l->message ? l->message : "", l->message ? ")" : "");
}

/* Messages about the file it is in come now that we know. */
static int say_what_is_odd(const struct lookup *l)
{
	struct profile_file file;
	int err = profile_read(l->reader, l->path, &file);

	profile_file_fini(&file);
	return err;
}

static int find_by_name(const struct profile_reader *reader, const struct profile_dirs *dirs,
			const char *name, struct profile *profile)
{
	struct lookup l = {
		.reader = reader, .name = name, .found = profile, .near = { .wanted = name }
	};
	int err = 0;

	for (size_t i = 0; i < dirs->n && !err && !l.path; i++)
		err = profile_dir_walk(dirs->dirs[i], look_into_profile, &l);
	if (!err)
		err = l.path ? say_what_is_odd(&l) : not_found(&l);
	if (err)
		profile_fini(profile);
	for (size_t i = 0; i < l.n_names; i++)
		free(l.names[i]);
	free(l.message);
	free(l.path);
	return err;
}

static int find_path(const struct profile_reader *reader, const char *path, struct profile *profile)
{
	struct profile_file file;
	int err = profile_read(reader, path, &file);

	if (!err && file.n != 1)
		err = profile_refuse(reader, "%.400s: holds %zu profiles, must hold one", path,
				     file.n);
	if (!err) {
		*profile = file.list[0];
		file.list[0] = (struct profile){};
	}
	profile_file_fini(&file);
	return err;
}

int profile_find(const struct profile_reader *reader, const struct profile_dirs *dirs,
		 const char *what, struct profile *profile)
{
	*profile = (struct profile){};
	return profile_is_path(what) ? find_path(reader, what, profile)
				     : find_by_name(reader, dirs, what, profile);
}
