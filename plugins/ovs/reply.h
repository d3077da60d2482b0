/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers of a daemon's unixctl socket: JSON-RPC, objects one behind the other. Just as much
 * JSON as is needed to get at their texts, of bytes that anybody may have made up.
 */
#ifndef OVS_REPLY_H
#define OVS_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Looks for the end of an object while its bytes come in; all zero: before its first one. */
struct ovs_reply_end {
	/* Bytes that were looked at. */
	size_t at;
	unsigned int depth;
	bool in_string;
	bool escaped;
};

/* TEXT has SIZE bytes by now. 1: the object ends with byte `at` - 1; 0: more is to come;
 * -EBADMSG: it is none. */
int ovs_reply_find_end(struct ovs_reply_end *end, const char *text, size_t size);

struct ovs_reply {
	/* Of the request it answers; UINT64_MAX: it says none. */
	uint64_t id;
	/* Terminated texts in what was read, or NULL. */
	const char *result;
	const char *error;
};

/* The object in the SIZE bytes of TEXT, which it changes: texts lose their escapes in place.
 * -EBADMSG: it is not JSON, or nothing of the kind. */
int ovs_reply_read(char *text, size_t size, struct ovs_reply *out);

#endif
