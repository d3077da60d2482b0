/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An event for each hit, so that there is something to print. */
#include <retis/bpf/hook.h>

#include "section.h"

char LICENSE[] SEC("license") = "GPL";

SEC("hook/prisoner")
int prisoner(struct retis_ctx *ctx, struct retis_event *event)
{
	struct prisoner_section *s = retis_section(event, PRISONER_SECTION, sizeof(*s));

	if (s)
		s->nothing = 0;
	return 0;
}
