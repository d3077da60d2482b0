/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the text of --fields to a section, and the hook that fills it in. */
#include "core/filter/fields.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/plan/filters.h"
#include "core/plan/plan.h"
#include "core/util/log.h"
#include "core/util/nearest.h"

#define OPTION "--fields"

static int tell_why(const struct plan *plan, const struct meta_why *why, int err)
{
	if (err)
		meta_filter_tell(OPTION, plan->options->fields, why, true);
	return err;
}

int plan_parse_fields(struct plan *plan)
{
	struct meta_why why;
	int err;

	if (!plan->options->fields)
		return 0;
	plan->fields = calloc(1, sizeof(*plan->fields));
	if (!plan->fields)
		return -ENOMEM;
	err = fields_parse(plan->options->fields, plan->fields, &why);
	return tell_why(plan, &why, err);
}

/* Of functions and tracepoints; those of programs have no names. */
static const struct prototype_arg *find_argument(const struct plan *plan, const char *name)
{
	const struct retis_arg wanted = { .name = name };

	for (size_t i = 0; i < plan->n_probes; i++) {
		int arg = plan->probes[i].site || plan->probes[i].internal
				  ? -1
				  : prototype_find_arg(&plan->probes[i].proto, &wanted);

		if (arg >= 0)
			return &plan->probes[i].proto.args[arg];
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
	const struct plan *plan = data;

	for (size_t i = 0; i < plan->n_probes; i++)
		for (unsigned int a = 0;
		     a < plan->probes[i].proto.n_args && !plan->probes[i].internal; a++)
			nearest_consider(nearest, plan->probes[i].proto.args[a].name);
}

struct meta_probes plan_arguments(struct plan *plan)
{
	return (struct meta_probes){ describe_argument, consider_arguments, plan };
}

bool plan_place_arguments(const struct meta_arguments *args, const struct probe *probe,
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

int plan_fields(struct plan *plan)
{
	const struct meta_types types = { kernel_btf(plan->kernel), fields_module_btf,
					  plan->kernel };
	const struct meta_probes probes = plan_arguments(plan);
	const bool big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	struct meta_why why;
	int number, err;

	if (!plan->fields)
		return 0;
	err = fields_resolve(plan->fields, &types, &probes, &why);
	if (err)
		return tell_why(plan, &why, err);
	number = registry_add(&plan->registry, &plan->fields->type, "");
	if (number < 0) {
		log_fatal(OPTION ": %s", number == -EEXIST
						 ? "a plugin has a section called 'fields'"
					 : number == -EINVAL ? plan->registry.reason
							     : strerror(-number));
		return number;
	}
	err = fields_emit(plan->fields, (uint16_t)number, big, &plan->fields_code, &why);
	return tell_why(plan, &why, err);
}

/* What paths begin with is there. */
static bool has_root(const struct plan *plan, const struct probe *probe)
{
	const bool *roots = plan->fields->roots;
	bool returns = probe->spec.type == PROBE_FUNCTION_RETURN && probe->proto.ret.size;

	return roots[META_TASK] || (roots[META_PACKET] && plan_has_packet(plan, probe)) ||
	       (roots[META_RETURNED] && returns);
}

bool fields_fit(const struct plan *plan, const struct probe *probe, struct engine_hook *hook)
{
	const struct fields *f = plan->fields;
	bool fits;

	if (!f || probe->site || probe->alone)
		return false;
	*hook = (struct engine_hook){ .code = &plan->fields_code, .stage = RETIS_STAGE_COLLECT };
	fits = plan_place_arguments(&f->args, probe, hook);
	return has_root(plan, probe) || fits;
}

void plan_free_fields(struct plan *plan)
{
	splice_code_fini(&plan->fields_code);
	if (plan->fields)
		fields_fini(plan->fields);
	free(plan->fields);
}
