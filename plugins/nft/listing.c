/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The listing is indented by tabs: tables begin at the margin, chains one tab in, rules two.
 * What has a handle ends with " # handle N".
 */
#include "listing.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HANDLE " # handle "

struct listing {
	nft_listing_use use;
	void *arg;
	/* 0: outside of tables. */
	uint64_t table;
	bool in_chain;
	/* Of the rule so far, which may take several lines. */
	char text[NFT_LISTING_TEXT_MAX + sizeof("...")];
	size_t used;
};

struct line {
	const char *text;
	size_t size;
	size_t tabs;
};

/* Takes the handle off the line's end; 0: it has none. */
static uint64_t take_handle(struct line *line)
{
	size_t digits = 0, label = strlen(HANDLE);
	const char *end = line->text + line->size;

	while (digits < line->size && isdigit((unsigned char)line->text[line->size - 1 - digits]))
		digits++;
	if (!digits || digits > 19 || line->size < digits + label ||
	    memcmp(end - digits - label, HANDLE, label))
		return 0;
	line->size -= digits + label;
	return strtoull(end - digits, NULL, 10);
}

static bool line_starts(const struct line *line, const char *word)
{
	return line->size >= strlen(word) && !memcmp(line->text, word, strlen(word));
}

static void add_text(struct listing *l, const struct line *line)
{
	size_t room = NFT_LISTING_TEXT_MAX - l->used;
	size_t n = line->size < room ? line->size : room;

	memcpy(l->text + l->used, line->text, n);
	l->used += n;
	if (n < line->size)
		memcpy(l->text + l->used, "...", 3);
	l->text[l->used + (n < line->size ? 3 : 0)] = '\0';
}

/* Lists of a set's elements go on in the next line after a comma. */
static bool list_goes_on(const struct line *line)
{
	return line->size && line->text[line->size - 1] == ',';
}

static int take_rule_line(struct listing *l, struct line *line)
{
	uint64_t handle = take_handle(line);
	int err = 0;

	if (l->used)
		add_text(l, &(struct line){ .text = " ", .size = 1 });
	add_text(l, line);
	if (handle)
		err = l->use(l->arg, l->table, handle, l->text);
	if (handle || !list_goes_on(line))
		l->used = 0;
	return err;
}

static int take_listing_line(struct listing *l, struct line *line)
{
	if (line->tabs >= 2)
		return l->table && l->in_chain ? take_rule_line(l, line) : 0;
	l->used = 0;
	l->in_chain = line->tabs && line_starts(line, "chain ");
	if (!line->tabs)
		l->table = line_starts(line, "table ") ? take_handle(line) : 0;
	return 0;
}

int nft_listing_read(const char *text, nft_listing_use use, void *arg)
{
	struct listing l = { .use = use, .arg = arg };
	int err = 0;

	while (*text && !err) {
		struct line line = { .tabs = strspn(text, "\t") };

		line.text = text + line.tabs;
		line.size = strcspn(line.text, "\n");
		text = line.text + line.size;
		text += *text == '\n';
		/* Lines between blocks. */
		if (line.tabs || line.size)
			err = take_listing_line(&l, &line);
	}
	return err;
}
