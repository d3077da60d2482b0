/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/select.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/util/pattern.h"

void select_fini(struct select *s)
{
	free(s->matches);
	s->matches = NULL;
	s->n_matches = 0;
}

static bool has_type(const char *pattern, const char *type, const char **target)
{
	size_t n = type ? strlen(type) : 0;

	if (!n || strncmp(pattern, type, n) || pattern[n] != ':')
		return false;
	*target = pattern + n + 1;
	return true;
}

/* "tp:net:netif_rx", "raw_tracepoint:net:netif_rx" and "net:netif_rx" are the same. */
static bool probe_matches(const char *pattern, const struct retis_file_probe *p)
{
	const char *target;

	if (pattern_match(pattern, p->symbol))
		return true;
	return (has_type(pattern, p->type, &target) || has_type(pattern, p->backend, &target) ||
		has_type(pattern, p->tag, &target) ||
		has_type(pattern, probe_tag(p->type, NULL), &target)) &&
	       pattern_match(target, p->symbol);
}

static uint64_t matches_of(const struct select *s, const struct retis_file_probe *p)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < s->n_without; i++)
		bits |= (uint64_t)probe_matches(s->without[i], p) << i;
	for (size_t i = 0; i < s->n_only; i++)
		bits |= (uint64_t)probe_matches(s->only[i], p) << (s->n_without + i);
	return bits;
}

int select_learn(struct select *s, const struct input_names *names)
{
	size_t n = names->n_probes;
	uint64_t *matches = calloc(n ? n : 1, sizeof(*matches));

	if (!matches)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		matches[i] = matches_of(s, names->probes[i]);
	free(s->matches);
	s->matches = matches;
	s->n_matches = n;
	return 0;
}

const char *select_unmatched(const struct select *s)
{
	uint64_t all = 0;

	for (size_t i = 0; i < s->n_matches; i++)
		all |= s->matches[i];
	for (size_t i = 0; i < s->n_without + s->n_only; i++) {
		if (!(all >> i & 1))
			return i < s->n_without ? s->without[i] : s->only[i - s->n_without];
	}
	return NULL;
}

bool select_wants(const struct select *s, uint64_t seen, bool dropped)
{
	uint64_t without = (1ull << s->n_without) - 1;
	uint64_t only = ((1ull << s->n_only) - 1) << s->n_without;

	return !(seen & without) && (seen & only) == only && (dropped || !s->dropped);
}
