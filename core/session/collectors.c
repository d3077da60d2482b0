/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which collectors take part, and getting their BPF objects ready. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/plugin/can_run.h"
#include "core/probe/capture.h"
#include "core/session/counters.h"
#include "core/session/session.h"
#include "core/util/list.h"
#include "core/util/log.h"

enum wish {
	WISH_NONE,
	/* A profile names it. */
	WISH_PROFILE,
	WISH_USER,
};

/* What is said of a plugin: by name, and by "auto". */
static int read_wishes(struct session *s, enum wish *asked, bool *any)
{
	for (size_t i = 0; i < s->options->n_collectors; i++) {
		const char *name = s->options->collectors[i];
		struct plugin *plugin;

		if (!strcmp(name, "auto")) {
			*any = true;
			continue;
		}
		plugin = plugins_find(s->plugins, name);
		if (!plugin) {
			log_fatal("unknown collector '%s'", name);
			return -ENOENT;
		}
		for (size_t p = 0; p < s->plugins->n; p++)
			if (s->plugins->list[p] == plugin && asked[p] != WISH_USER)
				asked[p] = i < s->options->wished_collectors ? WISH_PROFILE
									     : WISH_USER;
	}
	return 0;
}

static int take_name(void *arg, const struct retis_file_name *name)
{
	return session_add_name(arg, name);
}

static int add_hook(struct collector *c, const struct retis_hook *hook)
{
	int err = list_grow((void **)&c->hooks, c->n_hooks, &c->room_hooks, sizeof(*c->hooks));

	if (!err)
		c->hooks[c->n_hooks++] = hook;
	return err;
}

static int consider_plugin(struct session *s, struct plugin *plugin, enum wish asked)
{
	struct collector *c = &s->collectors[s->n_collectors];
	char reason[256];
	int err;

	err = plugin_can_run(plugin, s->kernel, reason, sizeof(reason));
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
	host_init(&c->host, plugin->desc.name, s->kernel);
	c->host.add_name = take_name;
	c->host.arg = s;
	for (uint32_t h = 0; h < plugin->desc.n_hooks; h++) {
		err = add_hook(c, &plugin->desc.hooks[h]);
		if (err)
			return err;
	}
	s->n_collectors++;
	return 0;
}

static void announce_collectors(const struct session *s)
{
	char text[512] = "";
	size_t used = 0;

	for (size_t i = 0; i < s->n_collectors && used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", i ? ", " : "",
					 s->collectors[i].plugin->desc.name);
	log_info("Collector(s) started: %s", text);
}

static void say_none(const struct session *s)
{
	if (s->plugins->n || s->plugins->n_refused)
		log_fatal("No collector can run here: see 'retis plugin list' for the reasons.");
	else
		log_fatal("No collectors are installed: 'make install' does that, or "
			  "'retis collect --plugin-dir DIR' says where they are.");
}

int session_choose_collectors(struct session *s)
{
	size_t n = s->plugins->n;
	enum wish *asked = calloc(n ? n : 1, sizeof(*asked));
	bool any = false;
	int err;

	s->collectors = calloc(n ? n : 1, sizeof(*s->collectors));
	if (!asked || !s->collectors) {
		free(asked);
		return -ENOMEM;
	}
	err = read_wishes(s, asked, &any);
	for (size_t i = 0; !err && i < n; i++)
		if (asked[i] || (any && !s->plugins->list[i]->desc.on_request))
			err = consider_plugin(s, s->plugins->list[i], asked[i]);
	free(asked);
	if (err)
		return err;
	if (!s->n_collectors) {
		say_none(s);
		return -ENOENT;
	}
	if (any)
		announce_collectors(s);
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

static int take_plugin_probe(void *arg, const char *probe)
{
	return session_add_probe(arg, probe, WISH_PLUGIN);
}

static int take_hook(void *arg, const struct retis_hook *hook)
{
	struct session *s = arg;

	return add_hook(s->setting_up, hook);
}

static int open_object(struct session *s, struct collector *c)
{
	const struct retis_plugin *desc = &c->plugin->desc;
	uint16_t base = c->plugin->section_base;
	int err;

	err = capture_open(s->direct ? &desc->direct : &desc->probe, desc->name, &c->object);
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

static int setup_collector(struct session *s, struct collector *c)
{
	const struct retis_plugin *desc = &c->plugin->desc;
	int err;

	if (c->broken || !desc->setup)
		return 0;
	s->setting_up = c;
	c->host.setting_up = true;
	err = desc->setup(&c->host.api, c->plugin->state);
	c->host.setting_up = false;
	return err ? give_up_collector(c, err, "it could not be initialized",
				       *c->host.fault ? c->host.fault : strerror(-err))
		   : 0;
}

static int load_object(struct collector *c)
{
	uint32_t counters = c->plugin->desc.n_counters;
	const char *fault;
	int err = c->broken ? 0 : capture_load(c->object);

	if (err)
		return give_up_collector(c, err, "its BPF object can't be loaded",
					 *capture_error(c->object) ? capture_error(c->object)
								   : strerror(-err));
	fault = c->broken ? NULL : counters_check(c);
	if (fault)
		return give_up_collector(c, -EINVAL, "its BPF object", fault);
	if (!c->broken && counters) {
		c->counted = calloc(counters, sizeof(*c->counted));
		if (!c->counted)
			return -ENOMEM;
	}
	return 0;
}

int session_setup_collectors(struct session *s)
{
	int err = 0;

	for (size_t i = 0; i < s->n_collectors && !err; i++) {
		struct collector *c = &s->collectors[i];

		err = open_object(s, c);
		if (!err)
			err = setup_collector(s, c);
		if (!err)
			err = load_object(c);
	}
	return err;
}
