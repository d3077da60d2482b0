/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of the skb section. */
#ifndef SKB_PRINT_H
#define SKB_PRINT_H

#include <retis/section.h>

void skb_print(const struct retis_view *view, const struct retis_print *how,
	       struct retis_text *out);

#endif
