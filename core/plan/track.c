/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are packets tracked, and by which probes? These are at the functions that free a
 * packet's head, change it or copy it; see bpf/track.h for what they do.
 */
#include "core/plan/track.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/kernel/settings.h"
#include "core/probe/features.h"
#include "core/util/log.h"

struct tracker {
	const char *name;
	enum probe_type type;
	enum track_role role;
	/* What is not known without it; NULL: kernels without it have other ways. */
	const char *lost;
};

static const struct tracker exact_end = { "skb_free_head", PROBE_FUNCTION, TRACK_FREE, NULL };

/* Nearly all ends. Who else looks at a packet is asked for. */
static const struct tracker near_end = { "skb_release_data", PROBE_FUNCTION, TRACK_FREE_LAST,
					 NULL };

/* Half of the ends, and nothing else. */
static const struct tracker loose_ends[] = {
	{ "skb:consume_skb", PROBE_RAW_TP, TRACK_FREE_LAST, NULL },
	{ "skb:kfree_skb", PROBE_RAW_TP, TRACK_FREE_LAST, NULL },
};

static const struct tracker trackers[] = {
	{ "kfree_skb_partial", PROBE_FUNCTION, TRACK_FREE_STOLEN,
	  "packets that were joined to others keep their ids" },
	{ "napi_skb_free_stolen_head", PROBE_FUNCTION, TRACK_FREE,
	  "packets that were joined to others keep their ids" },
	{ "pskb_expand_head", PROBE_FUNCTION_RETURN, TRACK_MOVE,
	  "packets get a new id when more room is made in them" },
	{ "pskb_carve_inside_header", PROBE_FUNCTION_RETURN, TRACK_MOVE, NULL },
	{ "pskb_carve_inside_nonlinear", PROBE_FUNCTION_RETURN, TRACK_MOVE, NULL },
	{ "skb_copy", PROBE_FUNCTION_RETURN, TRACK_COPIES, "copies do not say of what" },
	{ "__pskb_copy_fclone", PROBE_FUNCTION_RETURN, TRACK_COPIES, "copies do not say of what" },
	{ "skb_copy_expand", PROBE_FUNCTION_RETURN, TRACK_COPIES, "copies do not say of what" },
	{ "skb_segment", PROBE_FUNCTION_RETURN, TRACK_COPIES, "segments do not say of what" },
	{ "ip_do_fragment", PROBE_FUNCTION, TRACK_PARTS, NULL },
	{ "ip6_fragment", PROBE_FUNCTION, TRACK_PARTS, NULL },
	{ "skb_segment_list", PROBE_FUNCTION, TRACK_PARTS, NULL },
	{ "ip_frag_next", PROBE_FUNCTION_RETURN, TRACK_COPIES, "fragments do not say of what" },
	{ "ip6_frag_next", PROBE_FUNCTION_RETURN, TRACK_COPIES, NULL },
	{ "skb_pp_cow_data", PROBE_FUNCTION_RETURN, TRACK_REPLACE, NULL },
};

/* There the packet has ended, or might have. */
static const char *const no_begin[] = { "skb_release_head_state", "kfree_skbmem",
					"net:net_dev_xmit" };

/* Functions that a packet does not survive: where they return there is none. */
static const char *const enders[] = {
	"kfree_skb",
	"kfree_skb_reason",
	"sk_skb_reason_drop",
	"__kfree_skb",
	"kfree_skbmem",
	"kfree_skb_partial",
	"consume_skb",
	"napi_consume_skb",
	"__napi_kfree_skb",
	"__kfree_skb_defer",
	"kfree_skb_list_reason",
	"skb_release_all",
	"napi_skb_cache_put",
	"__consume_stateless_skb",
	"napi_skb_free_stolen_head",
};

static bool has_filters(const struct plan *plan)
{
	return plan->filters.l2.count || plan->filters.meta.count || plan->filters.call;
}

static bool any_packet_at_return(const struct plan *plan)
{
	bool indirect;

	for (size_t i = 0; i < plan->n_probes; i++)
		if (plan->probes[i].spec.type == PROBE_FUNCTION_RETURN &&
		    probe_packet(&plan->probes[i], &indirect) >= 0)
			return true;
	return false;
}

/* "no" in RETIS_TRACK does what --no-track does: for tests of other things. */
bool plan_refuses_tracking(const struct plan *plan)
{
	const char *track = getenv("RETIS_TRACK");

	return plan->options->no_track || (track && !strcmp(track, "no"));
}

static bool any_collector_tracks(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_collectors; i++)
		if (!plan->collectors[i].broken && plan->collectors[i].plugin->desc.tracks)
			return true;
	return false;
}

/* It must cost nothing where nobody has use of it. */
static bool wants_tracking(const struct plan *plan)
{
	if (plan_refuses_tracking(plan))
		return false;
	return plan->windows || any_collector_tracks(plan) || has_filters(plan) ||
	       any_packet_at_return(plan);
}

bool plan_sees_functions(void)
{
	return !ftrace_is_off() &&
	       (feature_get(BACKEND_FENTRY)->result > 0 || feature_get(BACKEND_KPROBE)->result > 0);
}

static bool any_wish_tracks(const struct plan *plan)
{
	for (size_t i = 0; i < plan->options->n_collectors; i++) {
		const char *name = plan->options->collectors[i];
		const struct plugin *plugin = plugins_find(plan->plugins, name);

		if (!strcmp(name, "auto") || (plugin && plugin->desc.tracks))
			return true;
	}
	return false;
}

bool plan_may_track_functions(const struct plan *plan)
{
	const struct collect_options *o = plan->options;

	return !plan_refuses_tracking(plan) && (collect_filters(o) || any_wish_tracks(plan)) &&
	       plan_sees_functions();
}

/* False, with the reason in WHY. */
static bool add_tracker(struct plan *plan, const struct tracker *t, char *why)
{
	struct probe probe = { .spec.type = t->type,
			       .internal = true,
			       .role = t->role,
			       .prog_fd = -1,
			       .link_fd = -1 };

	return !probe_set_target(&probe.spec, t->name) && !plan_add_tracker(plan, &probe, why);
}

static void track_loosely(struct plan *plan)
{
	char why[PROBE_WHY_SIZE];

	plan->track_loosely = true;
	for (size_t i = 0; i < sizeof(loose_ends) / sizeof(loose_ends[0]); i++)
		if (!add_tracker(plan, &loose_ends[i], why))
			log_debug("No probe at %s: %s", loose_ends[i].name, why);
	log_warn("Only tracepoints can be used here%s: copies are not followed, not every end of a "
		 "packet is seen, and another one may get its id",
		 ftrace_is_off() ? ", as ftrace is off" : "");
}

static void add_ends(struct plan *plan)
{
	char why[PROBE_WHY_SIZE] = "";

	if (add_tracker(plan, &exact_end, why))
		return;
	if (add_tracker(plan, &near_end, why)) {
		log_warn("Packets that share their data may keep an id too long: no probe at %s: "
			 "%s",
			 exact_end.name, why);
		return;
	}
	track_loosely(plan);
}

static void add_changes(struct plan *plan)
{
	char why[PROBE_WHY_SIZE];

	for (size_t i = 0; i < sizeof(trackers) / sizeof(trackers[0]); i++)
		if (!add_tracker(plan, &trackers[i], why))
			log_line(trackers[i].lost ? RETIS_LOG_WARN : RETIS_LOG_DEBUG,
				 "No probe at %s: %s%s%s", trackers[i].name, why,
				 trackers[i].lost ? "; " : "",
				 trackers[i].lost ? trackers[i].lost : "");
}

static bool is_among(const struct probe *probe, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(probe->spec.target, names[i]))
			return true;
	return false;
}

bool plan_ends_packet(const struct probe *probe)
{
	return is_among(probe, enders, sizeof(enders) / sizeof(enders[0]));
}

static void mark_ends(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_probes; i++) {
		struct probe *probe = &plan->probes[i];

		probe->no_begin = is_among(probe, no_begin, sizeof(no_begin) / sizeof(no_begin[0]));
		probe->ends_packet = plan_ends_packet(probe);
	}
}

void plan_tracking(struct plan *plan)
{
	if (!wants_tracking(plan))
		return;
	plan->track_size = (uint32_t)plan->options->track_size;
	mark_ends(plan);
	if (!plan_sees_functions()) {
		track_loosely(plan);
		return;
	}
	add_ends(plan);
	add_changes(plan);
}

void plan_tracker_failed(const struct probe *probe, const char *why)
{
	const char *lost = NULL;

	for (size_t i = 0; i < sizeof(trackers) / sizeof(trackers[0]); i++)
		if (!strcmp(trackers[i].name, probe->spec.target))
			lost = trackers[i].lost;
	log_warn("No probe at %s: %s; %s", probe->spec.target, why,
		 lost ? lost : "packets may keep their ids for too long");
}
