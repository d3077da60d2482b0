/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Is a file fit for dlopen()? It runs code of what it loads, and trusts the
 * headers it reads, so both are looked at before.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "core/plugin/private.h"

/* The file's headers are read with the layout of this program. */
#if __SIZEOF_POINTER__ == 8
typedef Elf64_Ehdr elf_header;
typedef Elf64_Phdr elf_segment;
typedef Elf64_Shdr elf_section;
#else
typedef Elf32_Ehdr elf_header;
typedef Elf32_Phdr elf_segment;
typedef Elf32_Shdr elf_section;
#endif

int self_init(struct self *self)
{
	int err = 0, fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	elf_header h;
	struct stat st;

	*self = (struct self){ 0 };
	if (fd < 0)
		return -errno;
	self->path = realpath("/proc/self/exe", NULL);
	if (!self->path || fstat(fd, &st))
		err = -errno;
	else if (pread(fd, &h, sizeof(h), 0) != (ssize_t)sizeof(h))
		err = -EIO;
	close(fd);
	if (err) {
		self_fini(self);
		return err;
	}
	self->owner = st.st_uid;
	self->machine = h.e_machine;
	memcpy(self->ident, h.e_ident, sizeof(self->ident));
	return 0;
}

void self_fini(struct self *self)
{
	free(self->path);
	self->path = NULL;
}

static bool read_at(int fd, void *to, size_t size, uint64_t offset)
{
	return offset <= LONG_MAX && pread(fd, to, size, (off_t)offset) == (ssize_t)size;
}

/* N elements of SIZE at OFFSET are in the file. */
static bool range_fits(uint64_t offset, uint64_t n, uint64_t size, uint64_t file_size)
{
	uint64_t bytes, end;

	return !__builtin_mul_overflow(n, size, &bytes) &&
	       !__builtin_add_overflow(offset, bytes, &end) && end <= file_size;
}

static int check_elf_header(const struct self *self, const elf_header *h, struct reason *reason)
{
	if (memcmp(h->e_ident, ELFMAG, SELFMAG))
		return refuse_plugin(reason, "not a shared object (no ELF file)");
	if (h->e_ident[EI_CLASS] != self->ident[EI_CLASS] ||
	    h->e_ident[EI_DATA] != self->ident[EI_DATA] || h->e_machine != self->machine)
		return refuse_plugin(reason,
				     "built for another kind of machine (ELF machine %u, this is "
				     "%u)",
				     h->e_machine, self->machine);
	if (h->e_type != ET_DYN)
		return refuse_plugin(reason, "an ELF file, but not a shared object");
	if (h->e_phentsize != sizeof(elf_segment) || !h->e_phnum ||
	    (h->e_shnum && h->e_shentsize != sizeof(elf_section)))
		return refuse_plugin(reason, "not a valid shared object (its headers are damaged)");
	return 0;
}

static int check_segments(int fd, const elf_header *h, uint64_t file_size, struct reason *reason)
{
	bool dynamic = false, loaded = false;

	for (unsigned int i = 0; i < h->e_phnum; i++) {
		elf_segment s;

		if (!read_at(fd, &s, sizeof(s), h->e_phoff + i * sizeof(s)))
			return refuse_plugin(reason, "truncated: its headers end early");
		if (!range_fits(s.p_offset, 1, s.p_filesz, file_size))
			return refuse_plugin(reason, "truncated: a segment ends behind the file");
		if (s.p_type == PT_LOAD && (s.p_memsz < s.p_filesz || s.p_align & (s.p_align - 1)))
			return refuse_plugin(reason,
					     "not a valid shared object (a damaged segment)");
		dynamic |= s.p_type == PT_DYNAMIC;
		loaded |= s.p_type == PT_LOAD;
	}
	if (!dynamic || !loaded)
		return refuse_plugin(reason, "not a valid shared object (nothing to load in it)");
	return 0;
}

static int check_elf_sections(int fd, const elf_header *h, uint64_t file_size,
			      struct reason *reason)
{
	for (unsigned int i = 0; i < h->e_shnum; i++) {
		elf_section s;

		if (!read_at(fd, &s, sizeof(s), h->e_shoff + i * sizeof(s)))
			return refuse_plugin(reason, "truncated: its headers end early");
		if (s.sh_type != SHT_NOBITS && s.sh_type != SHT_NULL &&
		    !range_fits(s.sh_offset, 1, s.sh_size, file_size))
			return refuse_plugin(reason, "truncated: a section ends behind the file");
	}
	return 0;
}

int check_elf(const struct self *self, int fd, uint64_t file_size, struct reason *reason)
{
	elf_header h;
	int err;

	if (!file_size)
		return refuse_plugin(reason, "empty");
	memset(&h, 0, sizeof(h));
	if (file_size < sizeof(h)) {
		if (file_size >= SELFMAG && read_at(fd, h.e_ident, SELFMAG, 0) &&
		    !memcmp(h.e_ident, ELFMAG, SELFMAG))
			return refuse_plugin(reason, "truncated: its header is incomplete");
		return refuse_plugin(reason, "not a shared object (no ELF file)");
	}
	if (!read_at(fd, &h, sizeof(h), 0))
		return refuse_plugin(reason, "can't be read: %s", strerror(errno));
	err = check_elf_header(self, &h, reason);
	if (err)
		return err;
	if (!range_fits(h.e_phoff, h.e_phnum, h.e_phentsize, file_size) ||
	    !range_fits(h.e_shoff, h.e_shnum, h.e_shentsize, file_size))
		return refuse_plugin(reason, "truncated: the file ends before its headers");
	err = check_segments(fd, &h, file_size, reason);
	return err ? err : check_elf_sections(fd, &h, file_size, reason);
}
