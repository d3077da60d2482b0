/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Terms of a metadata filter that are about the call; see meta_call.c. */
#ifndef FILTER_META_CALL_H
#define FILTER_META_CALL_H

#include "core/filter/meta_argument.h"
#include "core/filter/meta_private.h"

/* It is about the call, not about the packet. */
static inline bool meta_is_of_call(const struct meta_term *term)
{
	return term->base == META_ARGUMENT || term->base == META_RETURNED;
}

/* Which terms are about the call, and whether "and" is all that joins them to others. */
int meta_take_call_roots(struct meta_filter *f, const struct meta_types *types,
			 struct meta_why *why);
int meta_resolve_call(struct meta_filter *f, const struct meta_types *types,
		      const struct meta_probes *probes, struct meta_arguments *args,
		      struct meta_why *why);

#endif
