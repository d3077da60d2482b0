/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the list in the text. */
#include "core/filter/hosts.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/meta_address.h"
#include "core/util/list.h"

void hosts_fini(struct hosts *h)
{
	free(h->ranges);
	free(h->networks);
	free(h->rest);
	*h = (struct hosts){ 0 };
}

/* Words of a part of the text. */
struct words {
	const char *at;
	const char *end;
	const char *word;
	size_t length;
};

static bool next_word(struct words *w)
{
	while (w->at < w->end && isspace((unsigned char)*w->at))
		w->at++;
	w->word = w->at;
	while (w->at < w->end && !isspace((unsigned char)*w->at))
		w->at++;
	w->length = (size_t)(w->at - w->word);
	return w->length > 0;
}

static bool word_is(const struct words *w, const char *text)
{
	return w->length == strlen(text) && !memcmp(w->word, text, w->length);
}

/* What stands in front of an address, and holds for those that follow. */
struct qualifiers {
	bool given;
	bool source;
	bool destination;
	bool net;
};

/* "[src|dst] host|net"; the word at hand is then the address. False: it is no such item. */
static bool take_qualifiers(struct words *w, struct qualifiers *q)
{
	bool source = word_is(w, "src"), destination = word_is(w, "dst");

	if ((source || destination) && !next_word(w))
		return false;
	if (!word_is(w, "host") && !word_is(w, "net"))
		return q->given && !source && !destination;
	*q = (struct qualifiers){ true, source || !destination, destination || !source,
				  word_is(w, "net") };
	return next_word(w);
}

static uint32_t as_host_order(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Whole addresses only, and networks without bits of hosts. */
static bool read_address(const struct words *w, const struct qualifiers *q, struct meta_address *a)
{
	if (meta_address_parse(w->word, w->length, a) || a->size == 6 ||
	    q->net != (memchr(w->word, '/', w->length) != NULL))
		return false;
	for (size_t i = 0; i < a->size; i++)
		if (a->bytes[i] & ~meta_address_mask(a, i))
			return false;
	return true;
}

static int compare_ranges(const void *a, const void *b)
{
	const struct host_range *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

static int compare_networks(const void *a, const void *b)
{
	const struct host_network *x = a, *y = b;

	for (size_t i = 0; i < 4; i++)
		if (x->words[i] != y->words[i])
			return x->words[i] < y->words[i] ? -1 : 1;
	return x->bits < y->bits ? -1 : x->bits > y->bits;
}

static bool network_has(const struct host_network *network, const struct host_network *other)
{
	for (unsigned int i = 0; i < 4; i++)
		if ((network->words[i] ^ other->words[i]) & ~host_network_span(network, i))
			return false;
	return network->bits <= other->bits;
}

/* Sorts, and leaves out what is in others. */
static void order_networks(struct hosts *h)
{
	size_t n = 0;

	if (h->n_networks)
		qsort(h->networks, h->n_networks, sizeof(*h->networks), compare_networks);
	for (size_t i = 0; i < h->n_networks; i++)
		if (!n || !network_has(&h->networks[n - 1], &h->networks[i]))
			h->networks[n++] = h->networks[i];
	h->n_networks = n;
}

/* Sorts, and joins what overlaps. */
static void order_ranges(struct hosts *h)
{
	size_t n = 0;

	if (h->n)
		qsort(h->ranges, h->n, sizeof(*h->ranges), compare_ranges);
	for (size_t i = 0; i < h->n; i++) {
		struct host_range *last = n ? &h->ranges[n - 1] : NULL;

		if (!last || h->ranges[i].first > last->last)
			h->ranges[n++] = h->ranges[i];
		else if (h->ranges[i].last > last->last)
			last->last = h->ranges[i].last;
	}
	h->n = n;
}

static int add_range(struct hosts *h, const struct meta_address *a)
{
	uint32_t first = as_host_order(a->bytes);
	uint32_t span = a->bits == 32 ? 0 : UINT32_MAX >> a->bits;
	int err = list_grow((void **)&h->ranges, h->n, &h->room, sizeof(*h->ranges));

	if (!err)
		h->ranges[h->n++] = (struct host_range){ first, first | span };
	return err;
}

static int add_network(struct hosts *h, const struct meta_address *a)
{
	struct host_network network = { .bits = a->bits };
	int err =
		list_grow((void **)&h->networks, h->n_networks, &h->room_networks, sizeof(network));

	for (size_t i = 0; i < 4; i++)
		network.words[i] = as_host_order(a->bytes + 4 * i);
	if (!err)
		h->networks[h->n_networks++] = network;
	return err;
}

/* 1: it is in the list; 0: it can't be. */
static int add_host(struct hosts *h, const struct qualifiers *q, const struct meta_address *a)
{
	int err;

	/* All look at the same addresses. */
	if (h->n + h->n_networks && (h->source != q->source || h->destination != q->destination))
		return 0;
	h->source = q->source;
	h->destination = q->destination;
	err = a->size == 4 ? add_range(h, a) : add_network(h, a);
	return err ? err : 1;
}

/* The whole part of the text is a list. */
static int read_host_list(const char *text, const char *end, struct hosts *h)
{
	struct words w = { .at = text, .end = end };
	struct qualifiers q = { 0 };
	struct meta_address address;
	int got;

	while (next_word(&w)) {
		if (!take_qualifiers(&w, &q) || !read_address(&w, &q, &address))
			return 0;
		got = add_host(h, &q, &address);
		if (got <= 0)
			return got;
		if (!next_word(&w)) {
			got = h->n + h->n_networks >= HOSTS_MIN;
			order_ranges(h);
			order_networks(h);
			return got;
		}
		if (!word_is(&w, "or") && !word_is(&w, "||"))
			return 0;
	}
	return 0;
}

/* Text and its end without blanks around it. */
static void trim_blanks(const char **text, const char **end)
{
	while (*text < *end && isspace((unsigned char)**text))
		++*text;
	while (*end > *text && isspace((unsigned char)(*end)[-1]))
		--*end;
}

/* Before END there is "and", of its own: where it starts, or NULL. */
static const char *ends_with_and(const char *text, const char *end)
{
	if (end - text > 2 && !memcmp(end - 2, "&&", 2))
		return end - 2;
	if (end - text > 4 && !memcmp(end - 3, "and", 3) &&
	    (isspace((unsigned char)end[-4]) || end[-4] == ')'))
		return end - 3;
	return NULL;
}

/* "REST and (LIST)": all before the list is one side of the "and", whatever it is. */
static int find_list_behind(const char *text, const char *end, struct hosts *h)
{
	const char *open = end - 1, *and;
	int depth = 0, got;

	if (end == text || end[-1] != ')')
		return 0;
	for (; open >= text; open--) {
		depth += *open == ')' ? 1 : *open == '(' ? -1 : 0;
		if (!depth)
			break;
	}
	if (open <= text)
		return 0;
	got = read_host_list(open + 1, end - 1, h);
	end = open;
	trim_blanks(&text, &end);
	and = ends_with_and(text, end);
	if (got <= 0 || !and)
		return got < 0 ? got : 0;
	h->rest = strndup(text, (size_t)(and-text));
	return h->rest ? 1 : -ENOMEM;
}

int hosts_find(const char *text, struct hosts *out)
{
	const char *end = text + strlen(text);
	struct hosts h = { 0 };
	int got;

	trim_blanks(&text, &end);
	got = read_host_list(text, end, &h);
	if (!got) {
		hosts_fini(&h);
		got = find_list_behind(text, end, &h);
	}
	if (got > 0)
		*out = h;
	else
		hosts_fini(&h);
	return got;
}
