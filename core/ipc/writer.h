/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables as Arrow IPC (https://arrow.apache.org/docs/format/Columnar.html), written from the
 * front to the end in memory that does not depend on how many rows there are. Pure.
 *
 * A stream has the dictionaries of each batch before it. A file has one for all batches of a
 * column at its end, where it is found by the footer: so readers that know neither changes nor
 * replacements of dictionaries read it.
 */
#ifndef IPC_WRITER_H
#define IPC_WRITER_H

#include "core/ipc/body.h"

enum ipc_form {
	IPC_FILE = 1,
	IPC_STREAM,
};

/* Gets all bytes, one after the other. 0 or a negative errno. */
struct ipc_out {
	int (*write)(void *arg, const void *data, size_t n);
	void *arg;
};

/* Where a message is, as in File.fbs. */
struct ipc_block {
	int64_t offset;
	int32_t head;
	int32_t reserved;
	int64_t body;
};

struct ipc_blocks {
	struct ipc_block *list;
	size_t n;
	size_t room;
};

struct ipc {
	enum ipc_form form;
	struct ipc_out out;
	/* Borrowed. */
	const struct ArrowSchema *schema;
	int64_t written;
	bool has_batch;
	struct retis_text head;
	struct ipc_body body;
	/* Of a file. */
	struct ipc_words words;
	struct ipc_blocks dictionaries;
	struct ipc_blocks batches;
};

/* All of these: 0 or a negative errno: of OUT; -ENOMEM; -ENOTSUP: not a table of ours; -E2BIG: the
 * words of a file are more than IPC_WORDS_MAX, or a batch is. */

/* A table with the columns SCHEMA (borrowed); ipc_fini() in any case. */
int ipc_begin(struct ipc *w, enum ipc_form form, const struct ArrowSchema *schema,
	      const struct ipc_out *out);
int ipc_put_batch(struct ipc *w, const struct ArrowArray *batch);
int ipc_end(struct ipc *w);
/* Accepts a zeroed one. */
void ipc_fini(struct ipc *w);

#endif
