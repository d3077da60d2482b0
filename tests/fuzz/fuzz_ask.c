/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A text up to the first zero byte as a filter on stored events, the rest as the sections of
 * an event: a filter that is refused says why, one that is not can be asked of any event, and
 * what can't match by its time does not.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/ask_build.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_ask_why(const struct meta_why *why, const char *text)
{
	if (!memchr(why->text, '\0', sizeof(why->text)) || !why->text[0] ||
	    why->column > strlen(text) + 1)
		abort();
}

static void ask_all(struct ask_meta *m, struct ask_world *w, const uint8_t *data, size_t size)
{
	static _Alignas(8) uint8_t bytes[4096];
	static struct ask_event e;
	struct retis_event *event = (struct retis_event *)bytes;

	ask_event_set(&e, &w->names, &w->e.event);
	ask_meta_matches(m, &e);
	if (size > sizeof(bytes) - sizeof(*event))
		size = sizeof(bytes) - sizeof(*event);
	memcpy(event + 1, data, size);
	*event = (struct retis_event){ .timestamp = size ? data[0] : 0,
				       .probe = size > 1 ? data[1] : 0 };
	event->size = (uint32_t)(sizeof(*event) + size) & ~(uint32_t)(RETIS_ALIGN - 1);
	ask_event_set(&e, &w->names, event);
	if (ask_meta_matches(m, &e) && !ask_meta_may_match(m, event->timestamp, event->timestamp))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ask_world world;
	char *text = strndup((const char *)data, size);
	size_t length = text ? strlen(text) : 0;
	struct meta_why why = { 0 };
	struct ask_meta *m = NULL;

	if (!world.registry.n)
		ask_world_init(&world);
	if (!text)
		return 0;
	if (ask_meta_new(text, &m, &why)) {
		check_ask_why(&why, text);
	} else {
		if (ask_meta_learn(m, &world.names, NULL, length % 2, &why))
			check_ask_why(&why, text);
		else
			ask_all(m, &world, data + length, size - length);
		ask_meta_free(m);
	}
	free(text);
	return 0;
}
