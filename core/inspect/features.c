/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of what this kernel offers, and what each is used for. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/event/buffer.h"
#include "core/event/json.h"
#include "core/inspect/inspect.h"
#include "core/probe/features.h"

struct row {
	const char *name;
	const char *purpose;
	bool found;
	char why[160];
};

static void set_why(struct row *row, int err)
{
	row->found = !err;
	if (err)
		snprintf(row->why, sizeof(row->why), "%s", strerror(-err));
}

static void look_for_btf(struct kernel *k, struct row *row)
{
	set_why(row, kernel_btf(k) ? 0 : -errno);
}

static void look_for_module_btf(struct kernel *k, struct row *row)
{
	row->found = kernel_has_module_btf(k);
	if (!row->found)
		snprintf(row->why, sizeof(row->why), "no module in /sys/kernel/btf");
}

static void look_for_addresses(struct kernel *k, struct row *row)
{
	uint64_t address;
	int err = kernel_symbol(k, "_stext", &address);

	row->found = !err;
	if (err)
		snprintf(row->why, sizeof(row->why), "%s",
			 err == -EPERM ? kernel_show_addresses() : strerror(-err));
}

static void look_for_functions(struct kernel *k, struct row *row)
{
	set_why(row, kernel_lists_functions(k));
}

static void look_for_events(struct kernel *k, struct row *row)
{
	set_why(row, kernel_lists_events(k));
}

static void look_for_direct(struct kernel *k, struct row *row)
{
	row->found = kernel_reads_direct(k);
	if (!row->found)
		snprintf(row->why, sizeof(row->why), "no bpf_rdonly_cast()");
}

static void look_for_config(struct kernel *k, struct row *row)
{
	row->found = kernel_has_config(k, "CONFIG_BPF") >= 0;
	if (!row->found)
		snprintf(row->why, sizeof(row->why), "not in /proc/config.gz or /boot");
}

static const struct {
	const char *name, *purpose;
	void (*look)(struct kernel *k, struct row *row);
} table[] = {
	{ "kernel BTF", "types, functions and tracepoints: nothing works without", look_for_btf },
	{ "module BTF", "functions and tracepoints in modules", look_for_module_btf },
	{ "kernel addresses", "stack traces, telling functions of one name apart",
	  look_for_addresses },
	{ "traceable functions", "wildcards, saying why a function can't be probed",
	  look_for_functions },
	{ "list of tracepoints", "wildcards, groups of tracepoints", look_for_events },
	{ "direct reads", "reading packets at a third of the cost", look_for_direct },
	{ "kernel configuration", "saying why a collector can't run", look_for_config },
};

#define N_LOOKS (sizeof(table) / sizeof(table[0]))
#define N_ROWS (N_LOOKS + BACKEND_COUNT - 1)

static void fill_rows(struct kernel *k, struct row rows[N_ROWS])
{
	for (size_t i = 0; i < N_LOOKS; i++) {
		rows[i].name = table[i].name;
		rows[i].purpose = table[i].purpose;
		table[i].look(k, &rows[i]);
	}
	for (size_t i = 1; i < BACKEND_COUNT; i++) {
		const struct feature *f = feature_get((enum backend)i);
		struct row *row = &rows[N_LOOKS + i - 1];

		row->name = f->name;
		row->purpose = backend_get((enum backend)i)->purpose;
		row->found = f->result == 1;
		memcpy(row->why, f->why,
		       sizeof(row->why) < sizeof(f->why) ? sizeof(row->why) : sizeof(f->why));
	}
}

static void print_rows(const struct row *rows, FILE *out)
{
	char found[sizeof(rows->why) + 8];
	int width = 5;

	for (size_t i = 0; i < N_ROWS; i++)
		if (!rows[i].found && (int)strlen(rows[i].why) + 4 > width)
			width = (int)strlen(rows[i].why) + 4;
	fprintf(out, "%-20s  %-*s  %s\n", "FEATURE", width, "FOUND", "USED FOR");
	for (size_t i = 0; i < N_ROWS; i++) {
		const struct row *row = &rows[i];

		snprintf(found, sizeof(found), row->found ? "yes" : "no: %s", row->why);
		fprintf(out, "%-20s  %-*s  %s\n", row->name, width, found, row->purpose);
	}
}

static void json_feature_member(struct retis_text *text, const char *key, const char *value)
{
	json_string(text, key, strlen(key));
	retis_text_char(text, ':');
	json_string(text, value, strlen(value));
}

static int print_features_json(const struct row *rows, FILE *out)
{
	struct retis_text text;
	int err = text_init(&text, 4096);

	if (err)
		return err;
	for (size_t i = 0; i < N_ROWS; i++) {
		retis_text_str(&text, i ? ",\n {" : "[{");
		json_feature_member(&text, "feature", rows[i].name);
		retis_text_str(&text, rows[i].found ? ",\"found\":true," : ",\"found\":false,");
		if (!rows[i].found) {
			json_feature_member(&text, "reason", rows[i].why);
			retis_text_char(&text, ',');
		}
		json_feature_member(&text, "purpose", rows[i].purpose);
		retis_text_char(&text, '}');
	}
	retis_text_str(&text, "]\n");
	if (!text.failed)
		fwrite(text.data, 1, text.length, out);
	err = text.failed ? -ENOMEM : 0;
	text_fini(&text);
	return err;
}

int inspect_features(const struct inspect *inspect)
{
	struct row *rows = calloc(N_ROWS, sizeof(*rows));
	int err = 0;

	if (!rows)
		return -ENOMEM;
	fill_rows(inspect->kernel, rows);
	if (inspect->json)
		err = print_features_json(rows, inspect->out);
	else
		print_rows(rows, inspect->out);
	free(rows);
	return err;
}
