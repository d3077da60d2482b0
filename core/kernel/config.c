/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Modules and build configuration of the running kernel. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <zlib.h>

#include "core/kernel/private.h"

/* Modules that are built in are listed there, one "kernel/.../NAME.ko" a line. */
static int is_built_in(const char *name)
{
	char path[512], file[160];
	struct utsname uts;
	size_t size;
	char *list;
	int found;

	if (uname(&uts))
		return -errno;
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.builtin", uts.release);
	snprintf(file, sizeof(file), "/%s.ko", name);
	list = read_file(path, &size);
	if (!list)
		return -errno;
	found = strstr(list, file) != NULL;
	free(list);
	return found;
}

int kernel_has_module(struct kernel *k, const char *name)
{
	char path[128];

	(void)k;
	if (snprintf(path, sizeof(path), "/sys/module/%s", name) >= (int)sizeof(path))
		return -EINVAL;
	/* Built-in modules are there only if they have parameters. */
	return access(path, F_OK) == 0 ? 1 : is_built_in(name);
}

/* gzread() passes plain files through. */
static char *read_config(const char *path)
{
	size_t used = 0, room = 1 << 19;
	gzFile file = gzopen(path, "rb");
	char *text;
	int n = 0;

	if (!file)
		return NULL;
	text = malloc(room);
	while (text && (n = gzread(file, text + used, (unsigned int)(room - used - 1))) > 0) {
		used += (size_t)n;
		if (used + 1 == room)
			break;
	}
	gzclose(file);
	if (text)
		text[used] = '\0';
	if (text && (n < 0 || !used)) {
		free(text);
		text = NULL;
	}
	return text;
}

static void find_config(struct kernel *k)
{
	static const char *const paths[] = { "/proc/config.gz", "/boot/config-%s",
					     "/lib/modules/%s/config",
					     "/run/host/usr/lib/modules/%s/config" };
	struct utsname name;
	char path[512];

	k->config_tried = true;
	if (uname(&name))
		return;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]) && !k->config; i++) {
		const char *at = strstr(paths[i], "%s");

		if (at)
			snprintf(path, sizeof(path), "%.*s%s%s", (int)(at - paths[i]), paths[i],
				 name.release, at + 2);
		else
			snprintf(path, sizeof(path), "%s", paths[i]);
		k->config = read_config(path);
	}
}

int kernel_has_config(struct kernel *k, const char *option)
{
	size_t n = strlen(option);

	if (!k->config_tried)
		find_config(k);
	if (!k->config)
		return -ENOENT;
	for (const char *at = k->config; (at = strstr(at, option)); at += n) {
		if ((at == k->config || at[-1] == '\n') && at[n] == '=')
			return at[n + 1] == 'y' || at[n + 1] == 'm';
	}
	return 0;
}
