/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of options, and what the words on the command line do to them. */
#include <errno.h>
#include <stdarg.h>

#include "core/cli/options_private.h"
#include "core/util/log.h"
#include "core/util/nearest.h"

int option_list_add(struct option_list *list, const char *text, size_t length)
{
	char **items = reallocarray(list->items, list->n + 1, sizeof(*items));

	if (!items)
		return -ENOMEM;
	list->items = items;
	items[list->n] = strndup(text, length);
	if (!items[list->n])
		return -ENOMEM;
	list->n++;
	return 0;
}

void option_list_fini(struct option_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct option_list){ 0 };
}

/* Room for N more entries, zeroed, or NULL. */
static struct option_entry *more_entries(struct options *o, size_t n)
{
	struct option_entry *entries;

	entries = reallocarray(o->entries, o->n_entries + n, sizeof(*entries));
	if (!entries)
		return NULL;
	o->entries = entries;
	entries += o->n_entries;
	memset(entries, 0, n * sizeof(*entries));
	o->n_entries += n;
	return entries;
}

int options_add(struct options *o, const char *heading, const struct option_spec *specs, size_t n,
		void *base)
{
	struct option_entry *e = n ? more_entries(o, n) : NULL;

	if (n && !e)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		e[i] = (struct option_entry){ .spec = specs[i], .base = base, .heading = heading };
	return 0;
}

static enum option_type map_option_type(enum retis_option_type type)
{
	switch (type) {
	case RETIS_OPT_FLAG:
		return OPTION_FLAG;
	case RETIS_OPT_UINT:
		return OPTION_UINT;
	case RETIS_OPT_CHOICES:
		return OPTION_CHOICES;
	case RETIS_OPT_STRING:
		break;
	}
	return OPTION_STRING;
}

int options_add_plugin(struct options *o, const struct retis_plugin *plugin, void *state)
{
	struct option_entry *e = plugin->n_options ? more_entries(o, plugin->n_options) : NULL;

	if (plugin->n_options && !e)
		return -ENOMEM;
	for (uint32_t i = 0; i < plugin->n_options; i++) {
		const struct retis_option *from = &plugin->options[i];

		e[i].spec = (struct option_spec){
			.name = from->name,
			.type = map_option_type(from->type),
			.value = from->value,
			.help = from->help,
			.offset = from->offset,
			.min = from->min,
			.max = from->max,
			.choices = from->choices,
		};
		e[i].base = state;
		e[i].plugin = plugin->name;
	}
	return 0;
}

void options_fini(struct options *o)
{
	free(o->entries);
	o->entries = NULL;
	o->n_entries = 0;
}

void option_label(const struct option_spec *spec, char *text, size_t size)
{
	if (spec->name)
		snprintf(text, size, "--%s", spec->name);
	else
		snprintf(text, size, "-%c", spec->letter);
}

int options_usage_error(const struct options *o, const char *format, ...)
{
	FILE *out = o->errors ? o->errors : stderr;
	char message[1024], safe[4 * sizeof(message)];
	struct retis_text text = { .data = safe, .capacity = sizeof(safe) };
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	retis_text_escaped(&text, message, sizeof(message));
	fprintf(out, "error: %s%s%.*s\n\nTry '%s --help'.\n", o->origin ? o->origin : "",
		o->origin ? ": " : "", (int)text.length, safe, o->command);
	return -EINVAL;
}

/* What people mean who know other programs, or NULL. */
static const char *look_up_habit(const struct options *o, const char *word)
{
	for (const struct option_habit *h = o->habits; h && h->word; h++)
		if (!strcmp(h->word, word))
			return h->instead;
	return NULL;
}

static int unknown_option(const struct options *o, const char *word)
{
	const char *instead = look_up_habit(o, word);
	int length = (int)strcspn(word, "=");
	struct nearest near = { 0 };
	const char *begins = NULL;
	char name[128];

	if (instead)
		return options_usage_error(o, "unexpected argument '%s': %s", word, instead);
	snprintf(name, sizeof(name), "%s", word + strspn(word, "-"));
	name[strcspn(name, "=")] = '\0';
	near.wanted = name;
	for (size_t i = 0; i < o->n_entries && word[0] == '-' && word[1] == '-'; i++) {
		const char *known = o->entries[i].spec.name;

		if (known && name[0] && !strncmp(known, name, strlen(name)))
			begins = known;
		if (known)
			nearest_consider(&near, known);
	}
	if (!begins && near.n)
		begins = near.names[0];
	if (begins)
		return options_usage_error(o, "unexpected argument '%.*s'; did you mean '--%s'?",
					   length, word, begins);
	return options_usage_error(o, "unexpected argument '%.*s'", length, word);
}

static int take_option(struct options *o, const struct scan_item *item)
{
	struct option_entry *e = &o->entries[item->entry];
	bool repeats = e->spec.type == OPTION_STRINGS || e->spec.type == OPTION_CHOICES;
	char label[128];
	int err;

	if (e->given && !repeats) {
		option_label(&e->spec, label, sizeof(label));
		return options_usage_error(o, "the argument '%s' cannot be used multiple times",
					   label);
	}
	err = option_store(o, e, item->value);
	if (!err)
		e->given = true;
	return err;
}

static int take_operand(struct options *o, const char *word)
{
	if (!o->operand || o->operand->list->n >= o->operand->max)
		return options_usage_error(o, "unexpected argument '%s'%s%s", word,
					   o->stray ? ": " : "", o->stray ? o->stray : "");
	return option_list_add(o->operand->list, word, strlen(word));
}

static int take_scanned(struct options *o, const struct scan_item *item)
{
	char label[128];

	switch (item->kind) {
	case SCAN_OPTION:
		return take_option(o, item);
	case SCAN_OPERAND:
		return take_operand(o, item->value);
	case SCAN_UNKNOWN:
		return unknown_option(o, item->word);
	case SCAN_NO_VALUE:
	case SCAN_EXTRA_VALUE:
		option_label(&o->entries[item->entry].spec, label, sizeof(label));
		return options_usage_error(o, "the argument '%s' %s value", label,
					   item->kind == SCAN_NO_VALUE ? "needs a" : "takes no");
	case SCAN_END:
		break;
	}
	return 0;
}

/* 1 if help is asked for anywhere, else 0 or -ENOMEM. */
static int wants_help(const struct options *o, int argc, char **argv)
{
	struct scan_item item;
	struct scan s;
	int err = scan_init(&s, o, argc, argv);

	if (err)
		return err;
	for (scan_next(&s, &item); item.kind != SCAN_END && !err; scan_next(&s, &item))
		err = item.kind == SCAN_OPTION && o->entries[item.entry].spec.type == OPTION_HELP;
	scan_fini(&s);
	return err ? OPTIONS_HELP : 0;
}

static int take_all(struct options *o, int argc, char **argv)
{
	struct scan_item item;
	struct scan s;
	int err = scan_init(&s, o, argc, argv);

	if (err)
		return err;
	do {
		scan_next(&s, &item);
		err = take_scanned(o, &item);
	} while (!err && item.kind != SCAN_END);
	o->rest = scan_rest();
	scan_fini(&s);
	return err;
}

static int add_help_option(struct options *o)
{
	static const struct option_spec help = { .name = "help",
						 .letter = 'h',
						 .type = OPTION_HELP,
						 .typed = true,
						 .help = "Show this help." };

	for (size_t i = 0; i < o->n_entries; i++)
		if (o->entries[i].spec.type == OPTION_HELP)
			return 0;
	return options_add(o, "General options", &help, 1, NULL);
}

int options_parse(struct options *o, int argc, char **argv)
{
	int err = add_help_option(o);

	if (!err && o->observer) {
		o->observer->see(o->observer, o);
		return OPTIONS_SEEN;
	}
	if (!err)
		err = wants_help(o, argc, argv);
	if (!err)
		err = options_take_presets(o);
	if (!err)
		err = take_all(o, argc, argv);
	if (!err && o->operand && o->operand->list->n < o->operand->min)
		err = options_usage_error(o, "%s is missing", o->operand->value);
	return err;
}

static bool entry_is_called(const struct option_entry *e, const char *name)
{
	return e->spec.name && !strcmp(e->spec.name, name);
}

int options_peek(const struct options *o, const char *name, struct option_list *list, int argc,
		 char **argv)
{
	struct scan_item item;
	struct scan s;
	int err = scan_init(&s, o, argc, argv);

	if (err)
		return err;
	for (scan_next(&s, &item); item.kind != SCAN_END && !err; scan_next(&s, &item))
		if (item.kind == SCAN_OPTION && item.value &&
		    entry_is_called(&o->entries[item.entry], name))
			err = option_list_add(list, item.value, strlen(item.value));
	scan_fini(&s);
	return err;
}

bool options_given(const struct options *o, const char *name)
{
	for (size_t i = 0; i < o->n_entries; i++)
		if (entry_is_called(&o->entries[i], name))
			return o->entries[i].given || o->entries[i].preset;
	return false;
}

size_t options_preset_items(const struct options *o, const char *name)
{
	for (size_t i = 0; i < o->n_entries; i++)
		if (entry_is_called(&o->entries[i], name))
			return o->entries[i].n_preset;
	return 0;
}

int options_exit_code(const struct options *o, int err)
{
	if (err == OPTIONS_HELP)
		options_help(o, stdout);
	else if (err == -ENOMEM)
		log_fatal("%s", strerror(ENOMEM));
	return err == -EINVAL ? 2 : err < 0;
}
