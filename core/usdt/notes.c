/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/usdt/notes.h"

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/usdt/elf_file.h"

/* Type and owner of the notes. */
#define NOTE_TYPE 3
#define NOTE_OWNER "stapsdt"

/* What a note begins with; the strings follow. */
struct description {
	uint64_t address;
	/* Of .stapsdt.base when it was linked: whoever moved the file's parts afterwards did
	 * not adjust the note. */
	uint64_t base;
	uint64_t semaphore;
};

struct reading {
	const struct elf_file *elf;
	/* Where .stapsdt.base is; 0: there is none. */
	uint64_t base;
	int (*use)(void *arg, unsigned int machine, const struct note *note);
	void *arg;
};

/* A terminated string from *AT on, and *AT behind it; NULL: it does not end before END. */
static const char *take_string(const char **at, const char *end)
{
	const char *text = *at, *stop = memchr(text, '\0', (size_t)(end - text));

	if (!stop)
		return NULL;
	*at = stop + 1;
	return text;
}

static int use_note(const struct reading *r, const char *data, size_t size)
{
	const char *at = data + sizeof(struct description), *end = data + size;
	struct description d;
	struct note note;
	uint64_t moved;

	if (size < sizeof(d))
		return 0;
	memcpy(&d, data, sizeof(d));
	note.provider = take_string(&at, end);
	note.name = note.provider ? take_string(&at, end) : NULL;
	note.args = note.name ? take_string(&at, end) : NULL;
	if (!note.args || !*note.provider || !*note.name)
		return 0;
	moved = r->base && d.base ? r->base - d.base : 0;
	note.address = d.address + moved;
	note.semaphore = 0;
	if (elf_file_offset(r->elf, note.address, PF_X, &note.offset))
		return 0;
	/* Without its counter the program would not come by. */
	if (d.semaphore && elf_file_offset(r->elf, d.semaphore + moved, PF_W, &note.semaphore))
		return 0;
	return r->use(r->arg, r->elf->header.e_machine, &note);
}

static size_t pad_to_word(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

/* Broken ones end the section. */
static int use_section(const struct reading *r, const char *data, size_t size)
{
	size_t at = 0;
	int err = 0;

	while (!err && size - at >= sizeof(Elf64_Nhdr)) {
		size_t name = at + sizeof(Elf64_Nhdr), description, end;
		Elf64_Nhdr header;

		memcpy(&header, data + at, sizeof(header));
		description = name + pad_to_word(header.n_namesz);
		end = description + header.n_descsz;
		if (description > size || end > size)
			break;
		if (header.n_type == NOTE_TYPE && header.n_namesz == sizeof(NOTE_OWNER) &&
		    !memcmp(data + name, NOTE_OWNER, sizeof(NOTE_OWNER)))
			err = use_note(r, data + description, header.n_descsz);
		at = pad_to_word(end) < size ? pad_to_word(end) : size;
	}
	return err;
}

int notes_read(int fd, int (*use)(void *arg, unsigned int machine, const struct note *note),
	       void *arg)
{
	struct elf_file elf;
	struct reading r = { .elf = &elf, .use = use, .arg = arg };
	const Elf64_Shdr *section, *base;
	char *data = NULL;
	int err = elf_file_open(&elf, fd);

	if (err)
		return err;
	section = elf_file_section(&elf, ".note.stapsdt");
	base = elf_file_section(&elf, ".stapsdt.base");
	r.base = base ? base->sh_addr : 0;
	if (section)
		err = elf_file_read(&elf, section->sh_offset, section->sh_size, &data);
	if (!err && section)
		err = use_section(&r, data, section->sh_size);
	free(data);
	elf_file_fini(&elf);
	return err;
}
