/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/pcap/export.h"

#include <errno.h>
#include <stdlib.h>

#include "core/event/buffer.h"
#include "core/event/json.h"
#include "core/event/schema.h"
#include "core/pcap/export_private.h"
#include "core/pcap/pcapng.h"

#define TEXT_SIZE 4096

int export_init(struct export *x, const struct export_options *options, struct selection *selection)
{
	static const struct printer_options text = { 0 }, json = { .json = true };
	int err;

	*x = (struct export){ .options = *options, .selection = selection };
	printer_init(&x->text, NULL, &text);
	printer_init(&x->json, NULL, &json);
	err = text_init(&x->comment, TEXT_SIZE);
	return err ? err : text_init(&x->object, TEXT_SIZE);
}

void export_fini(struct export *x)
{
	printer_fini(&x->text);
	printer_fini(&x->json);
	text_fini(&x->comment);
	text_fini(&x->object);
	intern_fini(&x->names);
	intern_fini(&x->keys);
	free(x->lost);
	free(x->interfaces);
	free(x->probes);
}

/* --- learning ------------------------------------------------------------- */

static int learn_probes(struct export *x, const struct input_names *names)
{
	struct export_probe *probes = realloc(x->probes, (names->n_probes + 1) * sizeof(*probes));

	if (!probes)
		return -ENOMEM;
	x->probes = probes;
	x->n_probes = names->n_probes;
	for (size_t i = 0; i < names->n_probes; i++) {
		int name = export_name_probe(x, names->probes[i]);

		if (name < 0)
			return name;
		probes[i] = (struct export_probe){
			.name = (uint32_t)name,
			.wanted = selection_wants(x->selection, names->probes[i]),
		};
	}
	return 0;
}

/* The printers and we learn about probes and sections only when there are new ones. */
static int learn_export_names(struct export *x, const struct input_names *names)
{
	int err;

	if (x->generation == names->generation)
		return 0;
	x->text.registry = x->json.registry = names->registry;
	x->text.stack = x->json.stack = names->stack;
	x->record.names = names->names;
	roles_init(&x->roles, names->registry);
	err = printer_set_probes(&x->text, names->probes, names->n_probes);
	if (!err)
		err = printer_set_probes(&x->json, names->probes, names->n_probes);
	if (!err)
		err = learn_probes(x, names);
	if (!err)
		x->generation = names->generation;
	return err;
}

/* --- blocks --------------------------------------------------------------- */

static void put_pcap_begin(struct export *x, const struct registry *registry,
			   struct retis_text *out)
{
	if (x->begun)
		return;
	x->begun = true;
	pcapng_put_section(out);
	if (x->options.no_schema)
		return;
	text_clear(&x->object);
	schema_print(registry, true, &x->object);
	if (!x->object.failed)
		pcapng_put_custom(out, (struct pcapng_text){ x->object.data, x->object.length });
}

static struct pcapng_text make_comment(struct export *x)
{
	struct retis_text *t = &x->comment;

	text_clear(t);
	if (!(x->options.comments & EXPORT_TEXT) ||
	    printer_event(&x->text, &x->record, PRINTER_ALONE, t))
		return (struct pcapng_text){ 0 };
	while (t->length && t->data[t->length - 1] == '\n')
		t->length--;
	return (struct pcapng_text){ t->data, t->length };
}

/* The event without the packet's bytes: those are in the block already. */
static struct pcapng_text make_object(struct export *x, uint16_t packet_section)
{
	struct retis_text *t = &x->object;

	text_clear(t);
	x->record.seen[packet_section / 64] &= ~(1ull << packet_section % 64);
	json_event(&x->json, &x->record, t);
	if (t->failed || t->length > PCAPNG_CUSTOM_MAX) {
		x->too_long++;
		return (struct pcapng_text){ 0 };
	}
	return (struct pcapng_text){ t->data, t->length };
}

static int put_packet(struct export *x, const struct packet *p, const struct retis_event *event,
		      struct retis_text *out)
{
	uint64_t time = event->timestamp + (uint64_t)x->clock_offset;
	int interface = export_find_interface(x, p->link_type, event->probe, out);
	struct pcapng_packet block = {
		.interface = (uint32_t)interface,
		.time = time,
		.data = p->data,
		.captured = p->captured,
		.length = p->length,
	};

	if (interface < 0)
		return interface;
	/* In this order: the second one hides the packet's section. */
	block.comments[0] = make_comment(x);
	block.custom = make_object(x, p->section);
	if (x->options.comments & EXPORT_JSON)
		block.comments[1] = block.custom;
	pcapng_put_packet(out, &block);
	x->interfaces[interface].packets++;
	x->packets++;
	x->has_ethernet |= p->link_type == PCAPNG_ETHERNET;
	x->has_other |= p->link_type != PCAPNG_ETHERNET;
	export_note_time(x, time);
	return 0;
}

/* --- items ---------------------------------------------------------------- */

static int export_event(struct export *x, const struct input_names *names,
			const struct retis_event *event, struct retis_text *out)
{
	uint16_t probe = event->probe;
	struct packet packet;

	if (probe >= x->n_probes || !x->probes[probe].wanted)
		return 0;
	x->events++;
	selection_note(x->selection, names->probes[probe]);
	if (record_parse(event, event->size, &x->record)) {
		x->bad++;
		return 0;
	}
	if (!packet_find(&x->roles, &x->record, &packet)) {
		x->without_packet++;
		return 0;
	}
	if (x->options.ethernet)
		packet_make_ethernet(&packet, x->frame);
	else
		packet_strip(&packet);
	return put_packet(x, &packet, event, out);
}

static void note_start(struct export *x, const struct input_item *item)
{
	x->clock_offset = item->has_offset ? item->start->clock_offset : 0;
	if (item->start->timestamp)
		export_note_time(x, item->start->timestamp + (uint64_t)x->clock_offset);
}

int export_item(struct export *x, const struct input *in, const struct input_item *item,
		struct retis_text *out)
{
	const struct input_names *names = input_names(in);
	int err = learn_export_names(x, names);

	if (err)
		return err;
	put_pcap_begin(x, names->registry, out);
	if (item->kind == INPUT_START)
		note_start(x, item);
	else if (item->kind == INPUT_EVENT)
		err = export_event(x, names, item->event, out);
	else if (item->kind == INPUT_LOSS)
		export_count_loss(x, item->loss);
	return out->failed ? -ENOSPC : err;
}
