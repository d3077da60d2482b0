/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* JSON of an event: what the program itself knows, then the sections. */
#include "core/event/json.h"

#include "core/event/common.h"
#include "core/event/printer.h"

static void put_count(struct retis_text *out, const char *key, uint32_t n)
{
	if (!n)
		return;
	retis_text_str(out, key);
	retis_text_dec(out, n);
}

static void put_json_common(const struct printer *p, const struct record *record,
			    struct retis_text *out)
{
	struct retis_view view =
		common_view(record->event, printer_has_task(p, record->event), record->names);

	retis_text_str(out, "{\"common\":");
	json_fields(common_fields, COMMON_FIELDS, &view, out);
	/* More comes into the object. */
	if (!out->failed)
		out->length--;
	put_count(out, ",\"unknown\":", record_unknown(record, p->registry->n));
	put_count(out, ",\"repeated\":", record->repeated);
	retis_text_char(out, '}');
}

static void put_json_stack(const struct printer *p, const struct record *record,
			   struct retis_text *out)
{
	const uint64_t *frames;
	uint32_t n = printer_stack_frames(p, record, &frames);

	for (uint32_t i = 0; i < n; i++) {
		char name[256];
		struct retis_text text = { .data = name, .capacity = sizeof(name) };

		p->stack->frame(p->stack->arg, frames[i], &text);
		retis_text_str(out, i ? "," : ",\"stack_trace\":[");
		json_string(out, name, text.length);
	}
	if (n)
		retis_text_char(out, ']');
}

static void put_event_probe(const struct printer *p, const struct record *record,
			    struct retis_text *out)
{
	const struct retis_event *event = record->event;
	const struct probe_text *probe = probe_text_get(&p->probes, event->probe);

	if (event->probe == RECORD_NO_PROBE)
		return;
	if (!probe) {
		retis_text_str(out, ",\"kernel\":{\"symbol\":\"probe ");
		retis_text_dec(out, event->probe);
		retis_text_str(out, "\",\"probe_type\":\"invalid\"");
	} else {
		retis_text_bytes(out, p->probes.text.data + probe->json, probe->json_length);
	}
	if (probe && probe->userspace) {
		retis_text_str(out, ",\"pid\":");
		retis_text_int(out, (int32_t)event->pid);
		retis_text_str(out, ",\"tid\":");
		retis_text_int(out, (int32_t)event->tid);
	} else {
		put_json_stack(p, record, out);
	}
	retis_text_char(out, '}');
}

void json_event(const struct printer *p, const struct record *record, struct retis_text *out)
{
	const struct registry *r = p->registry;

	put_json_common(p, record, out);
	put_event_probe(p, record, out);
	for (uint16_t i = 0; i < r->n; i++) {
		uint16_t number = r->by_rank[i];
		const struct retis_view *view = record_view(record, number);
		const struct registry_entry *e = &r->entries[number];

		if (!view || printer_is_stack(p, number))
			continue;
		retis_text_bytes(out, e->key, e->key_length);
		json_fields(e->type->fields, e->type->n_fields, view, out);
	}
	retis_text_char(out, '}');
}
