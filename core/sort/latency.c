/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every time is kept, in a store: the median is that of the numbers, not of a guess. */
#include "core/sort/latency.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/event/json.h"

/* Columns of the names of two probes, if they are no longer. */
#define NAMES_WIDTH 60

/* Of a pair of probes. */
struct latency_row {
	const struct retis_file_probe *from;
	const struct retis_file_probe *to;
	uint64_t count;
	uint64_t min;
	uint64_t median;
	uint64_t p99;
	uint64_t max;
};

void latency_init(struct latency *l, size_t memory)
{
	memset(l, 0, sizeof(*l));
	store_init(&l->steps, memory);
	room_init(&l->times);
}

void latency_fini(struct latency *l)
{
	store_fini(&l->steps);
	room_fini(&l->times);
}

int latency_add(struct latency *l, uint16_t from, uint16_t to, uint64_t ns)
{
	const struct entry e = {
		.time = (uint64_t)from << 16 | to,
		.at = ns,
		.number = l->n++,
		.kind = ENTRY_TRACKED,
	};

	return store_put(&l->steps, &e, NULL);
}

static int add_time(struct latency *l, uint64_t ns)
{
	uint64_t *to = room_add(&l->times, sizeof(ns));

	if (!to)
		return -ENOMEM;
	*to = ns;
	return 0;
}

static const struct retis_file_probe *probe_numbered(const struct input_names *names,
						     uint64_t number)
{
	static const struct retis_file_probe unknown = { .symbol = "unknown", .type = "invalid" };

	return number < names->n_probes ? names->probes[number] : &unknown;
}

static void make_row(const struct latency *l, const struct input_names *names, uint64_t pair,
		     struct latency_row *row)
{
	const uint64_t *times = (const uint64_t *)l->times.data;
	uint64_t n = l->times.length / sizeof(*times);

	*row = (struct latency_row){
		.from = probe_numbered(names, pair >> 16),
		.to = probe_numbered(names, pair & 0xffff),
		.count = n,
		.min = times[0],
		.median = times[(n - 1) / 2],
		.p99 = times[n - 1 - n / 100],
		.max = times[n - 1],
	};
}

static void put_json_probe(const char *key, const struct retis_file_probe *p,
			   struct retis_text *out)
{
	char name[512];
	int n = snprintf(name, sizeof(name), "%s/%s", p->type, p->symbol);

	retis_text_str(out, key);
	json_string(out, name, n < (int)sizeof(name) ? (size_t)n : sizeof(name) - 1);
}

static void put_json_number(const char *key, uint64_t value, struct retis_text *out)
{
	retis_text_str(out, key);
	retis_text_dec(out, value);
}

static void put_json_row(const struct latency_row *row, struct retis_text *out)
{
	put_json_probe("{\"latency\":{\"from\":", row->from, out);
	put_json_probe(",\"to\":", row->to, out);
	put_json_number(",\"count\":", row->count, out);
	put_json_number(",\"min\":", row->min, out);
	put_json_number(",\"median\":", row->median, out);
	put_json_number(",\"p99\":", row->p99, out);
	put_json_number(",\"max\":", row->max, out);
	retis_text_str(out, "}}\n");
}

static void put_column(const char *text, struct retis_text *out)
{
	for (size_t n = strlen(text); n < 12; n++)
		retis_text_char(out, ' ');
	retis_text_str(out, text);
}

static void put_microseconds(uint64_t ns, struct retis_text *out)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu.%03llu", (unsigned long long)(ns / 1000),
		 (unsigned long long)(ns % 1000));
	put_column(text, out);
}

static void put_probe_name(const struct retis_file_probe *p, struct retis_text *out)
{
	retis_text_escaped(out, p->type, strlen(p->type));
	retis_text_char(out, '/');
	retis_text_escaped(out, p->symbol, strlen(p->symbol));
}

static void pad_names(size_t mark, struct retis_text *out)
{
	while (out->length - mark < NAMES_WIDTH && !out->failed)
		retis_text_char(out, ' ');
}

static void put_row(const struct latency_row *row, struct retis_text *out)
{
	size_t mark = out->length;
	char count[24];

	put_probe_name(row->from, out);
	retis_text_str(out, " > ");
	put_probe_name(row->to, out);
	pad_names(mark, out);
	snprintf(count, sizeof(count), "%llu", (unsigned long long)row->count);
	put_column(count, out);
	put_microseconds(row->min, out);
	put_microseconds(row->median, out);
	put_microseconds(row->p99, out);
	put_microseconds(row->max, out);
	retis_text_char(out, '\n');
}

static void put_heading(struct retis_text *out)
{
	static const char *const columns[] = { "count", "min", "median", "p99", "max" };
	size_t mark = out->length;

	retis_text_str(out, "From a probe to the next, in microseconds");
	pad_names(mark, out);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		put_column(columns[i], out);
	retis_text_char(out, '\n');
}

static void print_pair(struct latency *l, const struct input_names *names, uint64_t pair, bool json,
		       struct retis_text *out)
{
	struct latency_row row;

	if (!l->times.length)
		return;
	make_row(l, names, pair, &row);
	if (json)
		put_json_row(&row, out);
	else
		put_row(&row, out);
	room_clear(&l->times);
}

int latency_print(struct latency *l, const struct input_names *names, bool json,
		  struct retis_text *out)
{
	const struct entry *e;
	uint64_t pair = 0;
	int got, err = 0;

	if (!json)
		put_heading(out);
	while (!err && (got = store_next(&l->steps, &e)) != 0) {
		if (got < 0)
			return got;
		if (e->time != pair)
			print_pair(l, names, pair, json, out);
		pair = e->time;
		err = add_time(l, e->at);
	}
	print_pair(l, names, pair, json, out);
	return err;
}
