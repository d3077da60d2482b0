/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BPF objects whose programs are captured instead of run: libbpf creates their
 * maps and finishes their instructions, the splicer builds probes from them.
 */
#ifndef CORE_PROBE_CAPTURE_H
#define CORE_PROBE_CAPTURE_H

#include <stdbool.h>

#include <retis/plugin.h>

#include "core/probe/splice.h"

struct bpf_object;
struct capture;

/* Opens FILE; NAME (copied) is for messages. Programs must be in SEC("hook/...")
 * or SEC("template/..."). The object can be changed until capture_load(). */
int capture_open(const struct retis_object *file, const char *name, struct capture **out);

/* Also unloads the object: programs spliced from it and already loaded go on.
 * Accepts NULL. */
void capture_free(struct capture *c);

/* The object, for its maps; borrowed. */
struct bpf_object *capture_object(const struct capture *c);

/* Sets a `const volatile` variable. Only before capture_load(). -ENOENT: there
 * is none of this name; -EINVAL: its size differs. */
int capture_set_constant(struct capture *c, const char *name, const void *value, size_t size);

/* Room for N entries in map NAME. Only before capture_load(). -ENOENT: there is none. */
int capture_size_map(struct capture *c, const char *name, uint32_t n);
/* The map's file descriptor after capture_load(); borrowed. -ENOENT: there is none. */
int capture_map_fd(const struct capture *c, const char *name);
/* What RETIS_BPF_ABI was when the object was compiled; 0: older than that. */
uint32_t capture_hook_abi(const struct capture *c);

/* Creates the maps and captures the programs. On failure, the reason is in what
 * capture_error() returns. */
int capture_load(struct capture *c);
const char *capture_error(const struct capture *c);

/* The finished instructions of the program whose C function is NAME; borrowed.
 * NULL: there is none. */
const struct splice_code *capture_find(const struct capture *c, const char *name);

/* What the program NAME reads and this kernel's types do not have, for people. False:
 * nothing. */
bool capture_reads_in_vain(const struct capture *c, const char *name, char *text, size_t size);

/* Sends what libbpf says to our log: see core/probe/libbpf_log.c. */
void libbpf_log_init(void);

/* What libbpf says in this thread of reads in vain goes to LIST, until NULL. */
struct poison_list;
void libbpf_log_poisons(struct poison_list *list);

/* The last thing libbpf complained about since the call before, or "". */
const char *libbpf_log_last(void);

#endif
