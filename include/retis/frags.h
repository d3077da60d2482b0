/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The plugin's side of <retis/bpf/frags.h>. */
#ifndef RETIS_FRAGS_H
#define RETIS_FRAGS_H

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <retis/plugin.h>

/* In the plugin's state. */
struct retis_frags {
	/* Why fragments are not followed; empty: they are, or it was told. */
	char why_not[128];
};

/* Fragments are pages, known by their struct page. Their bytes are found with the start of the
 * kernel's linear mapping and of its map of pages. */

#ifdef __aarch64__

#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>

/* Both are constants of the kernel (arch/arm64/include/asm/memory.h), which it tells debuggers: as
 * lines "NUMBER(NAME)=VALUE" in the notes of /proc/kcore, which come first. */
static inline ssize_t retis_read_kcore_notes(char *notes, size_t size)
{
	int fd = open("/proc/kcore", O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;
	Elf64_Ehdr file;
	Elf64_Phdr part;

	if (fd < 0)
		return -errno;
	if (pread(fd, &file, sizeof(file), 0) == sizeof(file) &&
	    pread(fd, &part, sizeof(part), (off_t)file.e_phoff) == sizeof(part) &&
	    part.p_type == PT_NOTE)
		n = pread(fd, notes, part.p_filesz < size ? part.p_filesz : size,
			  (off_t)part.p_offset);
	close(fd);
	return n < 0 ? -EIO : n;
}

static inline int retis_find_pages(uint64_t *linear, uint64_t *map)
{
	/* With a NUL at the end. */
	char notes[32 << 10] = "", *bits, *start;
	ssize_t n = retis_read_kcore_notes(notes, sizeof(notes) - 1);

	if (n < 0)
		return (int)n;
	bits = memmem(notes, (size_t)n, "NUMBER(VA_BITS)=", 16);
	start = memmem(notes, (size_t)n, "NUMBER(VMEMMAP_START)=", 22);
	if (!bits || !start)
		return -ENODATA;
	*linear = -(1ULL << (strtoul(bits + 16, NULL, 10) & 63));
	*map = strtoull(start + 22, NULL, 16);
	return 0;
}

static inline int retis_set_pages(const struct retis_host *host, struct retis_frags *frags)
{
	uint64_t linear, map;
	int err = retis_find_pages(&linear, &map);

	if (err) {
		snprintf(frags->why_not, sizeof(frags->why_not),
			 "/proc/kcore does not tell where pages are: %s (CAP_SYS_RAWIO and Linux "
			 "6.0 are needed)",
			 strerror(-err));
		return 0;
	}
	err = host->set_constant(host, "retis_page_offset", &linear, sizeof(linear));
	return err ? err : host->set_constant(host, "retis_vmemmap", &map, sizeof(map));
}

#else

/* They are variables where they are randomized (arch/x86/mm/kaslr.c). */
static inline int retis_set_pages(const struct retis_host *host, struct retis_frags *frags)
{
	static const struct {
		const char *symbol, *address;
	} bases[] = {
		{ "page_offset_base", "retis_page_offset_base_at" },
		{ "vmemmap_base", "retis_vmemmap_base_at" },
	};
	uint64_t address;
	int err = 0;

	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]) && !err; i++) {
		err = host->symbol(host, bases[i].symbol, &address);
		if (err) {
			snprintf(frags->why_not, sizeof(frags->why_not), "%s %s", bases[i].symbol,
				 err == -EPERM ? "is hidden (kernel.kptr_restrict)"
					       : "is not in /proc/kallsyms (CONFIG_KALLSYMS_ALL)");
			return 0;
		}
		err = host->set_constant(host, bases[i].address, &address, sizeof(address));
	}
	return err;
}

#endif

/* In setup(): lets hooks follow fragments. If that is not possible, hooks do without, and 0 is
 * returned: see retis_tell_frags(). */
static inline int retis_follow_frags(const struct retis_host *host, struct retis_frags *frags)
{
	uint32_t shift = 0;
	int err;

	while (1L << shift < sysconf(_SC_PAGESIZE))
		shift++;
	err = host->set_constant(host, "retis_page_shift", &shift, sizeof(shift));
	return err ? err : retis_set_pages(host, frags);
}

/* In tick() and stop(): says it, once, if there were bytes that a hook did not find. */
static inline void retis_tell_frags(const struct retis_host *host, struct retis_frags *frags)
{
	int fd = frags->why_not[0] ? host->map_fd(host, "retis_frags_missed") : -1;
	void *missed =
		fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(uint32_t), PROT_READ, MAP_SHARED, fd, 0);

	if (missed == MAP_FAILED)
		return;
	if (*(const uint32_t *)missed) {
		host->log(host, RETIS_LOG_INFO,
			  "bytes of packets that are in page fragments are left out: %s",
			  frags->why_not);
		frags->why_not[0] = '\0';
	}
	munmap(missed, sizeof(uint32_t));
}

#endif
