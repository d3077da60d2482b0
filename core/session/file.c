/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The event file of a collection: what it needs to know, how events get there. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "core/collect/consumer.h"
#include "core/event/buffer.h"
#include "core/file/dictionary.h"
#include "core/file/place.h"
#include "core/file/writer.h"
#include "core/session/file_symbols.h"
#include "core/session/session.h"
#include "core/util/log.h"

int session_open_file(struct session *s)
{
	struct writer_options options = {
		.path = s->options->out,
		.split = s->options->rotate,
		.keep = s->options->keep,
	};
	char why[WRITER_WHY_SIZE];
	int err;

	if (!s->options->out)
		return 0;
	if (place_waits(options.path))
		log_info("Waiting for a reader of '%s'", options.path);
	err = writer_open(&options, &s->writer, why);
	if (err)
		log_fatal("Could not create or open %s", why);
	return err;
}

static const char *plugin_version(const struct session *s, const char *name)
{
	const struct plugin *plugin = plugins_find(s->plugins, name);

	return plugin ? plugin->desc.version : "";
}

static void put_session_sections(const struct session *s, struct retis_text *out)
{
	for (uint16_t i = 0; i < s->registry.n; i++) {
		const struct registry_entry *e = registry_get(&s->registry, i);
		const struct retis_file_section section = {
			.plugin = e->plugin,
			.plugin_version = plugin_version(s, e->plugin),
			.type = *e->type,
		};

		dictionary_put_section(out, i, &section);
	}
}

static void put_session_probes(const struct session *s, size_t first, struct retis_text *out)
{
	for (size_t i = first; i < s->n_probes; i++) {
		const struct retis_file_probe probe = {
			.symbol = s->probes[i].spec.target,
			.type = probe_type_name(&s->probes[i]),
			.tag = probe_type_tag(&s->probes[i]),
			.backend = probe_backend_name(&s->probes[i]),
			.path = probe_path(&s->probes[i]),
			.ip = probe_ip(&s->probes[i]),
		};

		if (s->probes[i].internal)
			continue;
		dictionary_put_probe(out, s->probes[i].number, &probe);
	}
}

static int add_dictionary(struct session *s)
{
	struct retis_text records;
	int err = text_init(&records, 4096);

	if (err)
		return err;
	put_session_sections(s, &records);
	put_session_probes(s, 0, &records);
	err = writer_add(s->writer, &records);
	text_fini(&records);
	return err;
}

/* Also ahead of the file's start: it waits in the writer. */
static int file_name(struct session *s, const struct retis_file_name *name)
{
	struct retis_text record;
	int err = text_init(&record, 256);

	if (err)
		return err;
	dictionary_put_name(&record, name);
	err = writer_add(s->writer, &record);
	text_fini(&record);
	return err;
}

int session_add_name(struct session *s, const struct retis_file_name *name)
{
	int added = name_tables_add(&s->names, name);

	if (added <= 0)
		return added;
	return s->writer ? file_name(s, name) : 0;
}

int session_file_probes(struct session *s, size_t first)
{
	struct retis_text records;
	int err = s->writer ? text_init(&records, 1024) : 0;

	if (err || !s->writer)
		return err;
	put_session_probes(s, first, &records);
	err = writer_add(s->writer, &records);
	text_fini(&records);
	return err;
}

static int sink_event(void *arg, const struct retis_event *event)
{
	struct session *s = arg;
	int err = s->stack_names ? file_symbols_add(&s->file_symbols, s, s->writer, event) : 0;

	return err ? err : writer_event(s->writer, event);
}

static int sink_loss(void *arg, const struct retis_loss *loss)
{
	return writer_loss(((struct session *)arg)->writer, loss);
}

static int sink_tick(void *arg, uint64_t now, uint64_t until)
{
	(void)until;
	return writer_tick(((struct session *)arg)->writer, now);
}

int session_start_file(struct session *s, struct sink *sink)
{
	const struct session_options *o = s->options;
	struct utsname uts = {};
	struct retis_start start = {
		.clock_offset = o->print.clock_offset,
		.version = o->version,
		.command_line = o->command_line,
		.kernel_release = uts.release,
		.kernel_version = uts.version,
		.machine = uts.machine,
		.host_name = o->host.name,
		.host_id = o->host.id,
		.clock_error = o->host.clock_error,
		.clock_error_max = o->host.clock_error_max,
	};
	int err = add_dictionary(s);

	uname(&uts);
	*sink = (struct sink){
		.arg = s,
		.event = sink_event,
		.loss = sink_loss,
		.flush = sink_tick,
	};
	return err ? err : writer_start(s->writer, &start);
}

int session_close_file(struct session *s)
{
	struct writer_result result = {};

	if (!s->writer)
		return 0;
	writer_close(s->writer, &result);
	s->writer = NULL;
	if (s->options->rotate.kind != RETIS_SPLIT_NONE)
		log_info("Wrote %" PRIu32 " event file(s)", result.files);
	log_debug("%" PRIu64 " event(s) stored in %" PRIu64 " bytes", result.events, result.bytes);
	if (result.error)
		log_fatal("could not write to %s; %" PRIu64 " event(s) are stored, %" PRIu64
			  " are not",
			  result.why, result.events, result.dropped);
	return result.error;
}
