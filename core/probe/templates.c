/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/probe/templates.h"

RETIS_OBJECT_FILE(raw_tp_direct, "raw_tp.direct.bpf.o");
RETIS_OBJECT_FILE(raw_tp_probe, "raw_tp.probe.bpf.o");

const struct retis_object *template_raw_tp(bool direct)
{
	static const struct retis_object flavours[] = { RETIS_OBJECT_OF(raw_tp_probe),
							RETIS_OBJECT_OF(raw_tp_direct) };

	return &flavours[direct];
}
