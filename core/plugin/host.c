/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/plugin/host.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <retis/clock.h>

#include "core/plugin/private.h"
#include "core/probe/capture.h"
#include "core/probe/probe.h"
#include "core/usdt/usdt.h"
#include "core/util/hash.h"
#include "core/util/log.h"

/* The first member of a struct host is what plugins pass. */
static struct host *host_of(const struct retis_host *api)
{
	return (struct host *)(uintptr_t)api;
}

/* What two plugins come upon is said once. */
static bool note_again(struct host *host, const char *line)
{
	uint64_t note = hash_bytes(HASH_START, line, strlen(line));

	atomic_store(&host->note, note);
	return host->is_noted && host->is_noted(host, note);
}

static void host_log(const struct retis_host *api, enum retis_log_level level, const char *format,
		     ...)
{
	struct host *host = host_of(api);
	char line[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (level == RETIS_LOG_INFO && note_again(host, line))
		return;
	log_line(level, "%s: %s", host->plugin, line);
}

static int count_usdt_site(void *arg, const struct usdt_site *site)
{
	(void)site;
	++*(int *)arg;
	return 0;
}

static int has_usdt_probe(const char *probe)
{
	char why[PROBE_WHY_SIZE > USDT_WHY_SIZE ? PROBE_WHY_SIZE : USDT_WHY_SIZE];
	struct usdt usdt = {};
	struct usdt_query query;
	struct probe_spec spec;
	int err, n = 0;

	if (probe_parse(probe, &spec, why) || spec.type != PROBE_USDT)
		return -EINVAL;
	query = probe_spec_query(&spec);
	if (!query.pid && !query.path)
		return -EINVAL;
	err = usdt_find(&usdt, &query, count_usdt_site, &n, why);
	usdt_fini(&usdt);
	return err ? err : n > 0;
}

static int host_kernel_has(const struct retis_host *api, enum retis_need_kind kind,
			   const char *name)
{
	struct kernel *k = host_of(api)->kernel;

	switch (kind) {
	case RETIS_NEED_TYPE:
		return kernel_has_type(k, name);
	case RETIS_NEED_FIELD:
		return kernel_has_field(k, name);
	case RETIS_NEED_FUNCTION:
		return kernel_has_function(k, name);
	case RETIS_NEED_TRACEPOINT:
		return kernel_has_tracepoint(k, name);
	case RETIS_NEED_MODULE:
		return kernel_has_module(k, name);
	case RETIS_NEED_CONFIG:
		return kernel_has_config(k, name);
	case RETIS_NEED_USDT:
		return has_usdt_probe(name);
	}
	return -EINVAL;
}

static int host_symbol(const struct retis_host *api, const char *name, uint64_t *address)
{
	return kernel_symbol(host_of(api)->kernel, name, address);
}

static int host_type_size(const struct retis_host *api, const char *name)
{
	return kernel_type_size(host_of(api)->kernel, name);
}

static int host_set_constant(const struct retis_host *api, const char *name, const void *value,
			     size_t size)
{
	struct host *host = host_of(api);
	int err = host->setting_up ? capture_set_constant(host->object, name, value, size) : -EBUSY;

	if (err == -ENOENT || err == -EINVAL)
		snprintf(host->fault, sizeof(host->fault),
			 err == -ENOENT ? "its BPF object has no constant '%s'"
					: "its constant '%s' has another size",
			 name);
	return err;
}

static int host_add_probe(const struct retis_host *api, const char *probe)
{
	struct host *host = host_of(api);
	char why[PROBE_WHY_SIZE];
	struct probe_spec spec;

	if (!host->setting_up)
		return -EBUSY;
	if (!probe_parse(probe, &spec, why))
		return host->add_probe(host->arg, probe);
	snprintf(host->fault, sizeof(host->fault), "its probe '%.80s': %.150s", probe, why);
	return -EINVAL;
}

static int host_add_hook(const struct retis_host *api, const struct retis_hook *hook, size_t size)
{
	const struct host *host = host_of(api);
	struct retis_hook known;
	struct reason reason;

	if (!host->setting_up)
		return -EBUSY;
	if (desc_copy_hook(&known, hook, size, &reason)) {
		log_warn("%s: %s", host->plugin, reason.text);
		return -EINVAL;
	}
	return host->add_hook(host->arg, &known);
}

static int host_size_map(const struct retis_host *api, const char *name, uint32_t n)
{
	const struct host *host = host_of(api);

	return host->setting_up ? capture_size_map(host->object, name, n) : -EBUSY;
}

static int host_map_fd(const struct retis_host *api, const char *name)
{
	const struct host *host = host_of(api);

	return host->setting_up || !host->object ? -EBUSY : capture_map_fd(host->object, name);
}

static int host_enum_values(const struct retis_host *api, const char *name,
			    int (*use)(void *arg, const char *name, int64_t value), void *arg)
{
	struct kernel *fresh;
	int err;

	if (!host_of(api)->running)
		return kernel_enum_values(host_of(api)->kernel, name, use, arg);
	/* What is known may be out of date, and other threads may be looking at it. */
	fresh = kernel_new();
	err = fresh ? kernel_enum_values(fresh, name, use, arg) : -ENOMEM;
	kernel_free(fresh);
	return err;
}

static int host_add_name_since(const struct retis_host *api, const char *table, const void *key,
			       size_t size, const char *text, uint64_t since)
{
	const struct host *host = host_of(api);
	struct retis_file_name entry = { .since = since,
					 .table = table,
					 .key = key,
					 .key_size = size > NAME_KEY_MAX ? 0 : (uint32_t)size,
					 .text = text };

	return host->add_name ? host->add_name(host->arg, &entry) : -EBUSY;
}

static int host_add_name(const struct retis_host *api, const char *table, const void *key,
			 size_t size, const char *text)
{
	return host_add_name_since(api, table, key, size, text, retis_clock_ns());
}

static int host_add_event(const struct retis_host *api, uint32_t section, uint64_t time,
			  uint32_t present, const void *data, size_t size)
{
	const struct host *host = host_of(api);
	const struct host_event event = {
		.section = section, .present = present, .time = time, .data = data, .size = size
	};

	return host->add_event ? host->add_event(host, &event) : -EBUSY;
}

static int host_stop_fd(const struct retis_host *api)
{
	return host_of(api)->stop_fd;
}

void host_init(struct host *host, const char *plugin, struct kernel *kernel)
{
	*host = (struct host){
		.api = {
			.size = sizeof(struct retis_host),
			.log = host_log,
			.kernel_has = host_kernel_has,
			.symbol = host_symbol,
			.type_size = host_type_size,
			.set_constant = host_set_constant,
			.add_probe = host_add_probe,
			.enum_values = host_enum_values,
			.add_name = host_add_name,
			.add_name_since = host_add_name_since,
			.add_hook = host_add_hook,
			.size_map = host_size_map,
			.map_fd = host_map_fd,
			.add_event = host_add_event,
			.stop_fd = host_stop_fd,
		},
		.plugin = plugin,
		.kernel = kernel,
		.stop_fd = -1,
	};
}
