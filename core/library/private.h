/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* A stream of events, and what its files share. */
#ifndef LIBRARY_PRIVATE_H
#define LIBRARY_PRIVATE_H

#include <retis/events.h>

#include "core/report/show.h"
#include "core/plugin/plugin.h"
#include "core/util/log.h"

#define API __attribute__((visibility("default")))

struct retis_events {
	struct retis_events_options options;
	struct plugins plugins;
	struct input *input;
	struct retis_events_item item;
	bool in_series;
	/* Of the file: how to get to UTC. */
	bool has_offset;
	int64_t clock_offset;
	/* One for JSON and one for text, as they are made differently. */
	struct show json;
	struct show text;
	struct retis_text out;
	struct log_capture capture;
	char error[512];
};

#endif
