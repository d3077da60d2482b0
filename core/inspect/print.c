/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Probes as text and as JSON. */
#include <errno.h>
#include <string.h>

#include "core/event/buffer.h"
#include "core/event/json.h"
#include "core/inspect/inspect.h"
#include "core/probe/probe.h"

static const char *arg_type_text(const struct prototype_arg *arg)
{
	return *arg->type ? arg->type : "?";
}

/* --- text ----------------------------------------------------------------- */

static void print_arguments(const struct prototype *proto, FILE *out)
{
	fprintf(out, "  arguments   ");
	for (unsigned int i = 0; i < proto->n_args; i++)
		fprintf(out, "%s%s", i ? ", " : "", arg_type_text(&proto->args[i]));
	fprintf(out, "%s\n", proto->n_args ? "" : "none");
	if (proto->ret.size)
		fprintf(out, "  returns     %s\n", arg_type_text(&proto->ret));
}

static void print_collectors(const struct inspect *inspect, const struct probe *probe)
{
	const struct plugins *plugins = inspect->plugins;
	bool first = true;

	fprintf(inspect->out, "  collectors  ");
	for (size_t i = 0; i < plugins->n; i++) {
		if (!inspect_reports(plugins->list[i], probe))
			continue;
		fprintf(inspect->out, "%s%s", first ? "" : ", ", plugins->list[i]->desc.name);
		first = false;
	}
	fprintf(inspect->out, "%s\n", first ? "none" : "");
}

static void print_details(const struct inspect *inspect, const struct probe *probe)
{
	char why[256];
	const char *backend = inspect_backend(probe, 1, why, sizeof(why));

	print_arguments(&probe->proto, inspect->out);
	print_collectors(inspect, probe);
	if (*probe->module)
		fprintf(inspect->out, "  module      %s\n", probe->module);
	if (backend)
		fprintf(inspect->out, "  backend     %s\n", backend);
	else
		fprintf(inspect->out, "  backend     none (%s)\n", why);
}

/* --- JSON ----------------------------------------------------------------- */

static void json_probe_string(struct retis_text *text, const char *s)
{
	json_string(text, s, strlen(s));
}

static void json_probe_member(struct retis_text *text, const char *key, const char *value)
{
	if (text->data[text->length - 1] != '{')
		retis_text_char(text, ',');
	json_probe_string(text, key);
	retis_text_char(text, ':');
	json_probe_string(text, value);
}

static void json_arguments(struct retis_text *text, const struct prototype *proto)
{
	retis_text_str(text, ",\"arguments\":[");
	for (unsigned int i = 0; i < proto->n_args; i++) {
		if (i)
			retis_text_char(text, ',');
		json_probe_string(text, proto->args[i].type);
	}
	retis_text_char(text, ']');
	if (proto->ret.size)
		json_probe_member(text, "returns", proto->ret.type);
}

static void json_collectors(struct retis_text *text, const struct inspect *inspect,
			    const struct probe *probe)
{
	const struct plugins *plugins = inspect->plugins;
	bool first = true;

	retis_text_str(text, ",\"collectors\":[");
	for (size_t i = 0; i < plugins->n; i++) {
		if (!inspect_reports(plugins->list[i], probe))
			continue;
		if (!first)
			retis_text_char(text, ',');
		json_probe_string(text, plugins->list[i]->desc.name);
		first = false;
	}
	retis_text_char(text, ']');
}

static void json_details(struct retis_text *text, const struct inspect *inspect,
			 const struct probe *probe)
{
	char why[256];
	const char *backend = inspect_backend(probe, 1, why, sizeof(why));

	json_arguments(text, &probe->proto);
	json_collectors(text, inspect, probe);
	if (backend)
		json_probe_member(text, "backend", backend);
	else
		json_probe_member(text, "unattachable", why);
}

static int print_probe_json(const struct inspect *inspect, const struct probe *probe,
			    const char *name)
{
	struct retis_text text;
	int err = text_init(&text, 1024);

	if (err)
		return err;
	retis_text_char(&text, '{');
	json_probe_member(&text, "probe", name);
	json_probe_member(&text, "type", probe_type_name(probe));
	json_probe_member(&text, "symbol", probe->spec.target);
	if (*probe->module)
		json_probe_member(&text, "module", probe->module);
	if (inspect->details)
		json_details(&text, inspect, probe);
	retis_text_char(&text, '}');
	if (!text.failed)
		fwrite(text.data, 1, text.length, inspect->out);
	err = text.failed ? -ENOMEM : 0;
	text_fini(&text);
	return err;
}

int inspect_print(const struct inspect *inspect, const struct probe *probe, bool first)
{
	char name[PROBE_TARGET_SIZE + KERNEL_MODULE_SIZE + 24];

	probe_text(probe, name, sizeof(name));
	if (inspect->json) {
		fputs(first ? "[" : ",\n ", inspect->out);
		return print_probe_json(inspect, probe, name);
	}
	fprintf(inspect->out, "%s\n", name);
	if (inspect->details)
		print_details(inspect, probe);
	return 0;
}
