/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run of `retis collect` is asked for. */
#ifndef CORE_PLAN_OPTIONS_H
#define CORE_PLAN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <retis/reader.h>

#include "core/event/printer.h"
#include "core/plan/host.h"
#include "core/plan/who.h"

enum on_loss {
	ON_LOSS_WARN,
	ON_LOSS_EXIT,
};

/* What was asked for. All borrowed. Numbers, flags and text are as command lines give them
 * (core/cli/options.h). */
struct collect_options {
	/* Names; "auto" stands for all that can run. */
	const char *const *collectors;
	size_t n_collectors;
	const char *const *probes;
	size_t n_probes;
	/* The first ones of both come from a profile: they are left out, with a line,
	 * where they are not to be had. */
	size_t wished_collectors, wished_probes;
	/* Whose usdt probes are meant where a probe does not say it; 0: nobody's. */
	uint64_t pid;
	/* What packets must be like, and what tunnels carry; NULL: all. pcap-filter(7), and see
	 * core/filter/meta.h. */
	const char *filter_packet, *filter_inner, *filter_meta;
	struct who who;
	/* Members of packets to be collected, too; see core/filter/fields.h. NULL: none. */
	const char *fields;
	/* Each probe looks at packets by itself. */
	bool no_track;
	/* Packets that can be tracked at one time. */
	uint64_t track_size;
	/* Of so many packets one is collected, and so many events a second; 0: all. */
	uint32_t sample_of;
	uint64_t rate_limit;
	/* Each event with its stack trace. */
	bool stack;
	/* Functions in stack traces become probes. */
	bool probe_stack;
	const char *command;
	/* Without its output. */
	bool command_quiet;
	/* Where its exit status goes, 0 if it has not ended; may be NULL. */
	int *command_status;
	/* The kernel's configuration; NULL: looked for in the usual places. */
	const char *kconf;
	/* 0: no limit. */
	uint64_t stop_after;
	/* Bytes of all rings together. */
	uint64_t buffer_size;
	/* 0: as many as suit the machine. */
	uint64_t buffer_shards;
	enum on_loss on_loss;
	struct printer_options print;
	/* Printed are the events of each packet together, once it has ended or had none for so
	 * many seconds. */
	bool sort;
	uint64_t sort_timeout;
	/* Where events are stored, or NULL; and are they printed, too? */
	const char *out;
	struct retis_split rotate;
	uint64_t keep;
	bool print_too;
	/* For the file: who collects. */
	struct collect_host host;
	const char *version;
	const char *command_line;
};

/* Not all packets are wanted. */
static inline bool collect_filters(const struct collect_options *o)
{
	return o->filter_packet || o->filter_inner || o->filter_meta || who_given(&o->who);
}

#endif
