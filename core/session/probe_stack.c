/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/session/probe_stack.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/collect/console.h"
#include "core/collect/order.h"
#include "core/event/frame.h"
#include "core/event/record.h"
#include "core/probe/attach.h"
#include "core/probe/layout.h"
#include "core/session/stories.h"
#include "core/util/intern.h"
#include "core/util/log.h"

struct probe_stack {
	struct probe_stack_needs needs;
	/* Addresses in traces, and starts of functions, that need no further look:
	 * a function gets one chance. */
	struct intern frames;
	struct intern functions;
	/* Probes found and not attached yet, behind the plan's own. */
	size_t found;
	/* There is no room for more. */
	bool full;
	/* Guards the probes of the plan and of the engine. */
	pthread_mutex_t lock;
	atomic_bool ended;
};

/* --- from frames to probes ------------------------------------------------- */

static bool has_all_probes(struct probe_stack *p)
{
	const struct plan *plan = p->needs.plan;

	if (!p->full && plan->n_probes + p->found >= plan->max_probes) {
		p->full = true;
		log_warn("There are %zu probes, which is as many as there may be: functions seen "
			 "from now on in stack traces are not probed",
			 plan->max_probes);
	}
	return p->full;
}

/* The function at START becomes a probe if collectors have a use for it. */
static bool resolve_symbol(struct probe_stack *p, const struct symbol_name *symbol, uint64_t start,
			   struct probe *probe)
{
	char why[PROBE_WHY_SIZE];

	*probe = (struct probe){
		.spec = { .type = PROBE_FUNCTION, .family = PROBE_KPROBE },
		.prog_fd = -1,
		.link_fd = -1,
	};
	if (probe_set_target(&probe->spec, symbol->name))
		return false;
	snprintf(probe->spec.module, sizeof(probe->spec.module), "%s", symbol->module);
	if (probe_resolve(probe, p->needs.names->kernel, why)) {
		log_debug("%s: seen in a stack trace, not probed: %s", symbol->name, why);
		return false;
	}
	/* What a kprobe does not get is of no use. */
	probe->proto.n_args = layout_reach(probe, BACKEND_ARG_REGISTERS);
	return probe->address == start && plan_probe_feeds(p->needs.plan, probe);
}

static void consider_symbol(struct probe_stack *p, const struct symbol_name *symbol, uint64_t start)
{
	struct plan *plan = p->needs.plan;
	struct loaded *loaded = p->needs.loaded;
	struct probe *probe = &plan->probes[plan->n_probes + p->found];

	if (intern_address(&p->functions, start) <= 0 || frame_is_glue(symbol->name) ||
	    has_all_probes(p) || !resolve_symbol(p, symbol, start, probe))
		return;
	probe->number = (uint16_t)(plan->n_probes + p->found);
	if (!load_late(plan, loaded, probe) && engine_planned(loaded->engine, probe))
		p->found++;
}

/* An address at the very start of a function was returned to by one that never
 * returns, which is the end of the function before; or it is the function of the
 * probe itself. */
static void look_at_frame(struct probe_stack *p, uint64_t address)
{
	struct symbol_name symbol;

	if (intern_address(&p->frames, address) <= 0 ||
	    kernel_symbolize(p->needs.names->kernel, address, &symbol) || !symbol.offset)
		return;
	consider_symbol(p, &symbol, address - symbol.offset);
}

static void look_at_event(struct probe_stack *p, const struct retis_event *event)
{
	const struct retis_section *section = NULL;

	while ((section = retis_section_next(event, section))) {
		const uint64_t *frames = retis_section_data(section);

		if (section->type != p->needs.plan->stack_section)
			continue;
		for (uint32_t i = 0; i < section->size / sizeof(*frames); i++)
			look_at_frame(p, frames[i]);
	}
}

/* --- attaching them -------------------------------------------------------- */

static void warn_not_attached(const struct probe *probe, const char *why)
{
	char name[192];

	probe_text(probe, name, sizeof(name));
	log_warn("Could not attach additional probe: %s: %s", name, why);
}

static bool keep_attaching(void *arg, size_t done, size_t total)
{
	const struct probe_stack *p = arg;

	(void)done;
	(void)total;
	return !p->ended;
}

static int late_probe_failed(void *arg, struct probe *probe, const struct attach_failure *failure)
{
	(void)arg;
	warn_not_attached(probe, failure->why);
	return 0;
}

/* Before the first event of theirs: their names. */
static int announce_new_probes(struct probe_stack *p, size_t first)
{
	struct plan *plan = p->needs.plan;
	int err;

	plan->n_probes = first + p->found;
	console_lock(p->needs.console);
	err = archive_name_probes(p->needs.archive, plan, first, p->needs.console->printer);
	console_unlock(p->needs.console);
	if (!err)
		err = archive_probes(p->needs.archive, plan, first);
	if (err)
		plan->n_probes = first;
	return err;
}

static void attach_new_probes(struct probe_stack *p, size_t first)
{
	const struct attach_watch watch = { keep_attaching, late_probe_failed, p };
	struct plan *plan = p->needs.plan;
	int err = announce_new_probes(p, first);

	if (!err)
		err = engine_attach_late(p->needs.loaded->engine, &plan->probes[first], p->found,
					 &watch);
	for (size_t i = first; i < first + p->found; i++) {
		if (plan->probes[i].prog_fd >= 0)
			log_debug("Added probe to %s", plan->probes[i].spec.target);
		else if (err && err != -ECANCELED)
			warn_not_attached(&plan->probes[i], strerror(-err));
	}
}

static void probe_ahead(void *arg, const struct order_entry *entries, size_t n)
{
	struct probe_stack *p = arg;

	for (size_t i = 0; i < n && !p->full && !p->ended; i++)
		look_at_event(p, entries[i].event);
	if (!p->found)
		return;
	pthread_mutex_lock(&p->lock);
	if (!p->ended)
		attach_new_probes(p, p->needs.plan->n_probes);
	pthread_mutex_unlock(&p->lock);
	p->found = 0;
}

/* The trace was for us, unless somebody asked for it. */
static void drop_own_stack(void *arg, struct retis_event *event)
{
	const struct plan *plan = ((struct probe_stack *)arg)->needs.plan;

	if (event->probe < plan->n_probes && !plan->probes[event->probe].spec.stack)
		record_drop(event, plan->stack_section);
}

/* --- start and end --------------------------------------------------------- */

static int note_probed(struct probe_stack *p)
{
	const struct plan *plan = p->needs.plan;
	int err = 0;

	for (size_t i = 0; i < plan->n_probes && err >= 0; i++)
		if (plan->probes[i].spec.type == PROBE_FUNCTION && plan->probes[i].prog_fd >= 0)
			err = intern_address(&p->functions, plan->probes[i].address);
	return err < 0 ? err : 0;
}

/* What takes long is read now: types, symbols, where kprobes are forbidden. */
static int prepare_names(struct probe_stack *p, char *why)
{
	struct kernel *names = p->needs.names->kernel;
	struct symbol_name symbol;
	struct function f;
	int err = names ? kernel_symbolize(names, 0, &symbol) : -ENOMEM;

	if (err && err != -ENOENT) {
		snprintf(why, ENGINE_WHY_SIZE, "%s%s",
			 err == -EPERM ? "addresses of symbols are hidden: " : "",
			 err == -EPERM ? kernel_show_addresses() : strerror(-err));
		return err;
	}
	kernel_spare_tracefs(names, true);
	kernel_function(names, "consume_skb", "", &f, why, ENGINE_WHY_SIZE);
	return engine_prepare_late(p->needs.loaded->engine, why);
}

int probe_stack_start(const struct probe_stack_needs *needs, struct preview *preview,
		      struct probe_stack **out)
{
	struct probe_stack *p = calloc(1, sizeof(*p));
	char why[ENGINE_WHY_SIZE];
	int err;

	if (!p)
		return -ENOMEM;
	pthread_mutex_init(&p->lock, NULL);
	p->needs = *needs;
	err = note_probed(p);
	if (err) {
		probe_stack_free(p);
		return err;
	}
	if (prepare_names(p, why)) {
		log_warn("Functions in stack traces can't be probed: %s", why);
		p->ended = true;
	}
	*preview = (struct preview){ p, probe_ahead, drop_own_stack };
	*out = p;
	return 0;
}

void probe_stack_lock(struct probe_stack *p)
{
	if (p)
		pthread_mutex_lock(&p->lock);
}

bool probe_stack_try_lock(struct probe_stack *p)
{
	return !p || !pthread_mutex_trylock(&p->lock);
}

void probe_stack_unlock(struct probe_stack *p)
{
	if (p)
		pthread_mutex_unlock(&p->lock);
}

void probe_stack_end(struct probe_stack *p)
{
	if (!p)
		return;
	p->ended = true;
	/* Until what is being attached is. */
	probe_stack_lock(p);
	probe_stack_unlock(p);
}

void probe_stack_free(struct probe_stack *p)
{
	if (!p)
		return;
	intern_fini(&p->frames);
	intern_fini(&p->functions);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
