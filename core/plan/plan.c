/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what was asked for to the plan: each step needs the ones before it. */
#include "core/plan/plan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "core/input/own.h"
#include "core/kernel/settings.h"
#include "core/plan/filters.h"
#include "core/plan/track.h"
#include "core/probe/capture.h"
#include "core/profile/profile.h"
#include "core/util/log.h"

/* As many CPUs share a ring as seldom meet at its lock. */
#define CPUS_PER_RING 4
#define MAX_RINGS 64
#define MAX_RING_SIZE (1u << 30)

/* "direct" or "probe" in RETIS_READ forces how hooks read kernel memory. */
static int choose_flavour(struct plan *plan)
{
	const char *forced = getenv("RETIS_READ");
	bool can = kernel_reads_direct(plan->kernel);

	plan->direct = can;
	if (forced && *forced) {
		plan->direct = !strcmp(forced, "direct");
		if (!plan->direct && strcmp(forced, "probe")) {
			log_fatal("RETIS_READ is '%s'; it may be 'direct' or 'probe'", forced);
			return -EINVAL;
		}
		if (plan->direct && !can) {
			log_fatal("RETIS_READ=direct: this kernel has no bpf_rdonly_cast()");
			return -EOPNOTSUPP;
		}
	}
	log_debug("Kernel memory is read %s", plan->direct ? "directly" : "with helper calls");
	return 0;
}

static void size_rings(struct plan *plan)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF), page = sysconf(_SC_PAGESIZE);
	uint64_t each;

	plan->n_rings = (uint32_t)plan->options->buffer_shards;
	if (!plan->n_rings)
		plan->n_rings = (uint32_t)((cpus + CPUS_PER_RING - 1) / CPUS_PER_RING);
	if (plan->n_rings > MAX_RINGS)
		plan->n_rings = MAX_RINGS;
	each = plan->options->buffer_size / plan->n_rings;
	plan->ring_size = (uint32_t)page;
	while (plan->ring_size < each && plan->ring_size < MAX_RING_SIZE)
		plan->ring_size *= 2;
	if (plan->ring_size < each)
		log_warn("The buffer has only %" PRIu64 "M: a part has 1 GiB at most",
			 (uint64_t)plan->n_rings * plan->ring_size >> 20);
}

static int add_sections(struct plan *plan)
{
	int stack = registry_add(&plan->registry, &stack_section, "retis");

	if (stack < 0)
		return stack;
	plan->stack_section = (uint16_t)stack;
	for (size_t i = 0; i < plan->plugins->n; i++) {
		struct plugin *plugin = plan->plugins->list[i];

		for (uint32_t t = 0; t < plugin->desc.n_sections; t++) {
			int number = registry_add(&plan->registry, &plugin->desc.sections[t],
						  plugin->desc.name);

			if (number < 0) {
				log_fatal("Plugin %s: section '%s': %s", plugin->desc.name,
					  plugin->desc.sections[t].name,
					  number == -EEXIST ? "another plugin has one of this name"
							    : strerror(-number));
				return number;
			}
			plan->registry.entries[number].plugin_version = plugin->desc.version;
			if (!t)
				plugin->section_base = (uint16_t)number;
		}
	}
	return 0;
}

static bool names_functions(const struct collect_options *options)
{
	char why[PROBE_WHY_SIZE];
	struct probe_spec spec;

	for (size_t i = 0; i < options->n_probes; i++)
		if (!probe_parse(options->probes[i], &spec, why) && probe_is_function(&spec))
			return true;
	return false;
}

int plan_use_config(struct kernel *kernel, const char *path)
{
	char why[128];
	int err = path ? kernel_use_config(kernel, path, why, sizeof(why)) : 0;

	if (err)
		log_fatal("Could not read %s: %s", path, why);
	return err;
}

int plan_check_options(struct plan *plan)
{
	const struct collect_options *o = plan->options;

	if (!o->probe_stack || collect_filters(o))
		return 0;
	log_fatal("Probe-stack mode requires filtering (--filter-packet, --filter-meta or another "
		  "filter)");
	return -EINVAL;
}

/* What the templates need and no kernel can lack: atomic instructions with results. What is
 * between this and OLDEST_TESTED may work. */
#define OLDEST_MAJOR 5
#define OLDEST_MINOR 12
#define OLDEST_TESTED "6.1"

#ifdef __aarch64__
#define DEBIAN_PROCESSOR "arm64"
#else
#define DEBIAN_PROCESSOR "amd64"
#endif

static int check_release(void)
{
	struct release release;
	struct utsname name;

	if (uname(&name) || release_parse(name.release, &release))
		return 0;
	if (release.parts[0] > OLDEST_MAJOR ||
	    (release.parts[0] == OLDEST_MAJOR && release.parts[1] >= OLDEST_MINOR))
		return 0;
	log_fatal("Linux %s is too old: atomic BPF instructions came with %d.%d; "
		  "install " OLDEST_TESTED " or later ('apt install linux-image-" DEBIAN_PROCESSOR
		  "' on Debian) and boot it",
		  name.release, OLDEST_MAJOR, OLDEST_MINOR);
	return -EOPNOTSUPP;
}

static int check_types(struct plan *plan)
{
	/* Types may be found elsewhere, but other things are not. */
	if (access("/sys/kernel", F_OK)) {
		log_fatal("/sys is not mounted: 'mount -t sysfs sysfs /sys' does that, for a "
			  "container 'podman run -v /sys:/sys:ro'");
		return -EOPNOTSUPP;
	}
	if (kernel_btf(plan->kernel))
		return 0;
	log_fatal("/sys/kernel/btf/vmlinux: %s: this kernel does not describe its types; it needs "
		  "CONFIG_DEBUG_INFO_BTF=y",
		  strerror(errno));
	return -EOPNOTSUPP;
}

int plan_prepare(struct plan *plan)
{
	int err = check_release();

	if (err)
		return err;
	plan->kernel = kernel_new();
	if (!plan->kernel)
		return -ENOMEM;
	if (names_functions(plan->options) || plan_may_track_functions(plan))
		kernel_read_ahead(plan->kernel);
	err = check_types(plan);
	if (!err)
		err = plan_use_config(plan->kernel, plan->options->kconf);
	if (!err)
		err = choose_flavour(plan);
	if (err)
		return err;
	size_rings(plan);
	return add_sections(plan);
}

static int check_lockdown(void)
{
	const char *hidden = lockdown_hides_memory();

	if (!hidden)
		return 0;
	log_fatal("%s", hidden);
	return -EPERM;
}

int plan_make(struct plan *plan)
{
	int err = check_lockdown();

	if (!err)
		err = plan_prepare(plan);

	if (!err) {
		kernel_spare_tracefs(plan->kernel, true);
		err = plan_choose_collectors(plan);
	}
	if (!err)
		err = plan_compile_filters(plan);
	if (!err)
		err = plan_parse_fields(plan);
	if (!err)
		err = plan_setup_collectors(plan);
	if (!err)
		plan_check_args(plan);
	if (!err)
		err = plan_probes(plan);
	if (!err)
		err = plan_fields(plan);
	if (!err)
		err = plan_call_filter(plan);
	if (!err) {
		plan_tracking(plan);
		plan_windows(plan);
	}
	return err;
}

static void free_collector(struct collector *c)
{
	if (c->set_up && c->plugin->desc.release)
		c->plugin->desc.release(&c->host.api, c->plugin->state);
	capture_free(c->object);
	for (size_t p = 0; p < c->n_probes; p++)
		free(c->probes[p]);
	free(c->probes);
	free(c->hooks);
	free(c->counted);
}

void plan_fini(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_collectors; i++)
		free_collector(&plan->collectors[i]);
	plan_free_filters(plan);
	plan_free_fields(plan);
	free(plan->collectors);
	free(plan->probes);
	usdt_fini(&plan->usdt);
	kernel_free(plan->kernel);
}
