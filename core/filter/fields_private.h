/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FILTER_FIELDS_PRIVATE_H
#define FILTER_FIELDS_PRIVATE_H

#include "core/filter/fields.h"
#include "core/filter/meta_path.h"

/* The field of TERM is a KIND of SIZE bytes. */
void fields_describe(struct fields *f, const struct meta_term *term, enum retis_kind kind,
		     uint32_t size);
/* The last member of TERM's path; the resolver's data are the fields. */
int fields_leaf(const struct resolver *r, struct meta_term *term, const struct meta_step *step,
		const struct member *member);

#endif
