/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Probes by name: parsing, and finding them in the kernel. */
#include "core/probe/probe.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <retis/text.h>

static const struct {
	const char *prefix, *name, *tag;
} types[] = {
	[BACKEND_NONE] = { "", "", "" },
	[BACKEND_RAW_TP] = { "tp", "raw_tracepoint", "tp" },
	[BACKEND_FENTRY] = { "fentry", "fentry", "f" },
	[BACKEND_FEXIT] = { "fexit", "fexit", "fr" },
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

const char *probe_type_tag(const struct probe *probe)
{
	return types[shown_backend(probe)].tag;
}

void probe_text(const struct probe *probe, char *text, size_t size)
{
	snprintf(text, size, "%s:%s", types[typed_backend(&probe->spec)].prefix,
		 probe->spec.target);
}

/* SUBJECT may be anything the user typed: escaped. */
static int fail(char *why, int err, const char *subject, const char *format, ...)
{
	char name[200], reason[300];
	struct retis_text t = { .data = name, .capacity = sizeof(name) - 1 };
	va_list args;

	retis_text_escaped(&t, subject, sizeof(name));
	name[t.length] = '\0';
	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	snprintf(why, PROBE_WHY_SIZE, "%s: %s", name, reason);
	return err;
}

static bool is_type(const char *text, size_t n, const char *name)
{
	return strlen(name) == n && !memcmp(text, name, n);
}

static bool valid_name(const char *s)
{
	if (!*s)
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && *s != '_')
			return false;
	return true;
}

/* GROUP:NAME, both valid. */
static int split_target(struct probe_spec *spec)
{
	char *colon = strchr(spec->target, ':');
	bool valid;

	if (!colon)
		return -EINVAL;
	*colon = '\0';
	valid = valid_name(spec->target) && valid_name(colon + 1);
	*colon = ':';
	spec->group = (size_t)(colon - spec->target);
	return valid ? 0 : -EINVAL;
}

int probe_parse(const char *text, struct probe_spec *spec, char *why)
{
	const char *colon = strchr(text, ':'), *target = text;
	size_t type = colon ? (size_t)(colon - text) : 0;

	*spec = (struct probe_spec){ .type = PROBE_RAW_TP };
	if (strchr(text, '/'))
		return fail(why, -EINVAL, text, "probes take no options after a '/'");
	if (!colon || is_type(text, type, "kprobe") || is_type(text, type, "k") ||
	    is_type(text, type, "kretprobe") || is_type(text, type, "kr"))
		return fail(why, -EINVAL, text,
			    "functions can't be probed by this version, only tracepoints: "
			    "tp:GROUP:NAME");
	if (is_type(text, type, "tp") || is_type(text, type, "raw_tracepoint"))
		target = colon + 1;
	else if (strchr(colon + 1, ':'))
		return fail(why, -EINVAL, text, "invalid probe type; known: tp (raw_tracepoint)");
	if (strlen(target) >= sizeof(spec->target))
		return fail(why, -EINVAL, text, "name too long");
	memcpy(spec->target, target, strlen(target) + 1);
	if (split_target(spec))
		return fail(why, -EINVAL, text,
			    "not a tracepoint; expected tp:GROUP:NAME with exact names");
	return 0;
}

static int unknown(const struct probe_spec *spec, struct kernel *k, char *why)
{
	char near[160];

	kernel_tracepoint_nearest(k, probe_spec_name(spec), near, sizeof(near));
	return fail(why, -ENOENT, spec->target, "no such tracepoint in this kernel%s%s%s",
		    near[0] ? "; did you mean " : "", near, near[0] ? "?" : "");
}

int probe_resolve(struct probe *probe, struct kernel *k, char *why)
{
	struct probe_spec *spec = &probe->spec;
	char group[sizeof(spec->target)];
	int err = kernel_tracepoint(k, probe_spec_name(spec), &probe->proto);

	if (err == -ENOENT && kernel_btf(k))
		return unknown(spec, k, why);
	if (err)
		return fail(why, err, spec->target, "no prototype: %s", strerror(-err));
	snprintf(group, sizeof(group), "%.*s", (int)spec->group, spec->target);
	if (kernel_event_in_group(group, probe_spec_name(spec)) == 0)
		return fail(why, -ENOENT, spec->target, "no such tracepoint in group %s", group);
	return 0;
}
