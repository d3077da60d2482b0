/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of a table as Arrow's RecordBatch: buffers behind one another, compressed with zstd. */
#ifndef IPC_BODY_H
#define IPC_BODY_H

#include <zstd.h>

#include <retis/arrow.h>

#include "core/ipc/flat.h"
#include "core/ipc/words.h"

/* As in Message.fbs. */
struct ipc_node {
	int64_t length;
	int64_t nulls;
};

struct ipc_place {
	int64_t offset;
	int64_t length;
};

/* Zeros, and what becomes of them. */
struct ipc_zeros {
	size_t n;
	size_t length;
	char packed[48];
};

#define IPC_ZEROS 61

/* All in the order of fields. */
struct ipc_body {
	int64_t length;
	struct ipc_node *nodes;
	size_t n_nodes;
	size_t room_nodes;
	struct ipc_place *places;
	size_t n_places;
	size_t room_places;
	/* The buffers. */
	struct retis_text bytes;
	ZSTD_CCtx *zstd;
	/* By n modulo IPC_ZEROS. */
	struct ipc_zeros zeros[IPC_ZEROS];
};

/* -ENOMEM; ipc_body_fini() in any case. */
int ipc_body_init(struct ipc_body *b);
/* Accepts a zeroed one. */
void ipc_body_fini(struct ipc_body *b);

/* All of these forget what was there. -ENOMEM; -E2BIG. */

/* The columns of BATCH; its words by the numbers that WORDS (may be NULL) gives them. */
int ipc_body_set_rows(struct ipc_body *b, const struct ArrowSchema *s,
		      const struct ArrowArray *batch, const struct ipc_words *words);
/* An array of strings. */
int ipc_body_set_strings(struct ipc_body *b, const struct ArrowArray *strings);

/* What the reference at REF refers to. */
void ipc_put_body(struct retis_text *f, size_t ref, const struct ipc_body *b);

#endif
