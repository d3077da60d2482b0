/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The event file of a collection: what it needs to know, how events get there. */
#include "core/session/archive.h"

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
#include "core/util/log.h"

int archive_open(struct archive *archive, const struct collect_options *o)
{
	struct writer_options options = {
		.path = o->out,
		.split = o->rotate,
		.keep = (uint32_t)o->keep,
	};
	char why[WRITER_WHY_SIZE];
	int err;

	if (!o->out)
		return 0;
	if (place_waits(options.path))
		log_info("Waiting for a reader of '%s'", options.path);
	err = writer_open(&options, &archive->writer, why);
	if (err)
		log_fatal("Could not create or open %s", why);
	return err;
}

static void put_plan_sections(const struct plan *plan, struct retis_text *out)
{
	for (uint16_t i = 0; i < plan->registry.n; i++) {
		const struct registry_entry *e = registry_get(&plan->registry, i);
		const struct retis_file_section section = {
			.plugin = e->plugin,
			.plugin_version = e->plugin_version,
			.type = *e->type,
		};

		dictionary_put_section(out, i, &section);
	}
}

int archive_name_probes(struct archive *archive, const struct plan *plan, size_t first,
			struct printer *printer)
{
	int err = 0;

	for (size_t i = first; i < plan->n_probes && err >= 0; i++) {
		const struct probe *p = &plan->probes[i];
		const struct retis_file_probe probe = {
			.symbol = p->spec.target,
			.type = probe_type_name(p),
			.tag = probe_type_tag(p),
			.backend = probe_backend_name(p),
			.path = probe_path(p),
			.ip = probe_ip(p),
		};

		err = names_put_probe(&archive->names, p->number, &probe);
	}
	return err < 0 ? err : printer_set_probes(printer, archive->names.probes, plan->n_probes);
}

static void put_plan_probes(const struct archive *archive, const struct plan *plan, size_t first,
			    struct retis_text *out)
{
	for (size_t i = first; i < plan->n_probes; i++) {
		uint16_t number = plan->probes[i].number;

		if (!plan->probes[i].internal)
			dictionary_put_probe(out, number, archive->names.probes[number]);
	}
}

static int archive_records(struct archive *archive, struct retis_text *records)
{
	int err = writer_add(archive->writer, records);

	text_fini(records);
	return err;
}

static int archive_dictionary(struct archive *archive, const struct plan *plan)
{
	struct retis_text records;
	int err = text_init(&records, 4096);

	if (err)
		return err;
	put_plan_sections(plan, &records);
	put_plan_probes(archive, plan, 0, &records);
	return archive_records(archive, &records);
}

/* Also ahead of the file's start: it waits in the writer. */
int archive_name(void *arg, const struct retis_file_name *name)
{
	struct archive *archive = arg;
	struct retis_text record;
	int err, added = name_tables_say(&archive->names.tables, name);

	if (added <= 0 || !archive->writer)
		return added < 0 ? added : 0;
	err = text_init(&record, 256);
	if (err)
		return err;
	dictionary_put_name(&record, name);
	return archive_records(archive, &record);
}

int archive_probes(struct archive *archive, const struct plan *plan, size_t first)
{
	struct retis_text records;
	int err = archive->writer ? text_init(&records, 1024) : 0;

	if (err || !archive->writer)
		return err;
	put_plan_probes(archive, plan, first, &records);
	return archive_records(archive, &records);
}

static int sink_event(void *arg, const struct retis_event *event)
{
	struct archive *archive = arg;
	int err = archive->stack->kernel ? file_symbols_add(archive, event) : 0;

	return err ? err : writer_event(archive->writer, event);
}

static int sink_loss(void *arg, const struct retis_loss *loss)
{
	return writer_loss(((struct archive *)arg)->writer, loss);
}

static int sink_tick(void *arg, uint64_t now, uint64_t until)
{
	(void)until;
	return writer_tick(((struct archive *)arg)->writer, now);
}

int archive_start(struct archive *archive, const struct plan *plan, const struct stack_names *stack,
		  struct sink *sink)
{
	const struct collect_options *o = plan->options;
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
	int err = archive_dictionary(archive, plan);

	uname(&uts);
	archive->stack = stack;
	archive->stack_section = plan->stack_section;
	*sink = (struct sink){
		.arg = archive,
		.event = sink_event,
		.loss = sink_loss,
		.flush = sink_tick,
	};
	return err ? err : writer_start(archive->writer, &start);
}

int archive_close(struct archive *archive, const struct collect_options *options)
{
	struct writer_result result = {};

	if (!archive->writer)
		return 0;
	writer_close(archive->writer, &result);
	archive->writer = NULL;
	if (options->rotate.kind != RETIS_SPLIT_NONE)
		log_info("Wrote %" PRIu32 " event file(s)", result.files);
	log_debug("%" PRIu64 " event(s) stored in %" PRIu64 " bytes", result.events, result.bytes);
	if (result.error)
		log_fatal("could not write to %s; %" PRIu64 " event(s) are stored, %" PRIu64
			  " are not",
			  result.why, result.events, result.dropped);
	return result.error;
}

void archive_fini(struct archive *archive)
{
	writer_close(archive->writer, NULL);
	intern_fini(&archive->symbols);
	names_fini(&archive->names);
}
