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

/* Of distributions' kernels they have some 300 KiB. */
#define MAX_CONFIG (16u << 20)

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

static bool is_config(const char *text)
{
	return !strncmp(text, "CONFIG_", 7) || strstr(text, "\nCONFIG_");
}

static const char *gz_reason(gzFile file)
{
	int err;
	const char *text = gzerror(file, &err);

	return err == Z_ERRNO ? strerror(errno) : text;
}

/* The whole of FILE, terminated; gzread() passes plain files through. */
static char *read_all(gzFile file, const char **why)
{
	size_t used = 0, room = 1 << 18;
	char *text = NULL, *bigger;
	int n;

	for (;;) {
		bigger = room > MAX_CONFIG ? NULL : realloc(text, room);
		if (!bigger)
			*why = room > MAX_CONFIG ? "it is too large" : strerror(ENOMEM);
		if (!bigger)
			break;
		text = bigger;
		n = gzread(file, text + used, (unsigned int)(room - used - 1));
		if (n < 0)
			*why = gz_reason(file);
		if (n < 0)
			break;
		used += (size_t)n;
		text[used] = '\0';
		if (used + 1 < room)
			return text;
		room *= 2;
	}
	free(text);
	return NULL;
}

/* NULL: WHY says the reason. */
static char *read_config(const char *path, char *why, size_t size)
{
	gzFile file = gzopen(path, "rb");
	const char *reason = NULL;
	char *text;
	bool whole;

	if (!file) {
		snprintf(why, size, "%s", strerror(errno));
		return NULL;
	}
	text = read_all(file, &reason);
	if (text && !is_config(text))
		reason = "it is not the configuration of a kernel";
	if (reason)
		snprintf(why, size, "%s", reason);
	/* Only here a file that ends too early is told; and the reason goes. */
	whole = gzclose(file) == Z_OK;
	if (!reason && whole)
		return text;
	if (!reason)
		snprintf(why, size, "it is cut short");
	free(text);
	return NULL;
}

int kernel_use_config(struct kernel *k, const char *path, char *why, size_t size)
{
	char *text = read_config(path, why, size);

	if (!text)
		return -EINVAL;
	free(k->config);
	k->config = text;
	k->config_tried = true;
	return 0;
}

static void find_config(struct kernel *k)
{
	static const char *const paths[] = { "/proc/config.gz", "/boot/config-%s",
					     "/lib/modules/%s/config",
					     "/run/host/usr/lib/modules/%s/config" };
	struct utsname name;
	char path[512], why[128];

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
		k->config = read_config(path, why, sizeof(why));
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
