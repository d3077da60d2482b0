/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/kernel/tracefs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/kernel/private.h"
#include "core/util/hash.h"
#include "core/util/list.h"

static const char *const mounts[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The end of the word that begins at AT. Most lines are one word: a call for each
 * would cost more than the look at it. */
static char *end_of_word(char *at)
{
	while (*at && *at != '\n' && *at != ' ' && *at != '\t')
		at++;
	return at;
}

static int word_list_add(struct word_list *list, const char *word)
{
	int err = list_grow((void **)&list->words, list->n, &list->room, sizeof(*list->words));

	if (err)
		return err;
	list->words[list->n++] = word;
	return slots_add(&list->index, hash_words(word, strlen(word)), (uint32_t)list->n);
}

bool word_list_has(const struct word_list *list, const char *word)
{
	struct slot *slot = NULL;

	while ((slot = slots_next(&list->index, hash_words(word, strlen(word)), slot)))
		if (!strcmp(list->words[slot->number - 1], word))
			return true;
	return false;
}

int word_list_take(struct word_list *list, char *text)
{
	char *line = text, *next;
	int err = 0;

	word_list_fini(list);
	list->text = text;
	list->tried = true;
	for (; *line && !err; line = next) {
		char *end = end_of_word(line);

		next = *end && *end != '\n' ? end + strcspn(end, "\n") : end;
		next += *next == '\n';
		*end = '\0';
		if (*line)
			err = word_list_add(list, line);
	}
	list->error = err;
	return err;
}

void word_list_fini(struct word_list *list)
{
	slots_fini(&list->index);
	free(list->words);
	free(list->text);
	*list = (struct word_list){};
}

static int read_word_list(struct word_list *list, const char *file)
{
	char path[128], *text = NULL;
	size_t size;

	if (list->tried)
		return list->error;
	list->tried = true;
	for (size_t i = 0; i < COUNT(mounts) && !text; i++) {
		snprintf(path, sizeof(path), "%s/%s", mounts[i], file);
		text = read_file(path, &size);
	}
	list->error = text ? 0 : -errno;
	return text ? word_list_take(list, text) : list->error;
}

int tracefs_functions(struct tracefs *t)
{
	return read_word_list(&t->functions, "available_filter_functions");
}

int tracefs_events(struct tracefs *t)
{
	return read_word_list(&t->events, "available_events");
}

/* "0xSTART-0xEND\tNAME": the name becomes the first word. */
static void drop_addresses(char *text)
{
	char *to = text;

	for (char *at = text; *at;) {
		size_t line = strcspn(at, "\n");
		char *tab = memchr(at, '\t', line);
		size_t skip = tab ? (size_t)(tab + 1 - at) : 0;

		line += at[line] == '\n';
		memmove(to, at + skip, line - skip);
		to += line - skip;
		at += line;
	}
	*to = '\0';
}

int tracefs_blacklist(struct tracefs *t)
{
	struct word_list *list = &t->blacklist;
	size_t size;
	char *text;

	if (list->tried)
		return list->error;
	list->tried = true;
	text = read_file("/sys/kernel/debug/kprobes/blacklist", &size);
	list->error = text ? 0 : -errno;
	if (!text)
		return list->error;
	drop_addresses(text);
	return word_list_take(list, text);
}

void tracefs_fini(struct tracefs *t)
{
	word_list_fini(&t->functions);
	word_list_fini(&t->events);
	word_list_fini(&t->blacklist);
}

int kernel_event_in_group(const char *group, const char *name)
{
	char path[512];

	for (size_t i = 0; i < COUNT(mounts); i++) {
		snprintf(path, sizeof(path), "%s/events", mounts[i]);
		if (access(path, R_OK | X_OK))
			continue;
		snprintf(path, sizeof(path), "%s/events/%s/%s", mounts[i], group, name);
		return access(path, F_OK) == 0;
	}
	return -ENOENT;
}

int kernel_lists_functions(struct kernel *k)
{
	return tracefs_functions(&k->tracefs);
}

int kernel_lists_events(struct kernel *k)
{
	return tracefs_events(&k->tracefs);
}
