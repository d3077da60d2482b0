/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "detrace.h"

#include <string.h>

/* Columns, from those of the section. */
#define INDENT_FLOWS 4

#define OF_FLOW(NAME, MEMBER, ...) \
	RETIS_FIELD_AS(NAME, struct ovs_detrace, id.MEMBER, RETIS_UINT, __VA_ARGS__)

const struct retis_field ovs_detrace_fields[OVS_DETRACE_FIELDS] = {
	RETIS_FIELD_ARRAY_AS("ufid", struct ovs_detrace, id.ufid, RETIS_UINT,
			     .role = RETIS_ROLE_SUBJECT, .about = "Unique id of the flow"),
	OF_FLOW("flow", flow, .role = RETIS_ROLE_SUBJECT, .about = "Address of the flow"),
	OF_FLOW("sf_acts", actions, .role = RETIS_ROLE_SUBJECT, .about = "Address of its actions"),
	RETIS_FIELD_AS("dpflow", struct ovs_detrace, told.dpflow, RETIS_STRING,
		       .role = RETIS_ROLE_DETAILS, .about = OVS_ABOUT_DPFLOW),
	{
		.name = "ofpflows",
		.about = OVS_ABOUT_OFPFLOWS,
		.kind = RETIS_LINES,
		.offset = offsetof(struct ovs_detrace, told.ofpflows),
	},
};

static void put_ufid_part(struct retis_text *out, const char *before, uint32_t part, unsigned width)
{
	retis_text_str(out, before);
	retis_text_hex(out, part, width);
}

void ovs_put_ufid(const uint32_t id[4], struct retis_text *out)
{
	put_ufid_part(out, "", id[0], 8);
	put_ufid_part(out, "-", id[1] >> 16, 4);
	put_ufid_part(out, "-", id[1] & 0xffff, 4);
	put_ufid_part(out, "-", id[2] >> 16, 4);
	put_ufid_part(out, "-", id[2] & 0xffff, 4);
	put_ufid_part(out, "", id[3], 8);
}

void ovs_put_flows(const char *lines, size_t size, bool first_apart, struct retis_text *out)
{
	const char *end = lines + strnlen(lines, size);

	out->indent += INDENT_FLOWS;
	while (lines < end) {
		const char *next = memchr(lines, '\n', (size_t)(end - lines));

		if (first_apart)
			retis_text_break(out);
		first_apart = true;
		retis_text_escaped(out, lines, (size_t)((next ? next : end) - lines));
		lines = next ? next + 1 : end;
	}
	out->indent -= INDENT_FLOWS;
}

void ovs_print_detrace(const struct retis_view *view, const struct retis_print *how,
		       struct retis_text *out)
{
	const struct ovs_detrace *d = view->data;
	const size_t flows = offsetof(struct ovs_detrace, told.ofpflows);

	(void)how;
	if (view->length < flows)
		return;
	retis_text_str(out, "ufid:");
	ovs_put_ufid(d->id.ufid, out);
	retis_text_char(out, ' ');
	retis_text_escaped(out, d->told.dpflow, sizeof(d->told.dpflow));
	if (view->length == flows || !d->told.ofpflows[0])
		return;
	retis_text_break(out);
	retis_text_str(out, "openflow:");
	ovs_put_flows(d->told.ofpflows, view->length - flows, !out->multi_line, out);
}
