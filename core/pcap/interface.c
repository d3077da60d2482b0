/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces: probes or devices, each with one link type, as pcapng wants it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/event/common.h"
#include "core/pcap/export_private.h"
#include "core/pcap/pcapng.h"
#include "core/util/list.h"

#define NAMES_MAX (1u << 17)
#define INTERFACES_MAX (1u << 17)
#define NAME_SIZE 512

/* A text of at most NAME_SIZE bytes: what does not fit is cut. */
struct short_text {
	char bytes[NAME_SIZE];
	struct retis_text text;
};

static struct retis_text *short_init(struct short_text *s)
{
	s->text = (struct retis_text){ .data = s->bytes, .capacity = sizeof(s->bytes) };
	return &s->text;
}

static struct pcapng_text short_get(const struct short_text *s)
{
	return (struct pcapng_text){ s->bytes, s->text.length };
}

int export_name_probe(struct export *x, const struct retis_file_probe *probe)
{
	struct short_text name;
	struct retis_text *t = short_init(&name);
	int number;

	retis_text_escaped(t, probe->type, strlen(probe->type));
	retis_text_char(t, '/');
	retis_text_escaped(t, probe->symbol, strlen(probe->symbol));
	number = intern_get(&x->names, name.bytes, t->length, NAMES_MAX);
	if (number >= 0 && (size_t)number >= x->n_lost) {
		uint64_t *lost = realloc(x->lost, x->names.n * sizeof(*lost));

		if (!lost)
			return -ENOMEM;
		memset(lost + x->n_lost, 0, (x->names.n - x->n_lost) * sizeof(*lost));
		x->lost = lost;
		x->n_lost = x->names.n;
	}
	return number;
}

/* --- devices -------------------------------------------------------------- */

struct device {
	char name[64];
	uint64_t index;
	uint64_t netns;
	uint64_t cookie;
	uint64_t host;
};

static void find_device(const struct export *x, struct device *d)
{
	struct retis_text name = { .data = d->name, .capacity = sizeof(d->name) - 1 };
	struct role_value value;

	*d = (struct device){ .host = x->record.event->host };
	if (role_find(&x->roles, &x->record, RETIS_ROLE_IFNAME, &value) &&
	    value.field->kind == RETIS_STRING)
		retis_text_escaped(&name, (const char *)value.data, value.size);
	role_number(&x->roles, &x->record, RETIS_ROLE_IFINDEX, &d->index);
	role_number(&x->roles, &x->record, RETIS_ROLE_NETNS, &d->netns);
	role_number(&x->roles, &x->record, RETIS_ROLE_NETNS_COOKIE, &d->cookie);
}

static void describe_device(const struct device *d, struct retis_text *t)
{
	char text[128];

	if (d->index)
		snprintf(text, sizeof(text), "Device %llu", (unsigned long long)d->index);
	else
		snprintf(text, sizeof(text), "Packets that were at no known device");
	retis_text_str(t, text);
	if (!d->netns)
		return;
	retis_text_str(t, d->index ? " in network namespace " : ", network namespace ");
	retis_text_dec(t, d->netns);
}

/* --- interfaces ----------------------------------------------------------- */

/* What one is made of. */
struct draft {
	struct short_text key;
	struct short_text name;
	struct short_text description;
	uint32_t probe;
	uint16_t link_type;
};

static void draft_begin(struct draft *d, uint16_t link_type)
{
	retis_text_dec(short_init(&d->key), link_type);
	retis_text_char(&d->key.text, ' ');
	short_init(&d->name);
	short_init(&d->description);
	d->link_type = link_type;
}

static void draft_end(struct draft *d)
{
	/* The name is the same with and without. */
	if (d->link_type == PCAPNG_RAW)
		retis_text_str(&d->description.text, ", packets without link layer");
}

static void draft_probe(const struct export *x, uint32_t name, uint16_t link_type, struct draft *d)
{
	draft_begin(d, link_type);
	d->probe = name;
	retis_text_str(&d->key.text, x->names.texts[name]);
	retis_text_str(&d->name.text, x->names.texts[name]);
	retis_text_str(&d->description.text, "Fake interface for probe ");
	retis_text_str(&d->description.text, x->names.texts[name]);
	draft_end(d);
}

static void draft_device(const struct export *x, uint16_t link_type, struct draft *d)
{
	struct device device;
	const uint64_t *parts[] = { &device.index, &device.netns, &device.cookie, &device.host };

	find_device(x, &device);
	draft_begin(d, link_type);
	d->probe = EXPORT_NO_NAME;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		retis_text_dec(&d->key.text, *parts[i]);
		retis_text_char(&d->key.text, ' ');
	}
	retis_text_str(&d->key.text, device.name);
	retis_text_str(&d->name.text, *device.name ? device.name : "unknown");
	describe_device(&device, &d->description.text);
	if (device.host) {
		retis_text_str(&d->description.text, ", host");
		common_put_host(x->record.names, (uint8_t)device.host, &d->description.text);
	}
	draft_end(d);
}

/* Its number; the first of its key gets a block. */
static int find_drafted(struct export *x, const struct draft *d, struct retis_text *out)
{
	size_t n = x->keys.n;
	int number;

	if (list_grow((void **)&x->interfaces, n, &x->room, sizeof(*x->interfaces)))
		return -ENOMEM;
	number = intern_get(&x->keys, d->key.bytes, d->key.text.length, INTERFACES_MAX);
	if (number < 0 || (size_t)number < n)
		return number;
	x->interfaces[n] = (struct export_interface){ d->probe, d->link_type, 0 };
	pcapng_put_interface(out, &(struct pcapng_interface){
					  .link_type = d->link_type,
					  .name = short_get(&d->name),
					  .description = short_get(&d->description),
				  });
	return number;
}

int export_find_interface(struct export *x, uint16_t link_type, uint16_t probe,
			  struct retis_text *out)
{
	struct draft draft;

	if (x->options.devices)
		draft_device(x, link_type, &draft);
	else
		draft_probe(x, x->probes[probe].name, link_type, &draft);
	return find_drafted(x, &draft, out);
}

/* --- losses, statistics --------------------------------------------------- */

/* Other losses are of sections, or of something a plugin remembers. */
static bool loses_events(uint16_t cause)
{
	return cause == RETIS_LOSS_RING_FULL || cause == RETIS_LOSS_NESTING ||
	       cause == RETIS_LOSS_SKIPPED;
}

void export_count_loss(struct export *x, const struct retis_loss *loss)
{
	bool known = loss->probe < x->n_probes;

	if (!loses_events(loss->cause) || (known && !x->probes[loss->probe].wanted))
		return;
	if (known && !x->options.devices)
		x->lost[x->probes[loss->probe].name] += loss->count;
	else
		x->lost_elsewhere += loss->count;
}

void export_note_time(struct export *x, uint64_t time)
{
	if (!x->first || time < x->first)
		x->first = time;
	if (time > x->last)
		x->last = time;
}

/* A probe all of whose events were lost has no interface yet. */
static int add_losing(struct export *x, struct retis_text *out)
{
	for (uint32_t name = 0; name < x->n_lost; name++) {
		struct draft draft;
		bool there = !x->lost[name];
		int number;

		for (size_t i = 0; i < x->keys.n && !there; i++)
			there = x->interfaces[i].probe == name;
		if (there)
			continue;
		draft_probe(x, name, PCAPNG_ETHERNET, &draft);
		number = find_drafted(x, &draft, out);
		if (number < 0)
			return number;
	}
	return 0;
}

/* Takes what its probe lost: of several interfaces, the first has it. */
static uint64_t take_probe_losses(struct export *x, const struct export_interface *interface)
{
	uint64_t lost = 0;

	if (interface->probe != EXPORT_NO_NAME) {
		lost = x->lost[interface->probe];
		x->lost[interface->probe] = 0;
	}
	return lost;
}

/* Readers want an interface, even if there was no packet. */
static int ensure_interface(struct export *x, struct retis_text *out)
{
	struct draft draft;
	int number;

	draft_begin(&draft, PCAPNG_ETHERNET);
	draft.probe = EXPORT_NO_NAME;
	retis_text_str(&draft.name.text, "none");
	retis_text_str(&draft.description.text, "There was no packet");
	number = find_drafted(x, &draft, out);
	return number < 0 ? number : 0;
}

int export_end(struct export *x, struct retis_text *out)
{
	int err = add_losing(x, out);

	if (!err && !x->keys.n)
		err = ensure_interface(x, out);
	if (err)
		return err;
	for (size_t i = 0; i < x->keys.n; i++) {
		const struct export_interface *interface = &x->interfaces[i];
		uint64_t lost = take_probe_losses(x, interface);

		pcapng_put_statistics(out, &(struct pcapng_statistics){
						   .interface = (uint32_t)i,
						   .start = x->first,
						   .end = x->last,
						   .received = interface->packets + lost,
						   .dropped = lost,
						   .has_dropped = !x->options.devices,
					   });
	}
	return out->failed ? -ENOSPC : 0;
}
