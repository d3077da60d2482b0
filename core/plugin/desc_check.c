/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Does a plugin's description make sense? Its arrays are already copies. */
#include <elf.h>
#include <errno.h>

#include "core/plugin/private.h"

#define NAME_MAX_LEN 63
#define LINE_MAX_LEN 1000
#define ALIASES_MAX 16
#define PROBES_MAX 256
#define OBJECT_MAX (64u << 20)
#define STATE_MAX (16u << 20)
#define HOOK_FLAGS (RETIS_HOOK_ALONE | RETIS_HOOK_DECIDES | RETIS_HOOK_USER)

static const char identifier[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

bool is_line(const char *s, size_t max)
{
	size_t n;

	if (!s || !s[0])
		return false;
	for (n = 0; s[n] && n <= max; n++)
		if ((unsigned char)s[n] < 0x20 || s[n] == 0x7f)
			return false;
	return n <= max;
}

bool is_name(const char *s)
{
	size_t n;

	if (!is_line(s, NAME_MAX_LEN) || s[0] < 'a' || s[0] > 'z')
		return false;
	n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-");
	return !s[n];
}

/* "auto" stands for all collectors. */
static bool is_collector_name(const char *s)
{
	return is_name(s) && strcmp(s, "auto");
}

static bool is_identifier(const char *s)
{
	return is_line(s, 127) && !s[strspn(s, identifier)];
}

/* A probe on the command line: one word. */
static bool is_probe(const char *s)
{
	return is_line(s, 255) && !strchr(s, ' ');
}

static bool is_list_of(const char *const *list, size_t max, bool (*valid)(const char *))
{
	size_t n;

	for (n = 0; list && list[n]; n++)
		if (n == max || !valid(list[n]))
			return false;
	return true;
}

static int check_identity(const struct retis_plugin *desc, struct reason *reason)
{
	if (!is_collector_name(desc->name))
		return refuse_plugin(reason,
				     "its name is not made of a-z, 0-9 and '-' or too long");
	if (!is_line(desc->version, NAME_MAX_LEN))
		return refuse_plugin(reason, "says no version");
	if (!is_line(desc->summary, LINE_MAX_LEN))
		return refuse_plugin(reason, "has no summary of one line");
	if (!is_list_of(desc->aliases, ALIASES_MAX, is_collector_name))
		return refuse_plugin(reason, "its aliases are not valid names");
	return 0;
}

static size_t object_size(const struct retis_object *object)
{
	return (size_t)((const char *)object->end - (const char *)object->data);
}

/* libbpf and the kernel look closer; this is for plugins built wrongly. */
static bool is_object(const struct retis_object *object)
{
	const Elf64_Ehdr *h = object->data;

	if ((uintptr_t)object->end < (uintptr_t)object->data || (uintptr_t)h % 8 ||
	    object_size(object) < sizeof(*h) || object_size(object) > OBJECT_MAX)
		return false;
	return !memcmp(h->e_ident, ELFMAG, SELFMAG) && h->e_machine == EM_BPF;
}

static int check_objects(const struct retis_plugin *desc, struct reason *reason)
{
	bool direct = desc->direct.data != desc->direct.end;
	bool probe = desc->probe.data != desc->probe.end;

	if (direct != probe)
		return refuse_plugin(reason, "has a BPF object for only some kernels");
	if (direct && (!is_object(&desc->direct) || !is_object(&desc->probe)))
		return refuse_plugin(reason, "its BPF objects are damaged");
	if (direct && !desc->n_hooks)
		return refuse_plugin(reason, "has BPF objects but no hooks");
	if (!direct && desc->n_hooks)
		return refuse_plugin(reason, "has hooks but no BPF objects");
	return 0;
}

static bool is_valid_arg(const struct retis_arg *arg)
{
	if (!arg->type && !arg->name && !arg->position)
		return false;
	return (!arg->type || is_line(arg->type, 255)) &&
	       (!arg->name || is_identifier(arg->name)) && arg->position <= RETIS_HOOK_ARGS;
}

static int check_args(const struct retis_hook *hook, struct reason *reason)
{
	if (hook->n_args > RETIS_HOOK_ARGS || (hook->n_args && !hook->args))
		return refuse_plugin(reason, "hook %s: its list of arguments is not valid",
				     hook->program);
	for (uint32_t i = 0; i < hook->n_args; i++)
		if (!is_valid_arg(&hook->args[i]))
			return refuse_plugin(
				reason,
				"hook %s: argument %u has neither a C type nor a name nor a "
				"position",
				hook->program, i);
	return 0;
}

int desc_check_hook(const struct retis_hook *hook, struct reason *reason)
{
	uint32_t possible = RETIS_INPUT_SKB | RETIS_INPUT_PACKET;

	if (!is_identifier(hook->program))
		return refuse_plugin(reason,
				     "a hook's program is missing or not a C function's name");
	if (!is_list_of(hook->probes, PROBES_MAX, is_probe))
		return refuse_plugin(reason, "hook %s: its list of probes is not valid",
				     hook->program);
	if (check_args(hook, reason))
		return -EINVAL;
	for (uint32_t i = 0; i < hook->n_args; i++)
		possible |= RETIS_INPUT_ARG(i);
	if ((hook->any_of | hook->all_of) & ~possible)
		return refuse_plugin(
			reason, "hook %s: any_of or all_of asks for what it has no argument for",
			hook->program);
	if (hook->stage > RETIS_STAGE_STANDIN || hook->flags & ~HOOK_FLAGS)
		return refuse_plugin(reason, "hook %s: its stage or flags are unknown",
				     hook->program);
	if (hook->flags & RETIS_HOOK_ALONE && !hook->probes)
		return refuse_plugin(reason, "hook %s: it can't be alone at all probes",
				     hook->program);
	if (hook->flags & RETIS_HOOK_DECIDES &&
	    (!hook->probes || hook->stage != RETIS_STAGE_COLLECT))
		return refuse_plugin(
			reason, "hook %s: only one that collects at probes it names can decide",
			hook->program);
	return 0;
}

static int check_need_entry(const struct retis_need *need, struct reason *reason)
{
	if (!is_line(need->name, 255))
		return refuse_plugin(reason, "a need has no name");
	if (need->kind < RETIS_NEED_TYPE || need->kind > RETIS_NEED_CONFIG)
		return refuse_plugin(reason, "need %s is of an unknown kind", need->name);
	if (need->purpose && !is_line(need->purpose, LINE_MAX_LEN))
		return refuse_plugin(reason, "need %s: its purpose is not one line", need->name);
	return 0;
}

int desc_check(const struct retis_plugin *desc, struct reason *reason)
{
	int err = check_identity(desc, reason);

	err = err ? err : check_license(desc->license, reason);
	err = err ? err : check_objects(desc, reason);
	for (uint32_t i = 0; !err && i < desc->n_hooks; i++)
		err = desc_check_hook(&desc->hooks[i], reason);
	for (uint32_t i = 0; !err && i < desc->n_needs; i++)
		err = check_need_entry(&desc->needs[i], reason);
	for (uint32_t i = 0; !err && i < desc->n_counters; i++)
		if (!is_line(desc->counters[i].name, LINE_MAX_LEN))
			err = refuse_plugin(reason, "counter %u has no name", i);
	if (!err && !is_list_of(desc->default_probes, PROBES_MAX, is_probe))
		err = refuse_plugin(reason, "its list of default probes is not valid");
	if (!err && desc->state_size > STATE_MAX)
		err = refuse_plugin(reason, "wants %zu bytes of private state", desc->state_size);
	return err ? err : desc_check_options(desc, reason);
}
