/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which collectors take part, and getting their BPF objects ready. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/plan/counters.h"
#include "core/plan/plan.h"
#include "core/plugin/can_run.h"
#include "core/probe/capture.h"
#include "core/util/list.h"
#include "core/util/log.h"

enum wish {
	WISH_NONE,
	/* A profile names it. */
	WISH_PROFILE,
	WISH_USER,
};

/* What is said of a plugin: by name, and by "auto". */
static int read_wishes(struct plan *plan, enum wish *asked, bool *any)
{
	for (size_t i = 0; i < plan->options->n_collectors; i++) {
		const char *name = plan->options->collectors[i];
		struct plugin *plugin;

		if (!strcmp(name, "auto")) {
			*any = true;
			continue;
		}
		plugin = plugins_find(plan->plugins, name);
		if (!plugin) {
			log_fatal("unknown collector '%s'", name);
			return -ENOENT;
		}
		for (size_t p = 0; p < plan->plugins->n; p++)
			if (plan->plugins->list[p] == plugin && asked[p] != WISH_USER)
				asked[p] = i < plan->options->wished_collectors ? WISH_PROFILE
										: WISH_USER;
	}
	return 0;
}

static int take_name(void *arg, const struct retis_file_name *name)
{
	struct plan *plan = arg;

	return plan->take_name ? plan->take_name(plan->take_arg, name) : 0;
}

static bool is_noted(const struct host *host, uint64_t note)
{
	const struct plan *plan = host->arg;

	for (size_t i = 0; i < plan->n_collectors; i++)
		if (&plan->collectors[i].host != host &&
		    atomic_load(&plan->collectors[i].host.note) == note)
			return true;
	return false;
}

static int add_hook(struct collector *c, const struct retis_hook *hook)
{
	int err = list_grow((void **)&c->hooks, c->n_hooks, &c->room_hooks, sizeof(*c->hooks));

	if (!err)
		c->hooks[c->n_hooks++] = *hook;
	return err;
}

static int consider_plugin(struct plan *plan, struct plugin *plugin, enum wish asked)
{
	struct collector *c = &plan->collectors[plan->n_collectors];
	char reason[256];
	int err;

	err = plugin_can_run(plugin, plan->kernel, reason, sizeof(reason));
	if (err && asked == WISH_USER) {
		log_fatal("Cannot run collector %s: %s", plugin->desc.name, reason);
		return err;
	}
	if (err) {
		log_line(asked ? RETIS_LOG_WARN : RETIS_LOG_DEBUG, "Cannot run collector %s: %s",
			 plugin->desc.name, reason);
		return 0;
	}
	c->plugin = plugin;
	c->asked = asked == WISH_USER;
	host_init(&c->host, plugin->desc.name, plan->kernel);
	c->host.add_name = take_name;
	c->host.is_noted = is_noted;
	c->host.arg = plan;
	for (uint32_t h = 0; h < plugin->desc.n_hooks; h++) {
		err = add_hook(c, &plugin->desc.hooks[h]);
		if (err)
			return err;
	}
	plan->n_collectors++;
	return 0;
}

static void announce_collectors(const struct plan *plan)
{
	char text[512] = "";
	size_t used = 0;

	for (size_t i = 0; i < plan->n_collectors && used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", i ? ", " : "",
					 plan->collectors[i].plugin->desc.name);
	log_info("Collector(s) started: %s", text);
}

static void say_none(const struct plan *plan)
{
	if (plan->plugins->n || plan->plugins->n_refused)
		log_fatal("No collector can run here: see 'retis plugin list' for the reasons.");
	else
		log_fatal("No collectors are installed: 'make install' does that, or "
			  "'retis collect --plugin-dir DIR' says where they are.");
}

int plan_choose_collectors(struct plan *plan)
{
	size_t n = plan->plugins->n;
	enum wish *asked = calloc(n ? n : 1, sizeof(*asked));
	bool any = false;
	int err;

	plan->collectors = calloc(n ? n : 1, sizeof(*plan->collectors));
	if (!asked || !plan->collectors) {
		free(asked);
		return -ENOMEM;
	}
	err = read_wishes(plan, asked, &any);
	for (size_t i = 0; !err && i < n; i++)
		if (asked[i] || (any && !plan->plugins->list[i]->desc.on_request))
			err = consider_plugin(plan, plan->plugins->list[i], asked[i]);
	free(asked);
	if (err)
		return err;
	if (!plan->n_collectors) {
		say_none(plan);
		return -ENOENT;
	}
	if (any)
		announce_collectors(plan);
	return 0;
}

/* The collector can't work: the end of the run if it was asked for by name, else
 * the others go on. */
static int give_up_collector(struct collector *c, int err, const char *what, const char *why)
{
	const char *name = c->plugin->desc.name;

	if (c->asked) {
		log_fatal("Collector %s: %s: %s", name, what, why);
		return err;
	}
	log_warn("Collector %s is left out: %s: %s", name, what, why);
	c->broken = true;
	return 0;
}

/* For later: the collector may yet be left out, and its probes with it. */
static int take_plugin_probe(void *arg, const char *probe)
{
	struct collector *c = ((struct plan *)arg)->setting_up;
	int err = list_grow((void **)&c->probes, c->n_probes, &c->room_probes, sizeof(*c->probes));
	char *copy = err ? NULL : strdup(probe);

	if (!copy)
		return -ENOMEM;
	c->probes[c->n_probes++] = copy;
	return 0;
}

static int take_hook(void *arg, const struct retis_hook *hook)
{
	struct plan *plan = arg;

	return add_hook(plan->setting_up, hook);
}

static int open_object(struct plan *plan, struct collector *c)
{
	const struct retis_plugin *desc = &c->plugin->desc;
	uint16_t base = c->plugin->section_base;
	int err;

	err = capture_open(plan->direct ? &desc->direct : &desc->probe, desc->name, &c->object);
	if (err)
		return give_up_collector(c, err, "its BPF object can't be opened", strerror(-err));
	if (capture_hook_abi(c->object) != RETIS_BPF_ABI)
		return give_up_collector(c, -EINVAL, "its hooks",
					 "built for another retis: rebuild the plugin");
	c->host.object = c->object;
	c->host.add_probe = take_plugin_probe;
	c->host.add_hook = take_hook;
	err = capture_set_constant(c->object, "retis_section_base", &base, sizeof(base));
	/* An object without sections of its own needs no base. */
	if (err && err != -ENOENT)
		return give_up_collector(c, err, "retis_section_base can't be set", strerror(-err));
	return 0;
}

static int setup_collector(struct plan *plan, struct collector *c)
{
	const struct retis_plugin *desc = &c->plugin->desc;
	int err;

	if (c->broken || !desc->setup)
		return 0;
	plan->setting_up = c;
	c->host.setting_up = true;
	err = desc->setup(&c->host.api, c->plugin->state);
	c->host.setting_up = false;
	c->set_up = !err;
	return err ? give_up_collector(c, err, "it could not be initialized",
				       *c->host.fault ? c->host.fault : strerror(-err))
		   : 0;
}

/* All texts of probes that the plugin names are such. */
static int check_probes(struct collector *c, const char *const *probes)
{
	char what[300], why[PROBE_WHY_SIZE];
	struct probe_spec spec;

	for (; probes && *probes && !c->broken; probes++) {
		if (!probe_parse(*probes, &spec, why))
			continue;
		snprintf(what, sizeof(what), "its probe '%s'", *probes);
		return give_up_collector(c, -EINVAL, what, why);
	}
	return 0;
}

static int check_hook(struct collector *c, const struct retis_hook *hook)
{
	char what[160];

	if (!capture_find(c->object, hook->program)) {
		snprintf(what, sizeof(what), "hook '%s'", hook->program);
		return give_up_collector(c, -ENOENT, what,
					 "its BPF object has no program of that name");
	}
	return check_probes(c, hook->probes);
}

/* What only shows once the object is loaded, and setup() has said all. */
static int check_collector(struct collector *c)
{
	int err = check_probes(c, c->plugin->desc.default_probes);
	const char *fault = counters_check(c);

	if (fault && !c->broken)
		err = give_up_collector(c, -EINVAL, "its BPF object", fault);
	for (size_t h = 0; h < c->n_hooks && !c->broken && !err; h++)
		err = check_hook(c, &c->hooks[h]);
	return err;
}

static int load_object(struct collector *c)
{
	uint32_t counters = c->plugin->desc.n_counters;
	int err = c->broken ? 0 : capture_load(c->object);

	if (err)
		return give_up_collector(c, err, "its BPF object can't be loaded",
					 *capture_error(c->object) ? capture_error(c->object)
								   : strerror(-err));
	err = c->broken ? 0 : check_collector(c);
	if (!err && !c->broken && counters) {
		c->counted = calloc(counters, sizeof(*c->counted));
		if (!c->counted)
			return -ENOMEM;
	}
	return err;
}

int plan_setup_collectors(struct plan *plan)
{
	int err = 0;

	for (size_t i = 0; i < plan->n_collectors && !err; i++) {
		struct collector *c = &plan->collectors[i];

		err = open_object(plan, c);
		if (!err)
			err = setup_collector(plan, c);
		if (!err)
			err = load_object(c);
	}
	return err;
}
