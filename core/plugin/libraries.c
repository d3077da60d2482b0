/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A plugin may need libraries, which dlopen() loads with it and runs. Those that are
 * loaded already are the program's; the rest is looked for by the system, in its own
 * folders, and before that where the plugin (RPATH, RUNPATH) and the environment say:
 * these have to be as safe as the plugin's.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/plugin/private.h"

/* Libraries of libraries of libraries. */
#define DEPTH_MAX 4

/* A file in memory. */
struct image {
	const unsigned char *data;
	size_t size;
	const ElfW(Dyn) * dynamic;
	size_t n_dynamic;
	const char *strings;
	size_t n_strings;
};

struct walk {
	const struct self *self;
	struct reason *reason;
	const struct image *image;
	unsigned int depth;
};

static const void *image_at(const struct image *image, uint64_t offset, uint64_t size)
{
	return offset <= image->size && size <= image->size - offset ? image->data + offset : NULL;
}

/* The same for a table of words, which is where words can be. */
static const void *image_table(const struct image *image, uint64_t offset, uint64_t size)
{
	return offset % sizeof(ElfW(Addr)) ? NULL : image_at(image, offset, size);
}

/* Where the address is in the file, and how much of it is there. */
static const void *image_address(const struct image *image, uint64_t address, size_t *left)
{
	const ElfW(Ehdr) *h = image_at(image, 0, sizeof(*h));
	const ElfW(Phdr) *p = h ? image_table(image, h->e_phoff, h->e_phnum * sizeof(*p)) : NULL;

	for (unsigned int i = 0; p && i < h->e_phnum; i++) {
		if (p[i].p_type != PT_LOAD || address < p[i].p_vaddr ||
		    address - p[i].p_vaddr >= p[i].p_filesz)
			continue;
		*left = p[i].p_filesz - (address - p[i].p_vaddr);
		return image_at(image, p[i].p_offset + (address - p[i].p_vaddr), *left);
	}
	return NULL;
}

static void find_dynamic(struct image *image)
{
	const ElfW(Ehdr) *h = image_at(image, 0, sizeof(*h));
	const ElfW(Phdr) *p = h ? image_table(image, h->e_phoff, h->e_phnum * sizeof(*p)) : NULL;

	for (unsigned int i = 0; p && i < h->e_phnum; i++) {
		if (p[i].p_type != PT_DYNAMIC)
			continue;
		image->dynamic = image_table(image, p[i].p_offset, p[i].p_filesz);
		image->n_dynamic = image->dynamic ? p[i].p_filesz / sizeof(*image->dynamic) : 0;
	}
	for (size_t i = 0; i < image->n_dynamic; i++)
		if (image->dynamic[i].d_tag == DT_STRTAB)
			image->strings = image_address(image, image->dynamic[i].d_un.d_ptr,
						       &image->n_strings);
}

/* The string of the entry, or NULL. */
static const char *image_string(const struct image *image, const ElfW(Dyn) * entry)
{
	uint64_t at = entry->d_un.d_val;

	if (!image->strings || at >= image->n_strings)
		return NULL;
	return memchr(image->strings + at, 0, image->n_strings - at) ? image->strings + at : NULL;
}

static int check_file(const struct walk *w, int fd);

/* The library NAME in the folder DIR, if it is there. */
static int check_in_folder(const struct walk *w, int dir, const char *name)
{
	int err, fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct walk next = *w;
	struct stat st;

	if (fd < 0)
		return 0;
	next.depth++;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		err = refuse_plugin(w->reason, "not a regular file");
	else
		err = check_trust(w->self, &st, "file", w->reason);
	if (!err)
		err = check_file(&next, fd);
	close(fd);
	return err;
}

/* Opens the folder, or what is there of the way to it: who can write to that can
 * make the rest. */
static int open_nearest(char *path)
{
	int fd;

	while ((fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0 && strlen(path) > 1) {
		char *slash = strrchr(path, '/');

		slash[slash == path] = '\0';
	}
	return fd;
}

static int check_folder(const struct walk *w, const char *folder, const char *name)
{
	char path[PATH_MAX];
	struct stat st;
	int err, fd;

	/* Seen from /proc/self/fd, from where plugins are loaded: nowhere. */
	if (!strncmp(folder, "$ORIGIN", 7) || !strncmp(folder, "${ORIGIN}", 9))
		return 0;
	if (folder[0] != '/' || strchr(folder, '$'))
		return refuse_plugin(w->reason, "it is looked for in '%s', wherever that is",
				     folder);
	if (snprintf(path, sizeof(path), "%s", folder) >= (int)sizeof(path))
		return refuse_plugin(w->reason, "a folder it is looked for in has a too long name");
	fd = open_nearest(path);
	if (fd < 0 || fstat(fd, &st))
		err = refuse_plugin(w->reason, "%s can't be read: %s", folder, strerror(errno));
	else
		err = check_trust(w->self, &st, "directory", w->reason);
	if (!err)
		err = check_folders(w->self, fd, w->reason);
	if (!err && !strncmp(path, folder, sizeof(path)))
		err = check_in_folder(w, fd, name);
	if (fd >= 0)
		close(fd);
	return err;
}

/* Of folders separated by ':'. */
static int check_path(const struct walk *w, const char *list, const char *name)
{
	int err = 0;

	while (!err && list) {
		size_t n = strcspn(list, ":");
		char *folder = strndup(list, n);

		if (!folder)
			return -ENOMEM;
		err = check_folder(w, folder, name);
		free(folder);
		list = list[n] ? list + n + 1 : NULL;
	}
	return err;
}

/* NAME says where it is. */
static int check_named_file(const struct walk *w, const char *name)
{
	size_t n = (size_t)(strrchr(name, '/') - name);
	char *folder = strndup(name, n ? n : 1);
	int err = folder ? check_folder(w, folder, name + n + 1) : -ENOMEM;

	free(folder);
	return err;
}

static bool is_loaded(const char *name)
{
	void *handle = dlopen(name, RTLD_LAZY | RTLD_NOLOAD);

	if (handle)
		dlclose(handle);
	return handle;
}

static int look_for_library(const struct walk *w, const char *name)
{
	const char *everywhere = getauxval(AT_SECURE) ? NULL : getenv("LD_LIBRARY_PATH");
	int err = 0;

	if (strchr(name, '/'))
		return check_named_file(w, name);
	for (size_t i = 0; i < w->image->n_dynamic && !err; i++) {
		const ElfW(Dyn) *entry = &w->image->dynamic[i];

		if (entry->d_tag == DT_RPATH || entry->d_tag == DT_RUNPATH)
			err = check_path(w, image_string(w->image, entry), name);
	}
	if (!err && everywhere && *everywhere)
		err = check_path(w, everywhere, name);
	return err;
}

static int check_library(const struct walk *w, const char *name)
{
	struct reason why;
	int err = is_loaded(name) ? 0 : look_for_library(w, name);

	if (err != -EINVAL)
		return err;
	why = *w->reason;
	return refuse_plugin(w->reason, "its library %.60s: %.300s", name, why.text);
}

/* What dlopen() loads with an image for an entry of its dynamic table, if anything. */
static int check_entry(const struct walk *w, const ElfW(Dyn) * entry)
{
	const char *name = image_string(w->image, entry);

	switch (entry->d_tag) {
	case DT_NEEDED:
	case DT_AUXILIARY:
	case DT_FILTER:
		return name ? check_library(w, name) : 0;
	case DT_AUDIT:
	case DT_DEPAUDIT:
		return refuse_plugin(w->reason, "it names a library to audit the linking: "
						"link it without --audit and --depaudit");
	default:
		return 0;
	}
}

static int check_image(struct walk *w, struct image *image)
{
	int err = 0;

	find_dynamic(image);
	w->image = image;
	for (size_t i = 0; i < image->n_dynamic && !err; i++)
		err = check_entry(w, &image->dynamic[i]);
	return err;
}

static int check_file(const struct walk *w, int fd)
{
	struct walk own = *w;
	struct image image = {};
	struct stat st;
	void *data;
	int err;

	if (w->depth > DEPTH_MAX)
		return refuse_plugin(w->reason, "it needs too many others");
	if (fstat(fd, &st) || !st.st_size)
		return refuse_plugin(w->reason, "can't be read");
	data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return refuse_plugin(w->reason, "can't be read: %s", strerror(errno));
	image.data = data;
	image.size = (size_t)st.st_size;
	err = check_image(&own, &image);
	munmap(data, (size_t)st.st_size);
	return err;
}

int check_libraries(const struct self *self, int fd, struct reason *reason)
{
	const struct walk w = { .self = self, .reason = reason };

	return trust_needed() ? check_file(&w, fd) : 0;
}
