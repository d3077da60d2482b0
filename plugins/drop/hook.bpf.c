/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a packet was dropped, wherever that is an argument. */
#include <retis/bpf/hook.h>

#include "section.h"

char LICENSE[] SEC("license") = "GPL";

/* SKB_DROP_REASON_SUBSYS_SHIFT of include/net/dropreason.h. */
#define SUBSYS_SHIFT 16

SEC("hook/drop")
int drop(struct retis_ctx *ctx, struct retis_event *event)
{
	struct drop_section *section = retis_section(event, DROP_SECTION, sizeof(*section));

	if (!section)
		return 0;
	section->location = retis_arg(ctx, DROP_ARG_LOCATION);
	if (section->location)
		retis_section_present(section, DROP_HAS_LOCATION);
	section->reason = DROP_UNKNOWN;
	if (!retis_has_arg(ctx, DROP_ARG_REASON))
		return 0;
	section->reason = (__u32)retis_arg(ctx, DROP_ARG_REASON);
	section->subsys = section->reason >> SUBSYS_SHIFT;
	if (section->subsys)
		retis_section_present(section, DROP_HAS_SUBSYS);
	return 0;
}
