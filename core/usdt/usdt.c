/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/usdt/usdt.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/usdt/notes.h"
#include "core/util/list.h"
#include "core/util/log.h"
#include "core/util/pattern.h"

__attribute__((format(printf, 3, 4))) static int explain_no_usdt(char *why, int err,
								 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, USDT_WHY_SIZE, format, args);
	va_end(args);
	return err;
}

static void free_site(struct usdt_site *site)
{
	if (!site)
		return;
	free(site->name);
	free(site->format);
	free(site);
}

static void free_file(struct usdt_file *file)
{
	if (!file)
		return;
	for (size_t i = 0; i < file->n_sites; i++)
		free_site(file->sites[i]);
	free(file->sites);
	free(file->path);
	if (file->fd >= 0)
		close(file->fd);
	free(file);
}

void usdt_fini(struct usdt *u)
{
	for (size_t i = 0; i < u->n_files; i++)
		free_file(u->files[i]);
	free(u->files);
	free(u->processes);
	*u = (struct usdt){};
}

/* --- what is in a file --------------------------------------------------------- */

static uint64_t address_of(const struct usdt_file *file, const struct note *note)
{
	return file->end ? note->offset - file->offset + file->start : note->address;
}

static int add_site(void *arg, unsigned int machine, const struct note *note)
{
	struct usdt_file *file = arg;
	struct usdt_site *site = calloc(1, sizeof(*site));
	int err = list_grow((void **)&file->sites, file->n_sites, &file->room_sites,
			    sizeof(struct usdt_site *));

	if (!site)
		return -ENOMEM;
	*site = (struct usdt_site){
		.file = file,
		.format = strdup(note->args),
		.offset = note->offset,
		.semaphore = note->semaphore,
		.ip = address_of(file, note),
	};
	if (err || !site->format ||
	    asprintf(&site->name, "%s:%s", note->provider, note->name) < 0) {
		site->name = NULL;
		free_site(site);
		return -ENOMEM;
	}
	site->n_args = operand_parse_all(machine, note->args, site->args);
	file->sites[file->n_sites++] = site;
	return 0;
}

static void read_sites(struct usdt_file *file)
{
	file->error = notes_read(file->fd, add_site, file);
	if (file->error)
		log_debug("%s: no usdt probes: %s", file->path, strerror(-file->error));
	if (file->n_sites)
		return;
	/* A process may have hundreds of files. */
	close(file->fd);
	file->fd = -1;
}

/* --- files --------------------------------------------------------------------- */

static struct usdt_file *find_file(const struct usdt *u, const struct stat *st, pid_t pid)
{
	for (size_t i = 0; i < u->n_files; i++) {
		struct usdt_file *file = u->files[i];

		if (file->inode == st->st_ino && file->device == st->st_dev && file->pid == pid)
			return file;
	}
	return NULL;
}

/* The file FD, which is this function's to close, as M has it mapped; NULL: as PATH says. */
static int add_file(struct usdt *u, int fd, pid_t pid, const char *path, const struct mapping *m,
		    struct usdt_file **out)
{
	struct usdt_file *file = calloc(1, sizeof(*file));
	struct stat st;
	int err = file && !fstat(fd, &st) ? 0 : -ENOMEM;

	if (!err && (*out = find_file(u, &st, pid))) {
		free(file);
		close(fd);
		return 0;
	}
	if (!err)
		err = list_grow((void **)&u->files, u->n_files, &u->room_files,
				sizeof(struct usdt_file *));
	if (!err) {
		*file = (struct usdt_file){ .fd = fd,
					    .path = strdup(path),
					    .device = st.st_dev,
					    .inode = st.st_ino,
					    .pid = pid };
		err = file->path ? 0 : -ENOMEM;
	}
	if (err) {
		close(fd);
		free(file);
		return err;
	}
	if (m) {
		file->start = m->start;
		file->end = m->end;
		file->offset = m->offset;
	}
	u->files[u->n_files++] = *out = file;
	read_sites(file);
	return 0;
}

struct scan {
	struct usdt *usdt;
	pid_t pid;
	/* Of the mapping before. */
	dev_t device;
	ino_t inode;
};

static int add_mapped(void *arg, const struct mapping *m)
{
	struct scan *s = arg;
	struct usdt_file *file;
	int fd;

	if (m->device == s->device && m->inode == s->inode)
		return 0;
	s->device = m->device;
	s->inode = m->inode;
	fd = process_open_mapping(s->pid, m);
	if (fd >= 0)
		return add_file(s->usdt, fd, s->pid, m->path, m, &file);
	log_debug("%s of process %d: %s", m->path, s->pid,
		  fd == -ESTALE ? "another file has this name now" : strerror(-fd));
	return 0;
}

/* All that PID has mapped, the first time. */
static int add_process(struct usdt *u, pid_t pid)
{
	struct scan scan = { .usdt = u, .pid = pid };
	int err;

	for (size_t i = 0; i < u->n_processes; i++)
		if (u->processes[i] == pid)
			return 0;
	err = list_grow((void **)&u->processes, u->n_processes, &u->room_processes, sizeof(pid));
	if (!err)
		err = process_each_mapping(pid, add_mapped, &scan);
	if (!err)
		u->processes[u->n_processes++] = pid;
	return err;
}

/* --- what is asked for --------------------------------------------------------- */

static bool is_file_at(const struct usdt_file *file, const char *path)
{
	struct stat st;

	return !strcmp(file->path, path) ||
	       (!stat(path, &st) && st.st_dev == file->device && st.st_ino == file->inode);
}

bool usdt_is_meant(const struct usdt_site *site, const struct usdt_query *query)
{
	const struct usdt_file *file = site->file;

	return (!query->pid || query->pid == file->pid) && pattern_match(query->name, site->name) &&
	       (!query->path || is_file_at(file, query->path));
}

static int open_named_file(struct usdt *u, const char *path, char *why)
{
	struct usdt_file *file;
	int err, fd = process_open_file(path);

	if (fd < 0)
		return explain_no_usdt(why, fd, "%s: %s", path,
				       fd == -EINVAL ? "not a regular file" : strerror(-fd));
	err = add_file(u, fd, 0, path, NULL, &file);
	if (err)
		return explain_no_usdt(why, err, "out of memory");
	if (file->error == -ENOEXEC)
		return explain_no_usdt(why, file->error,
				       "%s: not a 64-bit program or library for this processor",
				       path);
	if (file->error)
		return explain_no_usdt(why, file->error, "%s: damaged, or can't be read: %s", path,
				       strerror(-file->error));
	return 0;
}

static int open_process(struct usdt *u, pid_t pid, char *why)
{
	int err = add_process(u, pid);

	if (err == -ENOENT || err == -ESRCH)
		return explain_no_usdt(why, -ESRCH, "there is no process %d", pid);
	if (err)
		return explain_no_usdt(why, err, "process %d: %s", pid, strerror(-err));
	return 0;
}

int usdt_find(struct usdt *u, const struct usdt_query *query,
	      int (*use)(void *arg, const struct usdt_site *site), void *arg, char *why)
{
	int err = query->pid ? open_process(u, query->pid, why)
			     : open_named_file(u, query->path, why);

	for (size_t f = 0; f < u->n_files && !err; f++) {
		const struct usdt_file *file = u->files[f];

		for (size_t i = 0; i < file->n_sites && !err; i++)
			if (file->pid == query->pid && usdt_is_meant(file->sites[i], query))
				err = use(arg, file->sites[i]);
	}
	return err;
}
