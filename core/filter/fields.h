/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fields of one's choice: paths in the language of the metadata filter (meta.h), read at each
 * event instead of compared.
 *
 *   len, dev.mtu, _nfct:~0x7:nf_conn.mark, task_struct.comm, arg.budget, ret
 *
 * What does not begin with sk_buff, task_struct, arg or ret is a member of the sk_buff. `arg.NAME`
 * is an argument of the probe, by the name it has in the kernel's sources, and a path may go on
 * from there; `ret` is what a function returned.
 *
 * They become a section with a field table of its own and a hook that fills it in. What can't be
 * read is not there; with nothing there is no section.
 *
 * In three steps, as filters: the text is parsed; its paths are found in BTF, which needs the
 * probes for their arguments (fields.c); and instructions are made of it (fields_emit.c).
 */
#ifndef FILTER_FIELDS_H
#define FILTER_FIELDS_H

#include <retis/section.h>

#include "core/filter/meta.h"
#include "core/filter/meta_argument.h"
#include "core/filter/meta_private.h"

#define FIELDS_MAX 16
#define FIELDS_NAME_SIZE 64

struct fields {
	/* Once they are resolved. */
	struct retis_section_type type;
	struct retis_field table[FIELDS_MAX];
	char names[FIELDS_MAX][FIELDS_NAME_SIZE];
	/* Those of enums, or NULL. */
	struct retis_enum_name *enums[FIELDS_MAX];
	/* Bytes of the section's payload. */
	uint32_t size;
	struct meta_filter paths;
	char *text;
	struct meta_arguments args;
	/* Something begins with it. */
	bool roots[META_RETURNED + 1];
};

/* Each 0, or -EINVAL, -E2BIG or -ENOMEM with WHY filled in; F is to be freed in any case. */
int fields_parse(const char *text, struct fields *f, struct meta_why *why);
int fields_resolve(struct fields *f, const struct meta_types *types,
		   const struct meta_probes *probes, struct meta_why *why);
/* CODE is a hook, as in include/retis/bpf/hook.h, that adds a section of number SECTION; its
 * arguments are those of `args`. It takes 48 bytes of stack. BIG: for a big-endian host. */
int fields_emit(const struct fields *f, uint16_t section, bool big, struct splice_code *code,
		struct meta_why *why);

/* Accepts one that is all zeros. */
void fields_fini(struct fields *f);

#endif
