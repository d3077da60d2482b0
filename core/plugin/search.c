/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The directories plugins are in, and the files in them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "core/plugin/load.h"
#include "core/plugin/object.h"
#include "core/util/escape.h"
#include "core/util/list.h"
#include "core/util/log.h"

static int note_refused(struct load *l, const char *path)
{
	struct plugins *p = l->plugins;
	char safe[1024], why[1024];
	struct plugin_refused *r;

	log_line(l->search->quiet ? RETIS_LOG_DEBUG : RETIS_LOG_WARN, "plugin %s refused: %s",
		 escape_text(safe, sizeof(safe), path),
		 escape_text(why, sizeof(why), l->reason.text));
	if (list_grow((void **)&p->refused, p->n_refused, &p->room_refused, sizeof(*p->refused)))
		return -ENOMEM;
	r = &p->refused[p->n_refused++];
	r->path = strdup(path);
	r->reason = strdup(l->reason.text);
	return r->path && r->reason ? 0 : -ENOMEM;
}

static void note_skipped(const struct load *l, const char *path)
{
	char safe[1024], why[1024];

	log_debug("plugin %s skipped: %s", escape_text(safe, sizeof(safe), path),
		  escape_text(why, sizeof(why), l->reason.text));
}

/* What a refused or skipped plugin means for the others: nothing. */
static int note_result(struct load *l, const char *path, int err)
{
	if (err == -EINVAL)
		return note_refused(l, path);
	if (err == -EEXIST)
		note_skipped(l, path);
	return err == -EEXIST ? 0 : err;
}

static int try_file(struct load *l, int dir_fd, const char *dir, const char *name)
{
	char *path;
	int err;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		return -ENOMEM;
	err = note_result(l, path, load_file(l, dir_fd, name, path));
	free(path);
	return err;
}

static int is_shared_object(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length > 3 && !strcmp(entry->d_name + length - 3, ".so");
}

/* The same order everywhere, whatever the locale. */
static int by_entry_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int read_dir(struct load *l, int fd, const char *dir)
{
	struct dirent **entries;
	int err = 0, n = scandirat(fd, ".", &entries, is_shared_object, by_entry_name);

	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		if (!err)
			err = try_file(l, fd, dir, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return err;
}

static int load_dir(struct load *l, const char *dir)
{
	int err, fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if (check_trust(&l->self, &st, "directory", &l->reason) ||
		 check_folders(&l->self, fd, &l->reason))
		err = note_refused(l, dir);
	else
		err = read_dir(l, fd, dir);
	close(fd);
	l->place++;
	return err;
}

/* -ENOTSUP: plugins are in the program, and it can load no others. */
static int load_dir_if_able(struct load *l, const char *dir)
{
	return object_builtin() ? -ENOTSUP : load_dir(l, dir);
}

static int search_dir(struct load *l, const char *dir, enum plugin_origin origin)
{
	const char *why;
	char safe[1024];
	int err;

	l->origin = origin;
	err = load_dir_if_able(l, dir);
	if (!err || err == -ENOMEM)
		return err;
	why = err == -ENOTSUP ? "this program is static: its plugins are in it, and it loads no "
				"others"
			      : strerror(-err);
	escape_text(safe, sizeof(safe), dir);
	switch (origin) {
	case ORIGIN_OPTION:
		log_fatal("plugin directory %s: %s", safe, why);
		return err;
	case ORIGIN_ENVIRONMENT:
		log_warn("plugin directory %s (RETIS_PLUGIN_PATH): %s", safe, why);
		break;
	case ORIGIN_INSTALLED:
	case ORIGIN_SITE:
		log_debug("plugin directory %s: %s", safe, why);
		break;
	}
	return 0;
}

static int search_path(struct load *l, const char *path)
{
	int err = 0;

	while (!err && path && *path) {
		size_t length = strcspn(path, ":");
		char *dir = strndup(path, length);

		if (!dir)
			return -ENOMEM;
		if (length)
			err = search_dir(l, dir, ORIGIN_ENVIRONMENT);
		free(dir);
		path += length;
		path += *path == ':';
	}
	return err;
}

/* PLACE in the directory that is LEVELS above the program's file. */
static int search_near_program(struct load *l, unsigned int levels, const char *place,
			       enum plugin_origin origin)
{
	size_t length = strlen(l->self.path);
	char *dir;
	int err;

	while (levels--)
		while (length && l->self.path[--length] != '/')
			;
	if (asprintf(&dir, "%.*s/%s", (int)length, l->self.path, place) < 0)
		return -ENOMEM;
	err = search_dir(l, dir, origin);
	free(dir);
	return err;
}

static int load_builtins(struct load *l, const struct retis_plugin *const *desc)
{
	int err = 0;

	l->origin = ORIGIN_INSTALLED;
	for (; !err && *desc; desc++)
		err = note_result(l, BUILTIN_PATH, load_builtin(l, *desc));
	return err;
}

static int search_installed(struct load *l)
{
	int err;

	if (object_builtin())
		return load_builtins(l, object_builtin());
	err = search_near_program(l, 1, "plugins", ORIGIN_INSTALLED);

	if (!err)
		err = search_near_program(l, 2, "lib/retis/plugins", ORIGIN_INSTALLED);
	return err ? err : search_near_program(l, 2, "lib/retis/site-plugins", ORIGIN_SITE);
}

static int search_all(struct load *l)
{
	const struct plugins_search *search = l->search;
	int err = search->not_installed ? 0 : search_installed(l);

	for (size_t i = 0; !err && i < search->n_dirs; i++)
		err = search_dir(l, search->dirs[i], ORIGIN_OPTION);
	return err ? err : search_path(l, search->path);
}

int plugins_load(struct plugins *plugins, const struct plugins_search *search)
{
	struct load l = { .plugins = plugins, .search = search };
	int err = self_init(&l.self);

	if (err) {
		log_fatal("/proc/self/exe can't be read: %s", strerror(-err));
		return err;
	}
	l.registry = calloc(1, sizeof(*l.registry));
	err = l.registry ? search_all(&l) : -ENOMEM;
	free(l.registry);
	self_fini(&l.self);
	return err;
}
