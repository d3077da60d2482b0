/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Probes by name: what they are called, and finding them in the kernel. */
#include "core/probe/probe.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *prefix, *name, *tag;
} types[] = {
	[BACKEND_NONE] = { "", "", "" },
	[BACKEND_RAW_TP] = { "tp", "raw_tracepoint", "tp" },
	[BACKEND_FENTRY] = { "fentry", "kprobe", "f" },
	[BACKEND_FEXIT] = { "fexit", "kretprobe", "fr" },
	[BACKEND_KPROBE] = { "kprobe", "kprobe", "k" },
	[BACKEND_KRETPROBE] = { "kretprobe", "kretprobe", "kr" },
	[BACKEND_KPROBE_MULTI] = { "kprobe", "kprobe", "k" },
	[BACKEND_KRETPROBE_MULTI] = { "kretprobe", "kretprobe", "kr" },
	[BACKEND_KPROBE_SESSION] = { "kretprobe", "kretprobe", "kr" },
};

/* What stands for a probe that has no backend yet: what was typed. */
static enum backend typed_backend(const struct probe_spec *spec)
{
	bool ret = spec->type == PROBE_FUNCTION_RETURN;

	if (spec->type == PROBE_RAW_TP)
		return BACKEND_RAW_TP;
	if (spec->family == PROBE_FENTRY)
		return ret ? BACKEND_FEXIT : BACKEND_FENTRY;
	return ret ? BACKEND_KRETPROBE : BACKEND_KPROBE;
}

static enum backend shown_backend(const struct probe *probe)
{
	return probe->backend ? probe->backend : typed_backend(&probe->spec);
}

const char *probe_type_name(const struct probe *probe)
{
	return types[shown_backend(probe)].name;
}

const char *probe_backend_name(const struct probe *probe)
{
	const char *name = probe->backend ? backend_get(probe->backend)->name : NULL;

	if (probe->spec.type == PROBE_RAW_TP || !name || !strcmp(name, probe_type_name(probe)))
		return NULL;
	return name;
}

const char *probe_type_tag(const struct probe *probe)
{
	return types[shown_backend(probe)].tag;
}

void probe_text(const struct probe *probe, char *text, size_t size)
{
	const struct probe_spec *spec = &probe->spec;

	snprintf(text, size, "%s:%s%s%s", types[typed_backend(spec)].prefix, spec->module,
		 *spec->module ? ":" : "", spec->target);
}

/* --- finding it in the kernel ---------------------------------------------- */

__attribute__((format(printf, 3, 4))) static int fail(char *why, int err, const char *format, ...)
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
	return fail(why, -ENOENT, "no such tracepoint in this kernel%s%s%s",
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
		return fail(why, err, "no prototype: %s", strerror(-err));
	snprintf(group, sizeof(group), "%.*s", (int)spec->group, spec->target);
	if (kernel_event_in_group(group, probe_spec_name(spec)) == 0)
		return fail(why, -ENOENT, "no such tracepoint in group %s", group);
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
	return resolve_function(probe, k, why);
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
