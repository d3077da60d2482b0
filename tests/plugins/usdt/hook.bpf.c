/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hook for all usdt probes, and one for a probe of its own. */
#include <retis/bpf/hook.h>

#include "section.h"

char LICENSE[] SEC("license") = "GPL";

SEC("hook/values")
int values(struct retis_ctx *ctx, struct retis_event *event)
{
	struct usdt_values *v = retis_section(event, USDT_VALUES, sizeof(*v));

	if (!v)
		return 0;
	v->values[0] = retis_arg(ctx, 0);
	v->values[1] = retis_arg(ctx, 1);
	v->values[2] = retis_arg(ctx, 2);
	v->values[3] = retis_arg(ctx, 3);
	v->values[4] = retis_arg(ctx, 4);
	v->values[5] = retis_arg(ctx, 5);
	v->values[6] = retis_arg(ctx, 6);
	v->values[7] = retis_arg(ctx, 7);
	return 0;
}

SEC("hook/upcall")
int upcall(struct retis_ctx *ctx, struct retis_event *event)
{
	struct usdt_upcall *u = retis_section(event, USDT_UPCALL, sizeof(*u));

	if (!u)
		return 0;
	u->type = retis_arg(ctx, 1);
	u->size = retis_arg(ctx, 3);
	bpf_probe_read_user_str(u->dpif, sizeof(u->dpif), (void *)retis_arg(ctx, 0));
	bpf_probe_read_user(u->packet, sizeof(u->packet), (void *)retis_arg(ctx, 2));
	return 0;
}
