/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of the skb section. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include <retis/plugin.h>

#include "section.h"

#define VLAN SKB_WANTS(SKB_VLAN)
#define META SKB_WANTS(SKB_META)
#define DATA_REF SKB_WANTS(SKB_DATA_REF)
#define GSO SKB_WANTS(SKB_GSO)
#define ALL (VLAN | META | DATA_REF | GSO)

static void print(const struct retis_view *view, bool link_layer, struct retis_text *out)
{
	const struct retis_print how = { .size = sizeof(how), .link_layer = link_layer };

	retis_plugin.sections[SKB_SECTION].print(view, &how, out);
}

static void expect_layer(const struct skb_section *skb, uint32_t present, bool link_layer,
			 const char *wanted)
{
	const struct retis_view view = {
		.size = sizeof(view), .length = sizeof(*skb), .data = skb, .present = present
	};
	char text[512];
	struct retis_text out = { .data = text, .capacity = sizeof(text) };

	print(&view, link_layer, &out);
	cr_expect(out.length == strlen(wanted) && !memcmp(text, wanted, out.length),
		  "'%.*s' is not '%s'", (int)out.length, text, wanted);
}

static void expect(const struct skb_section *skb, uint32_t present, const char *wanted)
{
	expect_layer(skb, present, false, wanted);
}

Test(skb_print, vlan_tag)
{
	const struct skb_section skb = {
		.vlan = { .proto = 0x8100, .vid = 100, .pcp = 3, .dei = 1 },
	}, unnamed = {
		.vlan = { .proto = 0x1234, .vid = 100, .pcp = 3 },
		.meta = { .len = 98 },
	};

	expect_layer(&skb, VLAN, true, "vlan_accel (ethertype 802.1Q (0x8100) vlan 100 p 3 DEI)");
	expect_layer(&unnamed, VLAN | META, true,
		     "vlan_accel (ethertype (0x1234) vlan 100 p 3) "
		     "skb [csum none len 98 priority 0]");
}

/* Link-layer details are for those who ask for them. */
Test(skb_print, vlan_tag_not_wanted)
{
	const struct skb_section skb = { .vlan = { .proto = 0x8100, .vid = 1 },
					 .meta = { .len = 98 } };

	expect(&skb, VLAN, "");
	expect(&skb, VLAN | META, "skb [csum none len 98 priority 0]");
}

Test(skb_print, metadata)
{
	const struct skb_section skb = {
		.meta = { .len = 98,
			  .data_len = 12,
			  .hash = 0xdead,
			  .priority = 7,
			  .csum = 16 << 16 | 34,
			  .ip_summed = 3 },
	};

	expect(&skb, META,
	       "skb [csum partial (start 34 off 16) hash 0xdead len 98 data_len 12 priority 7]");
}

Test(skb_print, checksum_states)
{
	struct skb_section skb = { .meta = { .len = 1, .csum = 0xabcd, .csum_level = 2 } };

	skb.meta.ip_summed = 1;
	expect(&skb, META, "skb [csum unnecessary (level 2) len 1 priority 0]");
	skb.meta.ip_summed = 2;
	expect(&skb, META, "skb [csum complete (0xabcd) len 1 priority 0]");
	skb.meta.ip_summed = 4;
	expect(&skb, META, "skb [csum unknown (4) len 1 priority 0]");
}

Test(skb_print, reference_counts)
{
	const struct skb_section skb = {
		.data_ref = { .nohdr = 1, .cloned = 1, .fclone = 2, .users = 1, .dataref = 3 },
	};

	expect(&skb, DATA_REF, "skb [nohdr cloned fclone 2 users 1 dataref 3]");
}

Test(skb_print, segmentation)
{
	const struct skb_section skb = {
		.meta = { .len = 98 },
		.data_ref = { .users = 1, .dataref = 1 },
		.gso = { .type = 0x13, .flags = 1, .frags = 2, .segs = 3, .size = 1448 },
	}, least = { .gso = { .size = 1448 } };

	expect(&skb, META | DATA_REF | GSO,
	       "skb [csum none len 98 priority 0 users 1 dataref 1] "
	       "gso [type 0x13 flags 0x1 frags 2 segs 3 size 1448]");
	expect(&least, GSO, "gso [type 0x0 size 1448]");
}

Test(skb_print, nothing_was_collected)
{
	const struct skb_section skb = {};

	expect_layer(&skb, 0, true, "");
}

/*
 * A section ends behind the last group that was asked for, and in a damaged file
 * anywhere: groups that are not all there are left out, whatever `present` says.
 * Each in a block of its own size, so that a sanitizer sees a read behind it.
 */
Test(skb_print, section_cut_short)
{
	for (uint32_t length = 0; length <= sizeof(struct skb_section); length++) {
		void *data = calloc(1, length);
		const struct retis_view view = {
			.size = sizeof(view), .length = length, .data = data, .present = ALL
		};
		char text[512];
		struct retis_text out = { .data = text, .capacity = sizeof(text) - 1 };

		print(&view, true, &out);
		text[out.length] = 0;
		cr_expect_eq(!!strstr(text, "vlan_accel"), length >= sizeof(struct skb_vlan));
		cr_expect_eq(!!strstr(text, "csum"),
			     length >= offsetof(struct skb_section, data_ref));
		cr_expect_eq(!!strstr(text, "users"), length >= offsetof(struct skb_section, gso));
		cr_expect_eq(!!strstr(text, "gso ["), length == sizeof(struct skb_section));
		free(data);
	}
}
