/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usdt probes in an ELF file: the notes that <sys/sdt.h> leaves in its section
 * .note.stapsdt. The file is anybody's: every number in it may be wrong.
 */
#ifndef CORE_USDT_NOTES_H
#define CORE_USDT_NOTES_H

#include <stddef.h>
#include <stdint.h>

struct note {
	/* Terminated, within what was read of the file. */
	const char *provider, *name, *args;
	/* As linked. */
	uint64_t address;
	/* Where in the file the probe is, and the counter of who looks at it (0: there is
	 * none). */
	uint64_t offset;
	uint64_t semaphore;
};

/*
 * Calls USE for each note of the file FD until it returns something else than 0, which is
 * returned; MACHINE is the file's (EM_*). -ENOEXEC: it is no ELF file of this kind of
 * processor, 64 bits; -EBADMSG: it is broken; -ENOMEM, or what reading failed with. Notes that
 * are not of probes, or of places that are not in the file, are passed over.
 */
int notes_read(int fd, int (*use)(void *arg, unsigned int machine, const struct note *note),
	       void *arg);

#endif
