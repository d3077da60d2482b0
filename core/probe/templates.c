/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/probe/templates.h"

RETIS_OBJECT_FILE(raw_tp_direct, "raw_tp.direct.bpf.o");
RETIS_OBJECT_FILE(raw_tp_probe, "raw_tp.probe.bpf.o");
RETIS_OBJECT_FILE(fentry_direct, "fentry.direct.bpf.o");
RETIS_OBJECT_FILE(fentry_probe, "fentry.probe.bpf.o");
RETIS_OBJECT_FILE(kprobe_direct, "kprobe.direct.bpf.o");
RETIS_OBJECT_FILE(kprobe_probe, "kprobe.probe.bpf.o");
RETIS_OBJECT_FILE(kprobe_session_direct, "kprobe_session.direct.bpf.o");
RETIS_OBJECT_FILE(kprobe_session_probe, "kprobe_session.probe.bpf.o");
RETIS_OBJECT_FILE(usdt_direct, "usdt.direct.bpf.o");
RETIS_OBJECT_FILE(usdt_probe, "usdt.probe.bpf.o");

#define BOTH(NAME)                                                            \
	{                                                                     \
		RETIS_OBJECT_OF(NAME##_probe), RETIS_OBJECT_OF(NAME##_direct) \
	}

const struct retis_object *template_get(enum template template, bool direct)
{
	static const struct retis_object objects[TEMPLATE_COUNT][2] = {
		[TEMPLATE_RAW_TP] = BOTH(raw_tp), [TEMPLATE_FENTRY] = BOTH(fentry),
		[TEMPLATE_KPROBE] = BOTH(kprobe), [TEMPLATE_KPROBE_SESSION] = BOTH(kprobe_session),
		[TEMPLATE_USDT] = BOTH(usdt),
	};

	return &objects[template][direct];
}
