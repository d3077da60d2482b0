/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/usdt/elf_file.h"

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of tables and sections that are read; browsers have notes of a few hundred KiB. */
#define READ_MAX (16 << 20)

#if defined(__x86_64__)
#define MACHINE EM_X86_64
#elif defined(__aarch64__)
#define MACHINE EM_AARCH64
#else
#define MACHINE EM_NONE
#endif

static int read_file_part(int fd, uint64_t offset, void *data, size_t size)
{
	char *at = data;

	while (size) {
		ssize_t n = pread(fd, at, size, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EBADMSG;
		at += n;
		offset += (uint64_t)n;
		size -= (size_t)n;
	}
	return 0;
}

int elf_file_read(const struct elf_file *elf, uint64_t offset, uint64_t size, char **data)
{
	char *copy;
	int err;

	if (size > READ_MAX || offset > elf->size || size > elf->size - offset)
		return -EBADMSG;
	copy = malloc(size + 1);
	if (!copy)
		return -ENOMEM;
	copy[size] = '\0';
	err = read_file_part(elf->fd, offset, copy, size);
	if (err)
		free(copy);
	else
		*data = copy;
	return err;
}

static bool is_native(const Elf64_Ehdr *h)
{
	const unsigned char order = BYTE_ORDER == LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB;

	return !memcmp(h->e_ident, ELFMAG, SELFMAG) && h->e_ident[EI_CLASS] == ELFCLASS64 &&
	       h->e_ident[EI_DATA] == order && h->e_machine == MACHINE &&
	       (h->e_type == ET_EXEC || h->e_type == ET_DYN);
}

static int read_header(struct elf_file *elf)
{
	struct stat st;
	int err;

	if (fstat(elf->fd, &st))
		return -errno;
	elf->size = st.st_size < 0 ? 0 : (uint64_t)st.st_size;
	if (elf->size < sizeof(elf->header))
		return -ENOEXEC;
	err = read_file_part(elf->fd, 0, &elf->header, sizeof(elf->header));
	return err ? err : is_native(&elf->header) ? 0 : -ENOEXEC;
}

/* Without sections there are no notes, which is no fault. */
static int read_tables(struct elf_file *elf)
{
	const Elf64_Ehdr *h = &elf->header;
	char *segments = NULL, *sections = NULL;
	int err = 0;

	if (h->e_phentsize == sizeof(Elf64_Phdr))
		elf->n_segments = h->e_phnum;
	if (h->e_shentsize == sizeof(Elf64_Shdr))
		elf->n_sections = h->e_shnum;
	if (elf->n_segments)
		err = elf_file_read(elf, h->e_phoff, elf->n_segments * sizeof(Elf64_Phdr),
				    &segments);
	elf->segments = (Elf64_Phdr *)segments;
	if (!err && elf->n_sections)
		err = elf_file_read(elf, h->e_shoff, elf->n_sections * sizeof(Elf64_Shdr),
				    &sections);
	elf->sections = (Elf64_Shdr *)sections;
	return err;
}

static int read_section_names(struct elf_file *elf)
{
	const Elf64_Shdr *names;

	if (elf->header.e_shstrndx >= elf->n_sections)
		return 0;
	names = &elf->sections[elf->header.e_shstrndx];
	elf->names_size = names->sh_size;
	return elf_file_read(elf, names->sh_offset, names->sh_size, &elf->names);
}

int elf_file_open(struct elf_file *elf, int fd)
{
	int err;

	*elf = (struct elf_file){ .fd = fd };
	err = read_header(elf);
	if (!err)
		err = read_tables(elf);
	if (!err)
		err = read_section_names(elf);
	if (err)
		elf_file_fini(elf);
	return err;
}

void elf_file_fini(struct elf_file *elf)
{
	free(elf->segments);
	free(elf->sections);
	free(elf->names);
	*elf = (struct elf_file){ .fd = -1 };
}

const Elf64_Shdr *elf_file_section(const struct elf_file *elf, const char *name)
{
	for (size_t i = 0; elf->names && i < elf->n_sections; i++) {
		const Elf64_Shdr *s = &elf->sections[i];

		if (s->sh_name < elf->names_size && !strcmp(elf->names + s->sh_name, name))
			return s;
	}
	return NULL;
}

int elf_file_offset(const struct elf_file *elf, uint64_t address, uint32_t flags, uint64_t *offset)
{
	for (size_t i = 0; i < elf->n_segments; i++) {
		const Elf64_Phdr *s = &elf->segments[i];
		uint64_t at = address - s->p_vaddr;

		if (s->p_type != PT_LOAD || (s->p_flags & flags) != flags || address < s->p_vaddr ||
		    at >= s->p_filesz)
			continue;
		if (s->p_offset > elf->size || at >= elf->size - s->p_offset)
			continue;
		*offset = s->p_offset + at;
		return 0;
	}
	return -ENOENT;
}
