/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the texts of --filter-packet and --filter-meta to what every probe runs. */

#include "core/filter/meta.h"
#include "core/filter/packet.h"
#include "core/session/session.h"
#include "core/util/log.h"

static int compile_packet(struct session *s)
{
	struct packet_filter filter = {};
	char why[PACKET_FILTER_WHY_SIZE];
	int err = packet_filter_compile(s->options->filter_packet, &filter, why);

	if (err) {
		log_fatal("%s", why);
		return err;
	}
	s->filters.l2 = filter.l2;
	s->filters.l3 = filter.l3;
	if (*filter.no_l3)
		log_debug("%s", filter.no_l3);
	log_info("%s packet filter(s) loaded", packet_filter_only_l2(&filter) ? "L2" : "L2+L3");
	return 0;
}

static struct btf *module_btf(void *data, size_t n)
{
	return kernel_module_btf(data, n);
}

static int compile_meta(struct session *s)
{
	const struct meta_types types = { kernel_btf(s->kernel), module_btf, s->kernel };
	struct meta_why why;
	int err = meta_filter_compile(s->options->filter_meta, &types, &s->filters.meta, &why);

	if (err || *why.text)
		meta_filter_tell("--filter-meta", s->options->filter_meta, &why, err);
	return err;
}

int session_compile_filters(struct session *s)
{
	int err = s->options->filter_packet ? compile_packet(s) : 0;

	return err || !s->options->filter_meta ? err : compile_meta(s);
}

void session_free_filters(struct session *s)
{
	splice_code_fini(&s->filters.l2);
	splice_code_fini(&s->filters.l3);
	splice_code_fini(&s->filters.meta);
}
