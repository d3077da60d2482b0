/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Symbols of the kernel and its modules, from /proc/kallsyms. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/kernel/private.h"

char *read_file(const char *path, size_t *size)
{
	size_t used = 0, room = 1 << 16;
	int fd = open(path, O_RDONLY | O_CLOEXEC), saved;
	char *text = NULL;

	if (fd < 0)
		return NULL;
	for (;;) {
		char *bigger = text && used + 1 < room ? text : realloc(text, room *= 2);
		ssize_t n;

		if (!bigger)
			break;
		text = bigger;
		n = read(fd, text + used, room - used - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		if (!n) {
			text[used] = '\0';
			*size = used;
			close(fd);
			return text;
		}
		used += (size_t)n;
	}
	saved = errno;
	free(text);
	close(fd);
	errno = saved;
	return NULL;
}

static int load(struct symbols *s)
{
	size_t size;

	if (s->loaded)
		return s->error;
	s->loaded = true;
	s->text = read_file("/proc/kallsyms", &size);
	s->error = s->text ? 0 : -errno;
	return s->error;
}

void symbols_fini(struct symbols *s)
{
	free(s->text);
}

/*
 * The line of NAME, "ADDRESS TYPE NAME[\t[MODULE]]": the first one, if several
 * have it. A few searches through the text are cheaper than an index of it.
 */
static const char *find_line(const struct symbols *s, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = s->text; (at = strstr(at, name)); at += n) {
		bool whole = (at[n] == '\n' || at[n] == '\t' || !at[n]) && at - s->text > 3 &&
			     at[-1] == ' ' && at[-3] == ' ';

		if (!whole)
			continue;
		while (at > s->text && at[-1] != '\n')
			at--;
		return at;
	}
	return NULL;
}

int kernel_symbol(struct kernel *k, const char *name, uint64_t *address)
{
	int err = load(&k->symbols);
	const char *line;

	if (err)
		return err;
	line = *name ? find_line(&k->symbols, name) : NULL;
	if (!line)
		return -ENOENT;
	*address = strtoull(line, NULL, 16);
	return *address ? 0 : -EPERM;
}

int kernel_has_function(struct kernel *k, const char *name)
{
	uint64_t address;
	int err = kernel_symbol(k, name, &address);

	return err == -ENOENT ? 0 : err && err != -EPERM ? err : 1;
}

int kernel_symbolize(struct kernel *k, uint64_t address, struct symbol_name *symbol)
{
	(void)k;
	(void)address;
	(void)symbol;
	return -ENOENT;
}
