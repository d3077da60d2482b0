/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/names/names.h"
#include "core/util/hash.h"

const struct retis_file_probe names_unknown = { .symbol = "unknown", .type = "invalid", .tag = "" };

static bool same_string(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool same_probe(const struct retis_file_probe *a, const struct retis_file_probe *b)
{
	return a->ip == b->ip && same_string(a->symbol, b->symbol) &&
	       same_string(a->type, b->type) && same_string(a->tag, b->tag) &&
	       same_string(a->path, b->path) && same_string(a->backend, b->backend);
}

static uint32_t hash_probe(const struct retis_file_probe *probe)
{
	const char *strings[] = { probe->symbol, probe->type, probe->tag, probe->path,
				  probe->backend };
	uint64_t hash = hash_bytes(HASH_START, &probe->ip, sizeof(probe->ip));

	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		if (strings[i])
			hash = hash_bytes(hash, strings[i], strlen(strings[i]) + 1);
	return (uint32_t)hash;
}

/* NULL: no room. */
static const struct retis_file_probe *copy_probe(struct arena *arena,
						 const struct retis_file_probe *probe)
{
	struct retis_file_probe *copy = arena_get(arena, sizeof(*copy));

	if (!copy)
		return NULL;
	*copy = (struct retis_file_probe){
		.symbol = arena_string(arena, probe->symbol),
		.type = arena_string(arena, probe->type),
		.tag = arena_string(arena, probe->tag),
		.path = arena_string(arena, probe->path),
		.ip = probe->ip,
		.backend = arena_string(arena, probe->backend),
	};
	return same_probe(copy, probe) ? copy : NULL;
}

int names_put_probe(struct names *names, uint32_t number, const struct retis_file_probe *probe)
{
	uint32_t n = names->n_probes;

	if (number >= RETIS_NO_PROBE)
		return -EINVAL;
	if (number < n && names->probes[number] != &names_unknown)
		return same_probe(names->probes[number], probe) ? 0 : -EEXIST;
	/* Memory is taken as it is used. */
	if (!names->probes)
		names->probes = calloc(RETIS_NO_PROBE, sizeof(*names->probes));
	if (!names->probes)
		return -ENOMEM;
	probe = copy_probe(&names->arena, probe);
	if (!probe)
		return names->arena.no_memory ? -ENOMEM : -ENOSPC;
	for (; n < number; n++)
		names->probes[n] = &names_unknown;
	names->probes[number] = probe;
	if (n == number)
		names->n_probes = n + 1;
	return 1;
}

int names_add_probe(struct names *names, const struct retis_file_probe *probe, uint32_t max)
{
	uint32_t hash = hash_probe(probe), n = names->n_probes;
	const struct slot *slot = NULL;
	int err;

	while ((slot = slots_next(&names->by_probe, hash, slot)))
		if (same_probe(names->probes[slot->number - 1], probe))
			return (int)slot->number - 1;
	if (n >= max)
		return -ENOSPC;
	err = names_put_probe(names, n, probe);
	if (err > 0)
		err = slots_add(&names->by_probe, hash, n + 1);
	return err ? err : (int)n;
}

void names_fini(struct names *names)
{
	arena_fini(&names->arena);
	free(names->probes);
	slots_fini(&names->by_probe);
	name_tables_fini(&names->tables);
	free(names->symbols);
	*names = (struct names){};
}
