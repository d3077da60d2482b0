/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Brings a plugin's description to the size this program knows. Plugins built
 * with older headers have shorter structs: the rest is zero. Newer ones have
 * longer structs: accepted if what this program does not know is not used.
 */
#include <errno.h>
#include <stdarg.h>

#include "core/plugin/private.h"

/* More of anything is a mistake, not a plugin. */
#define DESC_SIZE_MAX 4096
#define ELEMENTS_MAX 1024
/* Members are pointers and smaller: all structs are multiples of that. */
#define STRUCT_ALIGN 8

/* An array of the description: pointer, count, size of an element. */
struct list_rule {
	const char *what;
	size_t list;
	size_t count;
	size_t stride;
	size_t known;
};

#define RULE(NAME, TYPE)                                                         \
	{                                                                        \
#NAME "s", offsetof(struct retis_plugin, NAME##s),               \
			offsetof(struct retis_plugin, n_##NAME##s),              \
			offsetof(struct retis_plugin, NAME##_size), sizeof(TYPE) \
	}

static const struct list_rule rules[] = {
	RULE(hook, struct retis_hook),
	RULE(need, struct retis_need),
	RULE(section, struct retis_section_type),
	RULE(option, struct retis_option),
	RULE(counter, struct retis_counter),
};

#define N_RULES (sizeof(rules) / sizeof(rules[0]))

int refuse_plugin(struct reason *reason, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(reason->text, sizeof(reason->text), format, args);
	va_end(args);
	return -EINVAL;
}

static bool is_zero(const unsigned char *bytes, size_t n)
{
	while (n && !bytes[n - 1])
		n--;
	return !n;
}

static bool is_aligned(const void *p)
{
	return !((uintptr_t)p % STRUCT_ALIGN);
}

/* Copies a struct of SIZE bytes into one of KNOWN bytes, zeroed; false if it
 * uses what isn't known. */
static bool copy_struct(void *to, size_t known, const void *from, size_t size)
{
	memcpy(to, from, size < known ? size : known);
	return size <= known || is_zero((const unsigned char *)from + known, size - known);
}

static int check_head(const struct retis_plugin *from, size_t symbol_size, struct reason *reason)
{
	if (symbol_size < offsetof(struct retis_plugin, aliases) || !is_aligned(from))
		return refuse_plugin(reason, "its '%s' is not a struct retis_plugin",
				     RETIS_PLUGIN_SYMBOL);
	if (from->abi_major != RETIS_ABI_MAJOR)
		return refuse_plugin(reason,
				     "built for plugin interface %u, this retis has %u: rebuild it",
				     from->abi_major, RETIS_ABI_MAJOR);
	if (from->size < offsetof(struct retis_plugin, aliases) || from->size > DESC_SIZE_MAX ||
	    from->size % STRUCT_ALIGN || from->size > symbol_size)
		return refuse_plugin(reason, "its struct retis_plugin can't have %u bytes",
				     from->size);
	return 0;
}

static int copy_list(struct retis_plugin *desc, const struct list_rule *rule, struct reason *reason)
{
	char *base = (char *)desc, *copy;
	const char **list = (const char **)(base + rule->list);
	uint32_t n = *(uint32_t *)(base + rule->count);
	uint32_t *stride = (uint32_t *)(base + rule->stride);
	const char *from = *list;

	*list = NULL;
	if (!n)
		return 0;
	if (!from || !is_aligned(from) || n > ELEMENTS_MAX)
		return refuse_plugin(reason, "its list of %u %s is not valid", n, rule->what);
	if (!*stride || *stride % STRUCT_ALIGN || *stride > DESC_SIZE_MAX)
		return refuse_plugin(reason, "its %s can't have %u bytes each", rule->what,
				     *stride);
	copy = calloc(n, rule->known);
	if (!copy)
		return -ENOMEM;
	*list = copy;
	for (uint32_t i = 0; i < n; i++)
		if (!copy_struct(copy + i * rule->known, rule->known, from + (size_t)i * *stride,
				 *stride))
			return refuse_plugin(
				reason,
				"its %s use what this retis does not know: a newer retis is "
				"needed",
				rule->what);
	*stride = (uint32_t)rule->known;
	return 0;
}

/* The lists are the plugin's up to here: none of them may be freed. */
static void forget_lists(struct retis_plugin *desc, size_t first)
{
	for (size_t i = first; i < N_RULES; i++)
		*(void **)((char *)desc + rules[i].list) = NULL;
}

int desc_copy(struct retis_plugin *desc, const void *from, size_t symbol_size,
	      struct reason *reason)
{
	const struct retis_plugin *head = from;
	int err = check_head(head, symbol_size, reason);

	if (err)
		return err;
	if (!copy_struct(desc, sizeof(*desc), from, head->size)) {
		forget_lists(desc, 0);
		return refuse_plugin(
			reason,
			"uses what this retis does not know (interface %u.%u, this retis has "
			"%u.%u): a newer retis is needed",
			head->abi_major, head->abi_minor, RETIS_ABI_MAJOR, RETIS_ABI_MINOR);
	}
	desc->size = sizeof(*desc);
	for (size_t i = 0; i < N_RULES; i++) {
		err = copy_list(desc, &rules[i], reason);
		if (err) {
			forget_lists(desc, i + 1);
			return err;
		}
	}
	return 0;
}

int desc_copy_hook(struct retis_hook *hook, const void *from, size_t size, struct reason *reason)
{
	*hook = (struct retis_hook){};
	if (!from || !is_aligned(from) || !size || size % STRUCT_ALIGN || size > DESC_SIZE_MAX)
		return refuse_plugin(reason, "a hook can't have %zu bytes", size);
	if (!copy_struct(hook, sizeof(*hook), from, size))
		return refuse_plugin(reason, "a hook uses what this retis does not know: a newer "
					     "retis is needed");
	return desc_check_hook(hook, reason);
}

void desc_free(struct retis_plugin *desc)
{
	for (size_t i = 0; i < N_RULES; i++) {
		void **list = (void **)((char *)desc + rules[i].list);

		free(*list);
		*list = NULL;
	}
}
