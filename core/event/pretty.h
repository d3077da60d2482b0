/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* JSON for people: two spaces a level, a member a line. Or as short as it can be. */
#ifndef EVENT_PRETTY_H
#define EVENT_PRETTY_H

#include <stdbool.h>
#include <stdint.h>

#include <retis/text.h>

struct pretty {
	struct retis_text *out;
	/* Without a space or a line end. */
	bool compact;
	unsigned int depth;
	/* Something stands before what comes next, in the same container. */
	bool behind;
};

/* KEY: the member's name; NULL in an array and at the top. */
void pretty_open(struct pretty *p, const char *key, char bracket);
void pretty_close(struct pretty *p, char bracket);
void pretty_string(struct pretty *p, const char *key, const char *value);
void pretty_uint(struct pretty *p, const char *key, uint64_t value);
void pretty_int(struct pretty *p, const char *key, int64_t value);

#endif
