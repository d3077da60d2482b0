/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The compiled probe templates of bpf/, embedded in the program. */
#ifndef CORE_PROBE_TEMPLATES_H
#define CORE_PROBE_TEMPLATES_H

#include <stdbool.h>

#include <retis/plugin.h>

enum template {
	TEMPLATE_RAW_TP,
	TEMPLATE_FENTRY,
	TEMPLATE_KPROBE,
	TEMPLATE_KPROBE_SESSION,
	TEMPLATE_USDT,
	TEMPLATE_COUNT,
};

/* DIRECT: for kernels with bpf_rdonly_cast(). */
const struct retis_object *template_get(enum template template, bool direct);

#endif
