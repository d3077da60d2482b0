/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugins as a table and as JSON. */
#include "core/plugin/list.h"

#include <errno.h>
#include <stdbool.h>

#include "core/event/buffer.h"
#include "core/event/json.h"
#include "core/plugin/can_run.h"
#include "core/plugin/plugin.h"
#include "core/util/escape.h"

/* Longer cells move the rest of their own row only. */
#define WIDTH_MAX 44
#define CELL_MAX 1024

enum column {
	COLUMN_NAME,
	COLUMN_VERSION,
	COLUMN_KIND,
	COLUMN_RUNS,
	COLUMN_FILE,
	COLUMN_SUMMARY,
	N_COLUMNS,
};

static const char *const titles[N_COLUMNS] = {
	"NAME", "VERSION", "KIND", "RUNS", "FILE", "SUMMARY",
};

struct row {
	const struct plugin *plugin;
	bool collects;
	bool runs;
	/* Why it doesn't. */
	char reason[256];
};

static struct row *make_rows(const struct plugins *plugins, struct kernel *k)
{
	struct row *rows = calloc(plugins->n + 1, sizeof(*rows));

	for (size_t i = 0; rows && i < plugins->n; i++) {
		struct row *row = &rows[i];

		row->plugin = plugins->list[i];
		row->collects = plugin_collects(row->plugin);
		row->runs = !plugin_can_run(row->plugin, k, row->reason, sizeof(row->reason));
		row->reason[sizeof(row->reason) - 1] = '\0';
	}
	return rows;
}

static const char *row_kind(const struct row *row)
{
	return row->collects ? "collector" : "decode-only";
}

static const char *cell_text(const struct row *row, enum column column, char *text)
{
	const struct retis_plugin *desc = &row->plugin->desc;
	char runs[sizeof(row->reason) + 8];

	switch (column) {
	case COLUMN_NAME:
		return desc->name;
	case COLUMN_VERSION:
		return escape_text(text, CELL_MAX, desc->version);
	case COLUMN_KIND:
		return row_kind(row);
	case COLUMN_RUNS:
		if (row->runs || !row->collects)
			return row->runs ? "yes" : "-";
		snprintf(runs, sizeof(runs), "no: %s", row->reason);
		return escape_text(text, CELL_MAX, runs);
	case COLUMN_FILE:
		return escape_text(text, CELL_MAX, row->plugin->path);
	case COLUMN_SUMMARY:
	case N_COLUMNS:
		break;
	}
	return escape_text(text, CELL_MAX, desc->summary);
}

static size_t column_width(const struct row *rows, size_t n, enum column column)
{
	size_t width = strlen(titles[column]);
	char text[CELL_MAX];

	for (size_t i = 0; i < n; i++) {
		size_t length = strlen(cell_text(&rows[i], column, text));

		if (length > width && (length <= WIDTH_MAX || column == COLUMN_FILE))
			width = length;
	}
	return width;
}

static void print_cell(FILE *out, enum column column, size_t width, const char *text)
{
	if (column == COLUMN_SUMMARY)
		fprintf(out, "%s\n", text);
	else
		fprintf(out, "%-*s  ", (int)width, text);
}

static void print_table(const struct row *rows, size_t n, FILE *out)
{
	size_t width[N_COLUMNS];
	char text[CELL_MAX];

	for (int c = 0; c < N_COLUMNS; c++) {
		width[c] = column_width(rows, n, (enum column)c);
		print_cell(out, (enum column)c, width[c], titles[c]);
	}
	for (size_t i = 0; i < n; i++)
		for (int c = 0; c < N_COLUMNS; c++)
			print_cell(out, (enum column)c, width[c],
				   cell_text(&rows[i], (enum column)c, text));
}

static void print_refused(const struct plugins *plugins, FILE *out)
{
	char path[CELL_MAX], reason[CELL_MAX];

	if (plugins->n_refused)
		fprintf(out, "\nRefused:\n");
	for (size_t i = 0; i < plugins->n_refused; i++)
		fprintf(out, "  %s: %s\n",
			escape_text(path, sizeof(path), plugins->refused[i].path),
			escape_text(reason, sizeof(reason), plugins->refused[i].reason));
}

static void json_row_member(struct retis_text *text, const char *key, const char *value)
{
	if (text->data[text->length - 1] != '{')
		retis_text_char(text, ',');
	json_string(text, key, strlen(key));
	retis_text_char(text, ':');
	json_string(text, value, strlen(value));
}

static void json_flag(struct retis_text *text, const char *key, bool value)
{
	retis_text_char(text, ',');
	json_string(text, key, strlen(key));
	retis_text_str(text, value ? ":true" : ":false");
}

static void json_aliases(struct retis_text *text, const char *const *alias)
{
	const char *const *first = alias;

	retis_text_str(text, ",\"aliases\":[");
	for (; alias && *alias; alias++) {
		if (alias != first)
			retis_text_char(text, ',');
		json_string(text, *alias, strlen(*alias));
	}
	retis_text_char(text, ']');
}

static void json_row(struct retis_text *text, const struct row *row)
{
	const struct retis_plugin *desc = &row->plugin->desc;

	retis_text_char(text, '{');
	json_row_member(text, "file", row->plugin->path);
	json_flag(text, "loaded", true);
	json_row_member(text, "name", desc->name);
	json_aliases(text, desc->aliases);
	json_row_member(text, "version", desc->version);
	json_row_member(text, "license", desc->license);
	json_row_member(text, "summary", desc->summary);
	json_row_member(text, "kind", row_kind(row));
	json_flag(text, "runs", row->runs);
	if (!row->runs)
		json_row_member(text, "reason", row->reason);
	retis_text_char(text, '}');
}

static void json_refused(struct retis_text *text, const struct plugin_refused *refused)
{
	retis_text_char(text, '{');
	json_row_member(text, "file", refused->path);
	json_flag(text, "loaded", false);
	json_row_member(text, "reason", refused->reason);
	retis_text_char(text, '}');
}

static int print_list_json(const struct plugins *plugins, const struct row *rows, FILE *out)
{
	struct retis_text text;
	int err = text_init(&text, 4096);

	if (err)
		return err;
	retis_text_char(&text, '[');
	for (size_t i = 0; i < plugins->n + plugins->n_refused; i++) {
		if (i)
			retis_text_str(&text, ",\n ");
		if (i < plugins->n)
			json_row(&text, &rows[i]);
		else
			json_refused(&text, &plugins->refused[i - plugins->n]);
	}
	retis_text_str(&text, "]\n");
	if (!text.failed)
		fwrite(text.data, 1, text.length, out);
	err = text.failed ? -ENOMEM : 0;
	text_fini(&text);
	return err;
}

int plugins_list(const struct plugins *plugins, struct kernel *k, enum list_format format,
		 FILE *out)
{
	struct row *rows = make_rows(plugins, k);
	int err = 0;

	if (!rows)
		return -ENOMEM;
	if (format == LIST_JSON) {
		err = print_list_json(plugins, rows, out);
	} else {
		print_table(rows, plugins->n, out);
		print_refused(plugins, out);
	}
	free(rows);
	return err;
}
