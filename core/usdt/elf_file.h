/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Segments and sections of an ELF file that nobody has checked, and that may change while it
 * is read: nothing is mapped, every length is compared with the file's size.
 */
#ifndef CORE_USDT_ELF_FILE_H
#define CORE_USDT_ELF_FILE_H

#include <elf.h>
#include <stddef.h>
#include <stdint.h>

struct elf_file {
	/* Borrowed. */
	int fd;
	uint64_t size;
	Elf64_Ehdr header;
	Elf64_Phdr *segments;
	size_t n_segments;
	Elf64_Shdr *sections;
	size_t n_sections;
	/* Of sections; terminated. */
	char *names;
	size_t names_size;
};

/* -ENOEXEC: no ELF file of 64 bits for this kind of processor; -EBADMSG: broken. */
int elf_file_open(struct elf_file *elf, int fd);
void elf_file_fini(struct elf_file *elf);

/* NULL: it has none of that NAME. */
const Elf64_Shdr *elf_file_section(const struct elf_file *elf, const char *name);

/* SIZE bytes at OFFSET to DATA, which is the caller's to free. */
int elf_file_read(const struct elf_file *elf, uint64_t offset, uint64_t size, char **data);

/* Where in the file that is which is mapped to ADDRESS, in a segment with FLAGS (PF_*).
 * -ENOENT: nowhere. */
int elf_file_offset(const struct elf_file *elf, uint64_t address, uint32_t flags, uint64_t *offset);

#endif
