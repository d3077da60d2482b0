/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The plugin's side of <retis/bpf/frags.h>. */
#ifndef RETIS_FRAGS_H
#define RETIS_FRAGS_H

#include <errno.h>
#include <unistd.h>

#include <retis/plugin.h>

/*
 * In setup(): lets hooks follow fragments. These are pages, known by their struct page. Their bytes
 * are found with the start of the kernel's linear mapping and of its map of pages, which are
 * variables where they are randomized (arch/x86/mm/kaslr.c). If they are hidden, LOST is said
 * to happen ("packet bytes in page fragments are left out"), and 0 returned.
 */
static inline int retis_follow_frags(const struct retis_host *host, const char *lost)
{
	static const struct {
		const char *symbol, *address;
	} bases[] = {
		{ "page_offset_base", "retis_page_offset_base_at" },
		{ "vmemmap_base", "retis_vmemmap_base_at" },
	};
	uint32_t shift = 0;
	uint64_t address;
	int err;

	while (1L << shift < sysconf(_SC_PAGESIZE))
		shift++;
	err = host->set_constant(host, "retis_page_shift", &shift, sizeof(shift));
	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]) && !err; i++) {
		err = host->symbol(host, bases[i].symbol, &address);
		if (err) {
			host->log(host, RETIS_LOG_INFO, "%s: %s %s", lost, bases[i].symbol,
				  err == -EPERM ? "is hidden (kernel.kptr_restrict)"
						: "is not in /proc/kallsyms (CONFIG_KALLSYMS_ALL)");
			return 0;
		}
		err = host->set_constant(host, bases[i].address, &address, sizeof(address));
	}
	return err;
}

#endif
