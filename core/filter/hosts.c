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
static bool read_range(const struct words *w, const struct qualifiers *q, struct host_range *range)
{
	struct meta_address a;
	uint32_t hosts;

	if (meta_address_parse(w->word, w->length, &a) || a.size != 4 ||
	    q->net != (memchr(w->word, '/', w->length) != NULL))
		return false;
	hosts = a.bits ? (uint32_t)(UINT32_MAX >> a.bits % 32) : UINT32_MAX;
	if (a.bits == 32)
		hosts = 0;
	range->first = as_host_order(a.bytes);
	range->last = range->first | hosts;
	return !(range->first & hosts);
}

static int compare_ranges(const void *a, const void *b)
{
	const struct host_range *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

/* Sorts, and joins what overlaps. */
static void order_ranges(struct hosts *h)
{
	size_t n = 0;

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

static int add_host(struct hosts *h, const struct qualifiers *q, const struct host_range *range)
{
	int err;

	/* All look at the same addresses. */
	if (h->n && (h->source != q->source || h->destination != q->destination))
		return 0;
	h->source = q->source;
	h->destination = q->destination;
	err = list_grow((void **)&h->ranges, h->n, &h->room, sizeof(*range));
	if (err)
		return err;
	h->ranges[h->n++] = *range;
	return 1;
}

/* The whole part of the text is a list. */
static int read_host_list(const char *text, const char *end, struct hosts *h)
{
	struct words w = { .at = text, .end = end };
	struct qualifiers q = { 0 };
	struct host_range range;
	int got;

	while (next_word(&w)) {
		if (!take_qualifiers(&w, &q) || !read_range(&w, &q, &range))
			return 0;
		got = add_host(h, &q, &range);
		if (got <= 0)
			return got;
		if (!next_word(&w)) {
			got = h->n >= HOSTS_MIN;
			order_ranges(h);
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
