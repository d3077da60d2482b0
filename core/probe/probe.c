/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Probes by name: what they are called, and finding them in the kernel. */
#include "core/probe/probe.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/usdt/usdt.h"

static const struct backend_ops *shown_backend(const struct probe *probe)
{
	return probe->backend ? backend_get(probe->backend) : backend_typed(&probe->spec);
}

const char *probe_type_name(const struct probe *probe)
{
	return shown_backend(probe)->type_name;
}

const char *probe_backend_name(const struct probe *probe)
{
	const char *name = probe->backend ? backend_get(probe->backend)->name : NULL;

	if (!probe_is_function(&probe->spec) || !name || !strcmp(name, probe_type_name(probe)))
		return NULL;
	return name;
}

const char *probe_type_tag(const struct probe *probe)
{
	return shown_backend(probe)->tag;
}

/* The end of a path says more than its begin. */
static void usdt_text(const struct probe_spec *spec, const char *path, char *text, size_t size)
{
	size_t length = strlen(path), other = strlen(spec->target) + sizeof("usdt::...:");
	size_t room = size > other ? size - other : 0;
	bool cut = length > room;

	snprintf(text, size, "usdt:%s%s%s%.*s::%s", cut ? "..." : "",
		 path + (cut ? length - room : 0), *path ? ":" : "", (int)spec->group, spec->target,
		 probe_spec_name(spec));
}

void probe_text(const struct probe *probe, char *text, size_t size)
{
	const struct probe_spec *spec = &probe->spec;

	if (spec->type == PROBE_USDT) {
		usdt_text(spec, probe->site ? probe->site->file->path : spec->path, text, size);
		return;
	}
	snprintf(text, size, "%s:%s%s%s", backend_typed(spec)->prefix, spec->module,
		 *spec->module ? ":" : "", spec->target);
}

/* --- finding it in the kernel ---------------------------------------------- */

__attribute__((format(printf, 3, 4))) static int refuse_probe(char *why, int err,
							      const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, PROBE_WHY_SIZE, format, args);
	va_end(args);
	return err;
}

/* Looking for names that are similar takes too long for each of many. */
static int unknown_tracepoint(const struct probe *probe, struct kernel *k, char *why)
{
	char near[160] = "";

	if (probe->named)
		kernel_tracepoint_nearest(k, probe_spec_name(&probe->spec), near, sizeof(near));
	return refuse_probe(why, -ENOENT, "no such tracepoint in this kernel%s%s%s",
			    near[0] ? "; did you mean " : "", near, near[0] ? "?" : "");
}

static int resolve_tracepoint(struct probe *probe, struct kernel *k, char *why)
{
	const struct probe_spec *spec = &probe->spec;
	char group[sizeof(spec->target)];
	int err = kernel_tracepoint(k, probe_spec_name(spec), &probe->proto);

	if (err == -ENOENT && kernel_btf(k))
		return unknown_tracepoint(probe, k, why);
	if (err)
		return refuse_probe(why, err, "no prototype: %s", strerror(-err));
	snprintf(group, sizeof(group), "%.*s", (int)spec->group, spec->target);
	if (kernel_event_in_group(group, probe_spec_name(spec)) == 0)
		return refuse_probe(why, -ENOENT, "no such tracepoint in group %s", group);
	return 0;
}

static int resolve_function(struct probe *probe, struct kernel *k, char *why)
{
	struct function f;

	probe->fault =
		kernel_function(k, probe->spec.target, probe->spec.module, &f, why, PROBE_WHY_SIZE);
	if (probe->fault)
		return probe->fault == FUNCTION_MISSING ? -ENOENT : -EOPNOTSUPP;
	probe->proto = f.proto;
	probe->address = f.address;
	probe->btf_id = f.btf_id;
	probe->btf_object = f.btf_object;
	snprintf(probe->module, sizeof(probe->module), "%s", f.module);
	return 0;
}

int probe_resolve(struct probe *probe, struct kernel *k, char *why)
{
	if (probe->spec.type == PROBE_RAW_TP)
		return resolve_tracepoint(probe, k, why);
	if (probe->spec.type == PROBE_USDT)
		return refuse_probe(why, -EOPNOTSUPP, "usdt probes are not in the kernel");
	return resolve_function(probe, k, why);
}

const char *probe_path(const struct probe *probe)
{
	return probe->site ? probe->site->file->path : NULL;
}

uint64_t probe_ip(const struct probe *probe)
{
	return probe->site ? probe->site->ip : 0;
}

const char *probe_kind(const struct probe_spec *spec)
{
	return spec->type == PROBE_RAW_TP ? "tracepoint"
	       : spec->type == PROBE_USDT ? "usdt probe"
					  : "traceable function";
}

/* --- in user space --------------------------------------------------------- */

struct usdt_query probe_spec_query(const struct probe_spec *spec)
{
	return (struct usdt_query){
		.name = spec->target,
		.path = *spec->path ? spec->path : NULL,
		.pid = spec->pid,
	};
}

/* What can't be read has no size, and is not there for hooks. */
static void read_usdt_args(const struct usdt_site *site, struct prototype *proto)
{
	*proto = (struct prototype){ .n_args = site->n_args };
	for (unsigned int i = 0; i < site->n_args; i++) {
		struct prototype_arg *arg = &proto->args[i];

		snprintf(arg->type, sizeof(arg->type), "%s", operand_type(&site->args[i]));
		arg->size = site->args[i].size;
		arg->is_signed = site->args[i].is_signed;
	}
}

int probe_place(struct probe *probe, const struct usdt_site *site)
{
	int err = probe_set_target(&probe->spec, site->name);

	if (err)
		return err;
	probe->site = site;
	read_usdt_args(site, &probe->proto);
	return 0;
}

int probe_packet(const struct probe *probe, bool *indirect)
{
	int arg = prototype_find(&probe->proto, "struct sk_buff *");

	*indirect = arg < 0;
	return arg < 0 ? prototype_find(&probe->proto, "struct sk_buff **") : arg;
}

/* --- wildcards ------------------------------------------------------------- */

int probe_list(const struct probe_spec *spec, struct kernel *k, struct name_list *names)
{
	if (spec->type == PROBE_RAW_TP)
		return kernel_list_tracepoints(k, spec->target, names);
	return kernel_list_functions(k, spec->target, spec->module, names);
}

int probe_set_target(struct probe_spec *spec, const char *target)
{
	const char *colon = strchr(target, ':');
	size_t n = strlen(target);

	if (n >= sizeof(spec->target))
		return -ENAMETOOLONG;
	memcpy(spec->target, target, n + 1);
	spec->group = colon ? (size_t)(colon - target) : 0;
	spec->wildcard = false;
	return 0;
}
