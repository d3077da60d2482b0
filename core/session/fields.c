/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the text of --fields to a section, and the hook that fills it in. */
#include "core/filter/fields.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/session/filters.h"
#include "core/session/session.h"
#include "core/util/log.h"
#include "core/util/nearest.h"

#define OPTION "--fields"

static int tell_why(const struct session *s, const struct meta_why *why, int err)
{
	if (err)
		meta_filter_tell(OPTION, s->options->fields, why, true);
	return err;
}

int session_parse_fields(struct session *s)
{
	struct meta_why why;
	int err;

	if (!s->options->fields)
		return 0;
	s->fields = calloc(1, sizeof(*s->fields));
	if (!s->fields)
		return -ENOMEM;
	err = fields_parse(s->options->fields, s->fields, &why);
	return tell_why(s, &why, err);
}

/* Of functions and tracepoints; those of programs have no names. */
static const struct prototype_arg *find_argument(const struct session *s, const char *name)
{
	const struct retis_arg wanted = { .name = name };

	for (size_t i = 0; i < s->n_probes; i++) {
		int arg = s->probes[i].site || s->probes[i].internal
				  ? -1
				  : prototype_find_arg(&s->probes[i].proto, &wanted);

		if (arg >= 0)
			return &s->probes[i].proto.args[arg];
	}
	return NULL;
}

static bool describe_argument(void *data, const char *name, struct meta_argument *out)
{
	const struct prototype_arg *arg = find_argument(data, name);

	if (arg)
		*out = (struct meta_argument){ arg->type, arg->is_signed };
	return arg != NULL;
}

static void consider_arguments(void *data, struct nearest *nearest)
{
	const struct session *s = data;

	for (size_t i = 0; i < s->n_probes; i++)
		for (unsigned int a = 0; a < s->probes[i].proto.n_args && !s->probes[i].internal;
		     a++)
			nearest_consider(nearest, s->probes[i].proto.args[a].name);
}

struct meta_probes session_arguments(struct session *s)
{
	return (struct meta_probes){ describe_argument, consider_arguments, s };
}

bool session_place_arguments(const struct meta_arguments *args, const struct probe *probe,
			     struct engine_hook *hook)
{
	bool any = false;

	hook->n_args = args->n;
	for (uint32_t i = 0; i < args->n; i++) {
		const struct retis_arg wanted = {
			.name = *args->names[i] ? args->names[i] : NULL,
			.type = *args->types[i] ? args->types[i] : NULL,
		};

		hook->args[i] = prototype_find_arg(&probe->proto, &wanted);
		any |= hook->args[i] >= 0;
	}
	return any;
}

static struct btf *fields_module_btf(void *data, size_t n)
{
	return kernel_module_btf(data, n);
}

int session_plan_fields(struct session *s)
{
	const struct meta_types types = { kernel_btf(s->kernel), fields_module_btf, s->kernel };
	const struct meta_probes probes = session_arguments(s);
	const bool big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	struct meta_why why;
	int number, err;

	if (!s->fields)
		return 0;
	err = fields_resolve(s->fields, &types, &probes, &why);
	if (err)
		return tell_why(s, &why, err);
	number = registry_add(&s->registry, &s->fields->type, "");
	if (number < 0) {
		log_fatal(OPTION ": %s", number == -EEXIST
						 ? "a plugin has a section called 'fields'"
					 : number == -EINVAL ? s->registry.reason
							     : strerror(-number));
		return number;
	}
	err = fields_emit(s->fields, (uint16_t)number, big, &s->fields_code, &why);
	return tell_why(s, &why, err);
}

/* What paths begin with is there. */
static bool has_root(const struct session *s, const struct probe *probe)
{
	const bool *roots = s->fields->roots;
	bool returns = probe->spec.type == PROBE_FUNCTION_RETURN && probe->proto.ret.size;

	return roots[META_TASK] || (roots[META_PACKET] && session_has_packet(s, probe)) ||
	       (roots[META_RETURNED] && returns);
}

bool fields_fit(const struct session *s, const struct probe *probe, struct engine_hook *hook)
{
	const struct fields *f = s->fields;
	bool fits;

	if (!f || probe->site || probe->alone)
		return false;
	*hook = (struct engine_hook){ .code = &s->fields_code, .stage = RETIS_STAGE_COLLECT };
	fits = session_place_arguments(&f->args, probe, hook);
	return has_root(s, probe) || fits;
}

void session_free_fields(struct session *s)
{
	splice_code_fini(&s->fields_code);
	if (s->fields)
		fields_fini(s->fields);
	free(s->fields);
}
