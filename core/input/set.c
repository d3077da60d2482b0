/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* NAME.0, NAME.1 ... and NAME, which is being written and gets its number last. */
#include "core/input/set.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/util/log.h"

int set_init(struct set *set, const char *path)
{
	*set = (struct set){ .path = strdup(path) };
	return set->path ? 0 : -ENOMEM;
}

void set_fini(struct set *set)
{
	free(set->path);
	free(set->base);
	free(set->command_line);
}

/* Digits behind the last dot of the file's name, or NULL. */
static const char *find_file_number(const char *path)
{
	const char *dot = strrchr(path, '.');

	if (!dot || strchr(dot, '/') || !dot[1] || dot[1 + strspn(dot + 1, "0123456789")])
		return NULL;
	return dot + 1;
}

static int find_base(struct set *set, uint32_t id, const char *name)
{
	const char *number = find_file_number(set->path);

	if (number && strtoull(number, NULL, 10) != id) {
		log_warn("%s: it says it is number %u of its set: other files are not read", name,
			 id);
		return 0;
	}
	set->live = !number;
	set->base =
		number ? strndup(set->path, (size_t)(number - set->path) - 1) : strdup(set->path);
	return set->base ? 0 : -ENOMEM;
}

/* Is it the file behind the one before it, of the same collection? */
static bool continues_set(const struct set *set, const struct retis_start *start)
{
	if (start->split.kind == RETIS_SPLIT_NONE || start->split.id != set->id + 1)
		return false;
	if (set->collection || start->collection)
		return set->collection == start->collection;
	return set->clock_offset == start->clock_offset &&
	       !strcmp(set->command_line, start->command_line);
}

int set_start(struct set *set, const struct retis_start *start, const char *name)
{
	char *command_line;
	int err;

	if (set->expecting && !continues_set(set, start)) {
		log_warn("%s: not read: it is not the next file of the same collection", name);
		return 0;
	}
	command_line = strdup(start->command_line);
	if (!command_line)
		return -ENOMEM;
	free(set->command_line);
	set->command_line = command_line;
	set->collection = start->collection;
	set->clock_offset = start->clock_offset;
	set->id = start->split.id;
	set->expecting = false;
	if (set->started || !set->path || start->split.kind == RETIS_SPLIT_NONE)
		return 1;
	set->started = true;
	err = find_base(set, set->id, name);
	return err ? err : 1;
}

static bool is_regular_file(const char *path, bool *empty)
{
	struct stat st;

	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return false;
	*empty = !st.st_size;
	return true;
}

void set_missed(struct set *set)
{
	set->expecting = false;
}

/* 1: it is *PATH; 0: it is not there. */
static int find_numbered(const struct set *set, char **path)
{
	bool empty;

	if (asprintf(path, "%s.%u", set->base, set->id + 1) < 0) {
		*path = NULL;
		return -ENOMEM;
	}
	if (is_regular_file(*path, &empty))
		return 1;
	free(*path);
	*path = NULL;
	return 0;
}

int set_overtaken(const struct set *set, const char *path)
{
	char *numbered;
	int found = strcmp(path, set->base) ? 0 : find_numbered(set, &numbered);

	if (found > 0)
		free(numbered);
	return found;
}

int set_next(struct set *set, bool follow, char **path)
{
	bool empty;
	int found;

	*path = NULL;
	if (!set->base || set->expecting || (set->live && !follow))
		return 0;
	found = find_numbered(set, path);
	if (!found && follow && is_regular_file(set->base, &empty)) {
		/* It is about to be begun. */
		if (empty)
			return -EAGAIN;
		*path = strdup(set->base);
		found = *path ? 1 : -ENOMEM;
	} else if (!found && follow) {
		/* It got its number between the two looks. */
		found = find_numbered(set, path);
	}
	set->expecting = found > 0;
	return found < 0 ? found : 0;
}
