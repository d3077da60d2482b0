/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Types of columns, as Arrow's metadata describes them. */
#ifndef IPC_SCHEMA_H
#define IPC_SCHEMA_H

#include <retis/arrow.h>

#include "core/ipc/flat.h"

enum ipc_layout {
	/* `width` bytes each. */
	IPC_FIXED,
	IPC_BITS,
	/* Bytes behind one another, and where each ends. */
	IPC_BYTES,
	IPC_LIST,
	IPC_STRUCT,
};

struct ipc_type {
	/* As in struct ArrowSchema. */
	const char *format;
	enum ipc_layout layout;
	uint8_t width;
	bool is_signed;
	/* In Arrow's union of types. */
	uint8_t number;
};

/* NULL: none that columns of ours have. */
const struct ipc_type *ipc_find_type(const char *format);

/* Dictionaries are numbered from 0 in the order of fields, the outer one first; how many. */
size_t ipc_count_dictionaries(const struct ArrowSchema *s);

/* What the reference at REF refers to: the table that has the columns S. -ENOTSUP: a type that is
 * none of ours. */
int ipc_put_schema(struct retis_text *f, size_t ref, const struct ArrowSchema *s);

#endif
