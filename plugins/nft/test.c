/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text of verdicts, whatever the names are; and rules out of listings that may be hostile. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>

#include <retis/plugin.h>

#include "listing.h"
#include "section.h"
#include "state.h"

#define HAS(BIT) (1u << (NFT_HAS_##BIT - 1))

/* Rule 7 has a text, and the rules of namespace 1 are known. */
static const char *find_name(const struct retis_names *names, const char *table, const void *key,
			     uint32_t size, uint64_t at)
{
	const struct nft_rule_id *id = key;

	(void)names;
	(void)at;
	if (!strcmp(table, NFT_RULES)) {
		cr_assert_eq(size, sizeof(*id));
		return id->rule == 7 ? "tcp dport 80 drop comment \"\033[2J\"" : NULL;
	}
	cr_assert_str_eq(table, NFT_READ);
	cr_assert_eq(size, sizeof(id->netns));
	return *(const uint64_t *)key == 1 ? "yes" : NULL;
}

static void assert_text(const struct nft_section *s, uint32_t length, uint32_t present,
			const char *expected)
{
	const struct retis_names names = { .find = find_name };
	const struct retis_event event = {};
	const struct retis_view view = {
		.length = length, .data = s, .present = present, .event = &event, .names = &names
	};
	char room[1024] = "";
	struct retis_text out = { .data = room, .capacity = sizeof(room) - 1 };

	retis_plugin.sections[NFT_SECTION].print(&view, NULL, &out);
	cr_expect_str_eq(room, expected, "%s", room);
}

static const uint32_t all = sizeof(struct nft_section);

Test(nft, prints_verdicts)
{
	struct nft_section s = { .id = { 1, 2, 7 },
				 .chain = 165,
				 .table_name = "t",
				 .chain_name = "c",
				 .target_name = "dst" };

	assert_text(&s, all, HAS(RULE),
		    "table t (2) chain c (165) handle 7 drop rule tcp dport 80 drop comment "
		    "\"\\x1b[2J\"");
	s.id.rule = 1;
	s.verdict = NFT_VERDICT_JUMP;
	assert_text(&s, all, HAS(RULE) | HAS(TARGET),
		    "table t (2) chain c (165) handle 1 jump chain dst");
	assert_text(&s, all, HAS(RULE) | HAS(TARGET) | HAS(NETNS),
		    "table t (2) chain c (165) handle 1 jump chain dst rule unknown");
	s.verdict = NFT_VERDICT_ACCEPT;
	s.policy = 1;
	assert_text(&s, all, HAS(NETNS), "table t (2) chain c (165) accept (policy)");
	s.policy = 0;
	s.verdict = NFT_VERDICT_QUEUE;
	s.detail = 65535;
	assert_text(&s, all, HAS(QUEUE), "table t (2) chain c (165) queue num 65535");
	s.verdict = NFT_VERDICT_DROP;
	s.detail = 1;
	assert_text(&s, all, HAS(ERRNO), "table t (2) chain c (165) drop errno 1");
	s.verdict = -77;
	assert_text(&s, all, 0, "table t (2) chain c (165) -77");
}

Test(nft, prints_hostile_and_cut_sections)
{
	struct nft_section s = { .chain = 1, .chain_name = "\a\\" };
	char names[2 * NFT_NAME_SIZE + 64] = "table ", *at = names + 6;

	assert_text(&s, offsetof(struct nft_section, chain_name) + 2, 0,
		    "table  (0) chain \\x07\\\\ (1) drop");
	assert_text(&s, offsetof(struct nft_section, chain_name) + 1, 0,
		    "table  (0) chain \\x07 (1) drop");
	assert_text(&s, offsetof(struct nft_section, table_name), 0, "table  (0) chain  (1) drop");
	assert_text(&s, offsetof(struct nft_section, table_name) - 1, 0, "");
	memset(s.table_name, 'x', sizeof(s.table_name));
	memset(at, 'x', NFT_NAME_SIZE);
	snprintf(at + NFT_NAME_SIZE, 64, " (0) chain \\x07\\\\ (1) drop");
	assert_text(&s, all, 0, names);
}

struct listed {
	char text[16384];
	int stop_at;
};

static int list(void *arg, uint64_t table, uint64_t rule, const char *text)
{
	struct listed *l = arg;
	size_t used = strlen(l->text);

	snprintf(l->text + used, sizeof(l->text) - used, "%d %d %s\n", (int)table, (int)rule, text);
	return l->stop_at && (int)rule == l->stop_at ? -ENOSPC : 0;
}

static void assert_listed(const char *listing, const char *expected)
{
	struct listed l = { "", 0 };

	cr_assert_eq(nft_listing_read(listing, list, &l), 0);
	cr_expect_str_eq(l.text, expected, "%s", l.text);
}

static const char listing[] =
	"# Warning: table ip filter is managed by iptables-nft, do not touch!\n"
	"table inet t { # handle 1\n"
	"\tcomment \"chain c { # handle 5\"\n"
	"\tset s { # handle 2\n"
	"\t\ttype ipv4_addr\n"
	"\t\tcomment \"set # handle 9\"\n"
	"\t}\n"
	"\n"
	"\tchain in { # handle 3\n"
	"\t\tcomment \"chain's\"\n"
	"\t\ttype filter hook input priority filter; policy drop;\n"
	"\t\tip saddr @s drop comment \"# handle 99\" # handle 4\n"
	"\t\tip daddr { 10.0.0.1,\n"
	"\t\t\t     10.0.0.2 } accept # handle 5\n"
	"\t}\n"
	"}\n"
	"table netdev n { # handle 12\n"
	"\tchain c { # handle 1\n"
	"\t\tdrop # handle 4398046511103\n"
	"\t}\n"
	"}\n"
	"\t\tdrop # handle 3\n";

Test(nft, reads_listings)
{
	struct listed l = { "", 4 };

	assert_listed(listing, "1 4 ip saddr @s drop comment \"# handle 99\"\n"
			       "1 5 ip daddr { 10.0.0.1,      10.0.0.2 } accept\n"
			       "12 -1 drop\n");
	assert_listed("", "");
	assert_listed("table ip t { # handle 1\n\tchain c {\n\t\tdrop # handle \n\t\t # handle 0\n"
		      "\t\tx # handle 99999999999999999999999\n\t\t# handle 5",
		      "");
	cr_assert_eq(nft_listing_read(listing, list, &l), -ENOSPC);
	cr_assert_str_eq(l.text, "1 4 ip saddr @s drop comment \"# handle 99\"\n");
}

Test(nft, cuts_rules_that_are_too_long)
{
	char text[3 * NFT_LISTING_TEXT_MAX] = "table ip t { # handle 1\n\tchain c {\n\t\t";
	size_t used = strlen(text);
	struct listed l = { "", 0 };

	memset(text + used, 'x', NFT_LISTING_TEXT_MAX + 1);
	used += NFT_LISTING_TEXT_MAX + 1;
	snprintf(text + used, 64, ",\n\t\ty,\n\t\tz # handle 8\n");
	cr_assert_eq(nft_listing_read(text, list, &l), 0);
	cr_assert_eq(strlen(l.text), strlen("1 8 ...\n") + NFT_LISTING_TEXT_MAX);
	cr_assert_str_eq(l.text + strlen(l.text) - 5, "x...\n");
}

/* Whatever is cut off, nothing is made of it that is not there. */
Test(nft, reads_any_part_of_a_listing)
{
	for (size_t from = 0; from < sizeof(listing); from++)
		for (size_t to = from; to < sizeof(listing); to += 7) {
			struct listed l = { "", 0 };
			char part[sizeof(listing)] = "";

			memcpy(part, listing + from, to - from);
			cr_assert_eq(nft_listing_read(part, list, &l), 0);
		}
}
