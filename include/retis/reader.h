/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * libretis: reads event files (docs/event-format.md), from a path, a file
 * descriptor or a stream.
 *
 *   struct retis_reader *r;
 *   const struct retis_item *item;
 *   int err = retis_reader_open("retis.data", NULL, &r);
 *
 *   while (!err && (err = retis_reader_next(r, &item)) > 0)
 *           ... look at item->kind ...
 *   if (err < 0)
 *           fprintf(stderr, "%s\n", retis_reader_error(r));
 *   retis_reader_close(r);
 *
 * A file may say anything: whatever is in it, memory stays below
 * RETIS_READER_MEMORY, every call makes progress, what is damaged is skipped and
 * reported as an item, and what is handed out keeps the promises made here. What
 * payloads and strings say is nevertheless anybody's word: escape before printing.
 *
 * Functions that return int return a negative errno on failure; then
 * retis_reader_error() has a sentence. A reader belongs to one thread at a time;
 * several readers may be used at once. The library prints nothing and keeps no
 * global state.
 */
#ifndef RETIS_READER_H
#define RETIS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <retis/event.h>
#include <retis/section.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes a reader may take, all in all. */
#define RETIS_READER_MEMORY (40u << 20)

/* In struct retis_event.probe, and in retis_loss.probe: none. */
#define RETIS_NO_PROBE 0xffff

struct retis_reader;

/* --- what comes out --------------------------------------------------------- */

enum retis_item_kind {
	/* A file starts: forget all dictionaries, these are new. The first item,
	 * unless the start of the file is damaged, and another one where files
	 * were joined. */
	RETIS_ITEM_START = 1,
	/* The dictionaries have grown; all they held stays as it is. */
	RETIS_ITEM_DICTIONARY,
	RETIS_ITEM_EVENT,
	RETIS_ITEM_LOSS,
	RETIS_ITEM_DAMAGE,
};

enum retis_loss_cause {
	/* No room in the ring between kernel and user space. */
	RETIS_LOSS_RING_FULL = 1,
	/* Interrupts nested deeper than there are buffers. */
	RETIS_LOSS_NESTING,
	/* A section (not an event) found no room in its event. */
	RETIS_LOSS_SECTION,
	/* The kernel skipped a run of the probe's program. */
	RETIS_LOSS_SKIPPED,
	/* A plugin's map had no room. */
	RETIS_LOSS_MAP_FULL,
	/* The call of a function was not seen, only its return. */
	RETIS_LOSS_UNPAIRED,
	/* A packet was not tracked, as many others were. */
	RETIS_LOSS_UNTRACKED,
	/* Arguments of a probe in user space were not in memory. */
	RETIS_LOSS_UNREAD,
	/* A newer writer may know more; see retis_loss_text(). */
};

/* Losses are counted about once a second: these happened after `since`, at the
 * latest `until`. Counts add up; they are part of no other record. */
struct retis_loss {
	uint64_t since;
	uint64_t until;
	uint64_t count;
	/* enum retis_loss_cause. */
	uint16_t cause;
	/* Number of the probe, or RETIS_NO_PROBE. */
	uint16_t probe;
	/* As in struct retis_event. */
	uint16_t host;
};

/* Bytes that were skipped. */
struct retis_damage {
	/* Where in the file, and how many. */
	uint64_t offset;
	uint64_t length;
	/* Events that are gone if it is known, else 0. */
	uint64_t events;
	/* A few words without the offset: "bad checksum". Static. */
	const char *reason;
};

/* Valid until the next call with this reader. */
struct retis_item {
	enum retis_item_kind kind;
	/* The member for `kind`, the others are NULL. */
	/* Its size is right, its sections lie within it (see
	 * retis_section_next()); it is aligned to RETIS_ALIGN. */
	const struct retis_event *event;
	const struct retis_loss *loss;
	const struct retis_damage *damage;
	/* Where in the file the block is that it came from. */
	uint64_t offset;
};

/* --- dictionaries ----------------------------------------------------------- */

enum retis_split_kind {
	RETIS_SPLIT_NONE = 0,
	/* By size: `limit` is in bytes. */
	RETIS_SPLIT_SIZE,
	/* By time: `limit` is in seconds. */
	RETIS_SPLIT_TIME,
};

/* A file of a set that was rotated. */
struct retis_split {
	/* RETIS_SPLIT_NONE: not part of a set. */
	enum retis_split_kind kind;
	/* Its place in the set, from 0; the file's name ends in it. */
	uint32_t id;
	uint64_t limit;
};

/* A file has at most so many hosts. */
#define RETIS_HOSTS_MAX 255

/* How the collection started. Strings are never NULL and may be empty. */
struct retis_start {
	/* CLOCK_MONOTONIC ns when the file was begun. */
	uint64_t timestamp;
	/* CLOCK_REALTIME - CLOCK_MONOTONIC, ns. */
	int64_t clock_offset;
	/* The program's version, and the command line. */
	const char *version;
	const char *command_line;
	/* uname -r, -v, -m. */
	const char *kernel_release;
	const char *kernel_version;
	const char *machine;
	struct retis_split split;
	/* Random, the same for all files of one collection. */
	uint64_t collection;
	/* What the machine is called, and its machine-id(5); empty: not told. */
	const char *host_name;
	const char *host_id;
	/* How far its clock may have been off, as estimated and at most, ns, by
	 * adjtimex(2); 0: not told, or nothing kept it right. */
	uint64_t clock_error;
	uint64_t clock_error_max;
	/* A file that several were merged into: how each of them started, host N at N - 1;
	 * NULL, there and for one of them: not told. */
	const struct retis_start *const *hosts;
	uint32_t n_hosts;
};

struct retis_file_probe {
	/* "tcp_v4_rcv", "net:netif_rx"; "PROVIDER:NAME" in user space. */
	const char *symbol;
	/* In JSON: "kprobe", "kretprobe", "raw_tracepoint", "usdt": functions are kprobes in
	 * whatever way they were attached. */
	const char *type;
	/* In text: "k", "kr", "tp", "f", "fr" ...; "": not known. */
	const char *tag;
	/* A probe in user space: the program's path, and where in it; else NULL, 0. */
	const char *path;
	uint64_t ip;
	/* How it was attached: "fentry", "kprobe.multi" ... NULL: as the type says, or not
	 * told. */
	const char *backend;
};

struct retis_file_section {
	/* The plugin that wrote it, and that plugin's version. */
	const char *plugin;
	const char *plugin_version;
	/*
	 * As the plugin described it: `print` is NULL. Names are snake_case and
	 * kebab-case, fields lie within RETIS_EVENT_MAX and groups end: it passes
	 * the checks a loaded plugin's table must pass.
	 */
	struct retis_section_type type;
};

/*
 * All of these return NULL for what there is not (holes are possible in a damaged
 * file), and what they return is valid until retis_reader_next() has returned
 * RETIS_ITEM_START, or the reader is closed.
 */

/* NULL before the first RETIS_ITEM_START. */
const struct retis_start *retis_reader_start(const struct retis_reader *r);
/* By the number in struct retis_section.type; numbers are below
 * retis_reader_n_sections(), which is at most 256. */
const struct retis_file_section *retis_reader_section(const struct retis_reader *r,
						      uint32_t number);
uint32_t retis_reader_n_sections(const struct retis_reader *r);
/* By the number in struct retis_event.probe. */
const struct retis_file_probe *retis_reader_probe(const struct retis_reader *r, uint32_t number);
uint32_t retis_reader_n_probes(const struct retis_reader *r);
/* The symbol an address is in, and how far; NULL: the file does not say. */
const char *retis_reader_symbol(const struct retis_reader *r, uint64_t address, uint64_t *offset);

/* A name that was made while collecting: TEXT is what KEY has in TABLE from SINCE on. */
struct retis_file_name {
	uint64_t since;
	const char *table;
	const void *key;
	uint32_t key_size;
	const char *text;
};

/* Number INDEX, from 0, in the order of the file, lent to *NAME; false: there are not
 * that many yet. */
bool retis_reader_name_at(struct retis_reader *r, size_t index, struct retis_file_name *name);
/* All of them, for views of sections and to look one up; as long as the reader. */
const struct retis_names *retis_reader_names(struct retis_reader *r);

/* "event buffer full"; never NULL. */
const char *retis_loss_text(uint16_t cause);

/* --- opening, reading ------------------------------------------------------- */

struct retis_reader_options {
	/* sizeof(struct retis_reader_options). */
	uint32_t size;
	/* At the end of what is there, wait for more: retis_reader_next() returns
	 * -EAGAIN until the writer has closed the file. */
	bool follow;
	/* Bytes already read from the file descriptor's stream, to be read again;
	 * copied. For telling by content who should read it. At most 64 KiB. */
	const void *peeked;
	size_t n_peeked;
	/* Called before reading from a pipe or the like has to wait for more: what
	 * was made of the items so far can go on its way. NULL: nothing is. */
	void (*idle)(void *arg);
	void *idle_arg;
	/* Called before the dictionaries are forgotten, while they still hold: with the
	 * same argument. NULL: nothing is. */
	void (*ending)(void *arg);
	/* Whether anything is wanted of a block of events whose time stamps are from FIRST
	 * to LAST; if not, it is passed over, not decompressed. Called when all dictionaries
	 * that explain it are known. NULL: all blocks are wanted. */
	bool (*wants)(void *arg, uint64_t first, uint64_t last);
	void *wants_arg;
};

/* Do these first bytes (8 are enough) begin an event file? */
bool retis_reader_recognizes(const void *data, size_t size);

/*
 * OPTIONS may be NULL. *OUT is set even if opening fails (except for -ENOMEM, then
 * it is NULL) so that there is an error text; it must be closed in any case.
 * -EMEDIUMTYPE: not an event file. -EPROTO: written by a newer version or on a
 * machine with another byte order. -ENODATA: empty.
 */
int retis_reader_open(const char *path, const struct retis_reader_options *options,
		      struct retis_reader **out);
/* Anything that can be read, pipes too. FD stays the caller's. */
int retis_reader_open_fd(int fd, const struct retis_reader_options *options,
			 struct retis_reader **out);
/* Accepts NULL. */
void retis_reader_close(struct retis_reader *r);

/*
 * The next item. 1: *ITEM is set; 0: there is nothing more; -EAGAIN: nothing more
 * yet (follow: call again later). Any other error ends reading. Events come in
 * the order of their time stamps within a block, and blocks nearly so.
 */
int retis_reader_next(struct retis_reader *r, const struct retis_item **item);

/*
 * Goes to the first event at TIMESTAMP or later; damage on the way is not
 * reported. Dictionaries are kept and completed. Fast if the file was ended by its
 * writer; else blocks are passed one by one. -ESPIPE: not possible in a pipe.
 */
int retis_reader_seek(struct retis_reader *r, uint64_t timestamp);

/*
 * Goes to the block at OFFSET: what an item of this file said. Dictionaries are kept; those
 * that are between here and there are known only if they were read before, or
 * retis_reader_seek() was called.
 */
int retis_reader_seek_block(struct retis_reader *r, uint64_t offset);

/* What went wrong last, "" if nothing did. Escaped for a terminal. */
const char *retis_reader_error(const struct retis_reader *r);

/* Counted while reading, so far. */
struct retis_reader_stats {
	/* Bytes of the file that were read. */
	uint64_t bytes;
	/* Blocks with events, and their bytes in the file and decompressed. */
	uint64_t blocks;
	uint64_t stored;
	uint64_t raw;
	uint64_t events;
	/* Reported as damage, and how many bytes were skipped. */
	uint64_t damages;
	uint64_t skipped;
	/* The end the writer wrote was seen; if not, it was killed, or is still
	 * at work, or the file was cut. */
	bool complete;
};

/* *STATS is set as far as SIZE goes. */
void retis_reader_get_stats(const struct retis_reader *r, struct retis_reader_stats *stats,
			    size_t size);

/* --- sections of an event --------------------------------------------------- */

/* The section behind PREVIOUS (NULL: the first one), NULL at the end. Only for
 * events that came from a reader. */
static inline const struct retis_section *retis_section_next(const struct retis_event *event,
							     const struct retis_section *previous)
{
	const char *end = (const char *)event + event->size;
	const char *at = previous ? (const char *)(previous + 1) + RETIS_ALIGNED(previous->size)
				  : (const char *)(event + 1);

	return at < end ? (const struct retis_section *)at : (const struct retis_section *)0;
}

/* Its payload, `size` bytes. */
static inline const void *retis_section_data(const struct retis_section *section)
{
	return section + 1;
}

#ifdef __cplusplus
}
#endif

#endif
