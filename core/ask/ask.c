/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/ask/ask.h"

#include <errno.h>
#include <stdlib.h>

#include "core/ask/meta.h"
#include "core/ask/packet.h"
#include "core/ask/series.h"
#include "core/util/log.h"

struct ask {
	struct ask_options options;
	struct input_filter filter;
	/* NULL: not asked for. */
	struct ask_packet *packet, *inner;
	struct ask_meta *meta;
	struct ask_series *series;
	bool surveying;
	bool warned;
	const struct input_names *names;
	struct ask_event event;
};

static bool passes_filters(struct ask *a, const struct retis_event *event)
{
	ask_event_set(&a->event, a->names, event);
	return (!a->meta || ask_meta_matches(a->meta, &a->event)) &&
	       (!a->packet || ask_packet_matches(a->packet, &a->event)) &&
	       (!a->inner || ask_packet_matches(a->inner, &a->event));
}

static int ask_wants(void *arg, const struct retis_event *event)
{
	struct ask *a = arg;
	bool matches = passes_filters(a, event);

	if (!a->series)
		return matches;
	if (!a->surveying)
		return ask_series_wants(a->series, event, matches);
	return ask_series_note(a->series, event, matches);
}

static bool ask_may_want(void *arg, uint64_t first, uint64_t last)
{
	struct ask *a = arg;

	return a->series || !a->meta || ask_meta_may_match(a->meta, first, last);
}

static int learn_meta(struct ask *a, const struct input *in)
{
	bool open = input_format(in) == INPUT_JSON;
	struct meta_why why;
	int err = ask_meta_learn(a->meta, a->names, a->options.plugins, open, &why);

	if (err || (*why.text && !a->warned))
		meta_filter_tell("--filter-meta", a->options.meta, &why, err);
	a->warned |= *why.text != '\0';
	return err;
}

static int ask_learn(void *arg, const struct input *in)
{
	struct ask *a = arg;

	a->names = input_names(in);
	if (a->packet)
		ask_packet_learn(a->packet, a->names->registry);
	if (a->inner)
		ask_packet_learn(a->inner, a->names->registry);
	if (a->series)
		ask_series_learn(a->series, a->names->registry);
	return a->meta ? learn_meta(a, in) : 0;
}

static int make_packet(const char *option, const char *text, bool inner, struct ask_packet **out)
{
	char why[ASK_PACKET_WHY_SIZE];
	int err = text ? ask_packet_new(text, inner, out, why) : 0;

	if (err == -EINVAL)
		log_fatal("%s: %s", option, why);
	return err;
}

static int make_meta(struct ask *a)
{
	struct meta_why why;
	int err = ask_meta_new(a->options.meta, &a->meta, &why);

	if (err != -ENOMEM && (err || *why.text))
		meta_filter_tell("--filter-meta", a->options.meta, &why, err);
	return err;
}

int ask_new(const struct ask_options *options, struct ask **out)
{
	struct ask *a;
	int err;

	*out = NULL;
	if (!options->packet && !options->inner && !options->meta)
		return 0;
	a = calloc(1, sizeof(*a));
	if (!a)
		return -ENOMEM;
	a->options = *options;
	a->filter = (struct input_filter){ ask_learn, ask_wants, ask_may_want, a };
	err = make_packet("--filter-packet", options->packet, false, &a->packet);
	if (!err)
		err = make_packet("--filter-inner", options->inner, true, &a->inner);
	if (!err && options->meta)
		err = make_meta(a);
	if (!err && options->series)
		a->series = ask_series_new();
	if (!err && options->series && !a->series)
		err = -ENOMEM;
	if (err)
		ask_free(a);
	else
		*out = a;
	return err;
}

void ask_free(struct ask *ask)
{
	if (!ask)
		return;
	ask_packet_free(ask->packet);
	ask_packet_free(ask->inner);
	ask_meta_free(ask->meta);
	ask_series_free(ask->series);
	free(ask);
}

const struct input_filter *ask_filter(const struct ask *ask)
{
	return ask ? &ask->filter : NULL;
}

int ask_survey(struct ask *ask, struct input *in)
{
	struct input_item item;
	int got;

	if (!ask || !ask->series)
		return 0;
	ask->surveying = true;
	do {
		got = input_next(in, &item);
	} while (got > 0 || got == -EINTR);
	ask->surveying = false;
	ask_series_restart(ask->series);
	if (!got)
		got = input_rewind(in);
	if (got == -ESPIPE)
		log_fatal(
			"--series reads its input twice, which is not possible with a pipe: store "
			"it in a file first");
	return got;
}
