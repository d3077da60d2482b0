/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* How a collection started: the first event of every file. */
#ifndef INPUT_STARTUP_H
#define INPUT_STARTUP_H

#include <stdbool.h>

#include <retis/reader.h>
#include <retis/text.h>

#include "core/json/parse.h"

struct printer;

/* What a struct retis_start points to, and what files may leave out. */
struct startup {
	struct retis_start start;
	bool has_offset;
	char version[128];
	char command_line[4096];
	char kernel_release[128];
	char kernel_version[256];
	char machine[128];
	char host_name[256];
	char host_id[64];
};

/* Of a file that several were merged into, by number less one; of each only what JSON tells. */
struct startup_hosts {
	const struct retis_start *list[RETIS_HOSTS_MAX];
	struct startup hosts[RETIS_HOSTS_MAX];
};

/* A member of `hosts`; what it lacks is empty. */
void startup_parse_host(struct startup *s, struct json host);

/* From the `startup` member of an event; what it lacks is empty, strings that
 * are too long are cut. -EINVAL: it is no object. */
int startup_parse(struct startup *s, struct json startup, uint64_t timestamp);

/* The strings of START, which they refer to from then on; hosts are none. */
void startup_copy(struct startup *s, const struct retis_start *start, bool has_offset);

/* "NAME (ID), clock error 12 us, at most 1500 us"; nothing of what START does not tell. */
void startup_put_host(const struct retis_start *start, struct retis_text *out);

/* As the printer prints events. */
void startup_print(struct printer *p, const struct retis_start *start, struct retis_text *out);

#endif
