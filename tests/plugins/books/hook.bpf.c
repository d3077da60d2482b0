/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <retis/bpf/hook.h>

char LICENSE[] SEC("license") = "GPL";

RETIS_COUNTERS(1);

SEC("hook/count")
int count(struct retis_ctx *ctx, struct retis_event *event)
{
	retis_count(0);
	return 0;
}
