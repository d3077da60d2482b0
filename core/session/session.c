/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The run as a whole: each step needs the ones before it. */
#include "core/session/privileges.h"
#include "core/session/filters.h"
#include "core/session/session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "core/file/writer.h"
#include "core/input/own.h"
#include "core/probe/capture.h"
#include "core/profile/profile.h"
#include "core/session/stack.h"
#include "core/session/track.h"
#include "core/util/log.h"

/* As many CPUs share a ring as seldom meet at its lock. */
#define CPUS_PER_RING 4
#define MAX_RINGS 64
#define MAX_RING_SIZE (1u << 30)

/* "direct" or "probe" in RETIS_READ forces how hooks read kernel memory. */
static int choose_flavour(struct session *s)
{
	const char *forced = getenv("RETIS_READ");
	bool can = kernel_reads_direct(s->kernel);

	s->direct = can;
	if (forced && *forced) {
		s->direct = !strcmp(forced, "direct");
		if (!s->direct && strcmp(forced, "probe")) {
			log_fatal("RETIS_READ is '%s'; it may be 'direct' or 'probe'", forced);
			return -EINVAL;
		}
		if (s->direct && !can) {
			log_fatal("RETIS_READ=direct: this kernel has no bpf_rdonly_cast()");
			return -EOPNOTSUPP;
		}
	}
	log_debug("Kernel memory is read %s", s->direct ? "directly" : "with helper calls");
	return 0;
}

static void size_rings(struct session *s)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF), page = sysconf(_SC_PAGESIZE);
	uint64_t each;

	s->n_rings = s->options->buffer_shards;
	if (!s->n_rings)
		s->n_rings = (uint32_t)((cpus + CPUS_PER_RING - 1) / CPUS_PER_RING);
	if (s->n_rings > MAX_RINGS)
		s->n_rings = MAX_RINGS;
	each = s->options->buffer_size / s->n_rings;
	s->ring_size = (uint32_t)page;
	while (s->ring_size < each && s->ring_size < MAX_RING_SIZE)
		s->ring_size *= 2;
	if (s->ring_size < each)
		log_warn("The buffer has only %" PRIu64 "M: a part has 1 GiB at most",
			 (uint64_t)s->n_rings * s->ring_size >> 20);
}

static int add_sections(struct session *s)
{
	int stack = registry_add(&s->registry, &stack_section, "retis");

	if (stack < 0)
		return stack;
	s->stack_section = (uint16_t)stack;
	for (size_t i = 0; i < s->plugins->n; i++) {
		struct plugin *plugin = s->plugins->list[i];

		for (uint32_t t = 0; t < plugin->desc.n_sections; t++) {
			int number = registry_add(&s->registry, &plugin->desc.sections[t],
						  plugin->desc.name);

			if (number < 0) {
				log_fatal("Plugin %s: section '%s': %s", plugin->desc.name,
					  plugin->desc.sections[t].name,
					  number == -EEXIST ? "another plugin has one of this name"
							    : strerror(-number));
				return number;
			}
			if (!t)
				plugin->section_base = (uint16_t)number;
		}
	}
	return 0;
}

static bool names_functions(const struct session_options *options)
{
	char why[PROBE_WHY_SIZE];
	struct probe_spec spec;

	for (size_t i = 0; i < options->n_probes; i++)
		if (!probe_parse(options->probes[i], &spec, why) && probe_is_function(&spec))
			return true;
	return false;
}

int session_use_config(struct kernel *kernel, const char *path)
{
	char why[128];
	int err = path ? kernel_use_config(kernel, path, why, sizeof(why)) : 0;

	if (err)
		log_fatal("Could not read %s: %s", path, why);
	return err;
}

int session_check_options(struct session *s)
{
	const struct session_options *o = s->options;

	if (!o->probe_stack || session_filters(o))
		return 0;
	log_fatal("Probe-stack mode requires filtering (--filter-packet, --filter-meta or another "
		  "filter)");
	return -EINVAL;
}

/* What the templates need and no kernel can lack: atomic instructions with results. */
#define OLDEST_MAJOR 5
#define OLDEST_MINOR 12

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
	log_fatal("Linux %s is too old, retis needs %d.%d or later, for atomic BPF instructions: "
		  "install a newer one ('apt install linux-image-" DEBIAN_PROCESSOR
		  "' on Debian) and boot it",
		  name.release, OLDEST_MAJOR, OLDEST_MINOR);
	return -EOPNOTSUPP;
}

static int check_types(struct session *s)
{
	/* Types may be found elsewhere, but other things are not. */
	if (access("/sys/kernel", F_OK)) {
		log_fatal("/sys is not mounted: 'mount -t sysfs sysfs /sys' does that, for a "
			  "container 'podman run -v /sys:/sys:ro'");
		return -EOPNOTSUPP;
	}
	if (kernel_btf(s->kernel))
		return 0;
	log_fatal("/sys/kernel/btf/vmlinux: %s: this kernel does not describe its types; it needs "
		  "CONFIG_DEBUG_INFO_BTF=y",
		  strerror(errno));
	return -EOPNOTSUPP;
}

int session_prepare(struct session *s)
{
	int err = check_release();

	if (err)
		return err;
	s->kernel = kernel_new();
	if (!s->kernel)
		return -ENOMEM;
	if (names_functions(s->options) || session_may_track_functions(s))
		kernel_read_ahead(s->kernel);
	err = check_types(s);
	if (!err)
		err = session_use_config(s->kernel, s->options->kconf);
	if (!err)
		err = choose_flavour(s);
	if (err)
		return err;
	size_rings(s);
	return add_sections(s);
}

void session_fini(struct session *s)
{
	writer_close(s->writer, NULL);
	address_set_fini(&s->file_symbols);
	session_detach(s);
	for (size_t i = 0; i < s->n_collectors; i++) {
		capture_free(s->collectors[i].object);
		free(s->collectors[i].hooks);
		free(s->collectors[i].counted);
	}
	engine_free(s->engine);
	session_free_filters(s);
	session_free_fields(s);
	free(s->collectors);
	free(s->probes);
	usdt_fini(&s->usdt);
	name_tables_fini(&s->names);
	kernel_free(s->kernel);
	kernel_free(s->stack_names);
	symbol_names_fini(&s->symbol_names);
	session_detach_wait(s);
}

/* Again without a collector that turned out to be broken. */
static int load_and_attach(struct session *s)
{
	int err;

	do {
		engine_free(s->engine);
		s->engine = NULL;
		err = session_load(s);
		if (!err)
			err = session_attach(s);
	} while (err == -EAGAIN);
	return err;
}

int session_run(const struct session_options *options, struct plugins *plugins)
{
	struct session s = { .options = options, .plugins = plugins };
	int err;

	command_save_limits(&s.limits);
	libbpf_log_init();
	err = session_check_options(&s);
	if (!err)
		err = session_check_privileges();
	if (!err)
		err = session_open_file(&s);
	if (!err)
		err = session_prepare(&s);
	if (!err) {
		kernel_spare_tracefs(s.kernel, true);
		err = session_choose_collectors(&s);
	}
	if (!err)
		err = session_compile_filters(&s);
	if (!err)
		err = session_parse_fields(&s);
	if (!err)
		err = session_setup_collectors(&s);
	if (!err)
		session_check_args(&s);
	if (!err)
		err = session_plan_probes(&s);
	if (!err)
		err = session_plan_fields(&s);
	if (!err)
		err = session_plan_call_filter(&s);
	if (!err) {
		session_plan_tracking(&s);
		session_plan_windows(&s);
	}
	if (!err)
		err = load_and_attach(&s);
	if (!err && !options->probe_stack)
		kernel_forget(s.kernel);
	if (!err)
		err = session_collect(&s);
	if (err && err != -ECANCELED && !log_failed())
		log_fatal("%s", strerror(-err));
	session_fini(&s);
	/* As if the signal had come a little later. */
	return err == -ECANCELED ? 0 : err;
}
