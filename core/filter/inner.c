/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/filter/inner.h"

#include "bpf/tunnel.h"

bool inner_open(struct inner_packet *p)
{
	struct tunnel_walk w = {
		.start = (uintptr_t)p->data,
		.linear = p->captured,
		.total = p->length,
		.l2 = p->l2,
	};

	if (!tunnel_open_all(&w))
		return false;
	*p = (struct inner_packet){ (const uint8_t *)(uintptr_t)w.start, w.linear, w.total, w.l2 };
	return true;
}
