/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading /proc/kallsyms, and looking for single symbols in it. */
#include "core/kernel/symbols.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/kernel/private.h"
#include "core/kernel/settings.h"
#include "core/kernel/symbol_query.h"

/* From this many on, an index is cheaper. */
#define MANY_SEARCHES 8

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

void symbols_take(struct symbols *s, char *text, size_t size)
{
	symbols_fini(s);
	*s = (struct symbols){ .text = text, .size = size, .loaded = true };
}

static int read_symbols_text(struct symbols *s)
{
	if (s->loaded)
		return s->error;
	s->loaded = true;
	s->text = read_file("/proc/kallsyms", &s->size);
	s->error = s->text ? 0 : -errno;
	return s->error;
}

static void *read_ahead(void *arg)
{
	struct symbols *s = arg;

	if (!read_symbols_text(s))
		symbols_make_index(s);
	return NULL;
}

/* Signals are for the others. */
void symbols_read_ahead(struct symbols *s)
{
	sigset_t all, before;

	if (s->loaded || s->reading)
		return;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	s->reading = !pthread_create(&s->reader, NULL, read_ahead, s);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void wait_for_reader(struct symbols *s)
{
	if (s->reading)
		pthread_join(s->reader, NULL);
	s->reading = false;
}

int symbols_load(struct symbols *s)
{
	wait_for_reader(s);
	return read_symbols_text(s);
}

void symbols_fini(struct symbols *s)
{
	wait_for_reader(s);
	slots_fini(&s->by_name);
	free(s->list);
	free(s->code);
	free(s->text);
}

/* The line of NAME, "ADDRESS TYPE NAME[\t[MODULE]]": the first one, if several
 * have it. */
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

int symbols_address(struct symbols *s, const char *name, uint64_t *address)
{
	const struct symbol *symbol;
	struct slot *slot = NULL;
	int err = symbols_load(s);
	const char *line;

	if (err || !*name)
		return err ? err : -ENOENT;
	if (!s->indexed && ++s->searches < MANY_SEARCHES) {
		line = find_line(s, name);
		*address = line ? strtoull(line, NULL, 16) : 0;
		return line ? 0 : -ENOENT;
	}
	err = symbols_index(s);
	if (err)
		return err;
	symbol = symbols_next(s, name, &slot);
	*address = symbol ? symbol->address : 0;
	return symbol ? 0 : -ENOENT;
}

static int find_address(struct kernel *k, const char *name, uint64_t *address)
{
	const struct symbols *s = &k->symbols;
	int err = s->loaded || s->reading || !*name ? -EAGAIN : query_symbol(name, address);

	return err && err != -ENOENT ? symbols_address(&k->symbols, name, address) : err;
}

int kernel_symbol(struct kernel *k, const char *name, uint64_t *address)
{
	int err = find_address(k, name, address);

	return err ? err : *address ? 0 : -EPERM;
}

const char *kernel_show_addresses(void)
{
	char level[16];

	return setting_read("/proc/sys/kernel/kptr_restrict", level, sizeof(level)) &&
			       strtol(level, NULL, 10) > 1
		       ? "kernel.kptr_restrict must be below 2: sysctl kernel.kptr_restrict=1"
		       : "it needs CAP_SYSLOG";
}

int kernel_has_function(struct kernel *k, const char *name)
{
	uint64_t address;
	int err = find_address(k, name, &address);

	return err == -ENOENT ? 0 : err ? err : 1;
}
