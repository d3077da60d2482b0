/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each network namespace has rules of its own. Nothing tells of changes in another one without
 * a socket there, which would keep it alive; so it is asked for the number of its ruleset a few
 * times a second. What a handle stood for between two looks is only known if it is the same at
 * both.
 */
#include "rules.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <retis/clock.h>

#include "generation.h"
#include "listing.h"
#include "section.h"
#include "state.h"

/* Between two looks: at generations, at what namespaces there are; and the part of the time
 * that reading may take. */
#define LOOK_MS 250
#define FIND_MS 2000
#define SHARE 4

struct reading {
	struct nft_rules *rules;
	const struct nft_netns *netns;
	/* From when on it holds; 0: it changed while it was read. */
	uint64_t since;
	/* What was read this time. */
	struct nft_known *known;
	size_t n;
	size_t room;
};

/* FNV-1a. */
static uint64_t hash_text(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325;

	while (*text)
		hash = (hash ^ (unsigned char)*text++) * 0x100000001b3;
	return hash;
}

/* As it was read the last time? Mostly it is in the same place. */
static bool is_known(const struct nft_netns *netns, size_t guess, const struct nft_known *rule)
{
	for (size_t i = 0; i < netns->n_known; i++) {
		const struct nft_known *k = &netns->known[(guess + i) % netns->n_known];

		if (k->table == rule->table && k->rule == rule->rule)
			return k->hash == rule->hash;
	}
	return false;
}

static int keep_rule(struct reading *r, const struct nft_known *rule)
{
	struct nft_known *known;

	if (r->n == r->room) {
		known = reallocarray(r->known, r->room * 2 + 64, sizeof(*known));
		if (!known)
			return -ENOMEM;
		r->known = known;
		r->room = r->room * 2 + 64;
	}
	r->known[r->n++] = *rule;
	return 0;
}

/* Who replaces a rule keeps its handle: since the rules were last sure to be the old ones, it
 * is unknown which it was. */
static int name_rule(const struct reading *r, const struct nft_known *rule, const char *text)
{
	const struct nft_rule_id id = { r->netns->cookie, rule->table, rule->rule };
	const struct retis_host *host = r->rules->host;
	int err = host->add_name_since(host, NFT_RULES, &id, sizeof(id), "", r->netns->verified);

	/* It may have been named by a reading that was never confirmed. */
	if (!err && r->netns->began > r->netns->verified)
		err = host->add_name_since(host, NFT_RULES, &id, sizeof(id), "",
					   r->netns->began + 1);
	if (err || !r->since)
		return err;
	return host->add_name_since(host, NFT_RULES, &id, sizeof(id), text, r->since);
}

static int add_rule(void *arg, uint64_t table, uint64_t handle, const char *text)
{
	struct reading *r = arg;
	const struct nft_known rule = { table, handle, r->since ? hash_text(text) : 0 };
	const struct retis_host *host = r->rules->host;
	int err = is_known(r->netns, r->n, &rule) ? 0 : name_rule(r, &rule, text);

	r->rules->traces |= strstr(text, "meta nftrace set") != NULL;
	if (!err)
		return keep_rule(r, &rule);
	if (err == -ENOSPC && !r->rules->full)
		host->log(host, RETIS_LOG_WARN, "there are too many rules: some have no text");
	r->rules->full |= err == -ENOSPC;
	return err;
}

/* In the namespace. */
static int read_ruleset(struct nft_rules *rules, struct nft_netns *netns, char *why, size_t size)
{
	struct reading r = { .rules = rules, .netns = netns, .since = retis_clock_ns() };
	const struct retis_host *host = rules->host;
	int64_t began = retis_clock_ms();
	char *text = nft_library_run(&rules->library, "list ruleset", why, size);
	uint64_t now = retis_clock_ns();
	uint32_t generation = 0;
	int err;

	if (!text)
		return -EIO;
	netns->read = !nft_generation_get(&generation) && generation == netns->generation;
	if (!netns->read)
		r.since = 0;
	err = nft_listing_read(text, add_rule, &r);
	free(text);
	free(netns->known);
	netns->known = r.known;
	netns->n_known = r.n;
	netns->began = r.since;
	if (netns->read && netns->confirmed)
		netns->verified = now;
	if (!err)
		err = host->add_name(host, NFT_READ, &netns->cookie, sizeof(netns->cookie), "yes");
	host->log(host, RETIS_LOG_DEBUG, "%zu rule(s) of %s read in %lld ms", r.n, netns->path,
		  (long long)(retis_clock_ms() - began));
	return err == -ENOSPC ? 0 : err;
}

/* In the namespace: its rules, unless they are those that were read. */
static int look_at_rules(struct nft_rules *rules, struct nft_netns *netns, char *why, size_t size)
{
	uint64_t now = retis_clock_ns();
	uint32_t generation;
	int err = netns->cookie ? 0 : nft_netns_cookie(&netns->cookie);

	if (!err)
		err = nft_generation_get(&generation);
	if (err)
		return err;
	if (netns->read && generation == netns->generation && netns->confirmed) {
		netns->verified = now;
		return 0;
	}
	/* The kernel counts generations up a moment before the new one holds: what was read
	 * then may be the old one, so it is read again. */
	netns->confirmed = netns->read && generation == netns->generation;
	netns->generation = generation;
	netns->read = true;
	return read_ruleset(rules, netns, why, size);
}

static void say_unreadable(struct nft_rules *rules, const struct nft_netns *netns, int err,
			   const char *why)
{
	const struct retis_host *host = rules->host;

	/* It is gone, and somebody else's place; once is enough for all. */
	if (rules->failed || err == -ENOENT || err == -ESTALE)
		return;
	rules->failed = true;
	host->log(host, RETIS_LOG_INFO, "rules of %s, maybe of others, have no text: %s",
		  netns->path, *why ? why : strerror(-err));
}

/* -errno: this thread is not where it was. */
static int look_into_netns(struct nft_rules *rules, struct nft_netns *netns)
{
	char why[256] = "";
	int err = nft_netns_enter(netns);

	if (err) {
		say_unreadable(rules, netns, err, why);
		return 0;
	}
	err = look_at_rules(rules, netns, why, sizeof(why));
	if (err)
		say_unreadable(rules, netns, err, why);
	return nft_netns_leave(netns, rules->own);
}

static int look_into_all(struct nft_rules *rules)
{
	int err = 0;

	for (size_t i = 0; i < rules->netns.n && !err; i++)
		err = look_into_netns(rules, &rules->netns.list[i]);
	return err;
}

static int find_and_read(struct nft_rules *rules)
{
	int err;

	rules->own = nft_netns_own();
	if (rules->own < 0)
		return rules->own;
	err = nft_netns_find(&rules->netns);
	return err ? err : look_into_all(rules);
}

/* A thread of its own: the main one stays where it is, whatever happens. */
static void *start_reading(void *rules)
{
	return (void *)(intptr_t)find_and_read(rules);
}

void nft_rules_start(struct nft_rules *rules, const struct retis_host *host)
{
	char why[256];
	pthread_t thread;
	void *result;
	int err;

	*rules = (struct nft_rules){ .host = host, .own = -1 };
	if (nft_library_open(&rules->library, why, sizeof(why))) {
		host->log(host, RETIS_LOG_INFO, "rules have no text: %s", why);
		return;
	}
	err = -pthread_create(&thread, NULL, start_reading, rules);
	if (!err) {
		pthread_join(thread, &result);
		err = (int)(intptr_t)result;
	}
	if (!err)
		return;
	host->log(host, RETIS_LOG_WARN, "rules have no text: %s", strerror(-err));
	nft_rules_end(rules);
}

/* 1: it is to end. */
static int pause_for(int stop, int64_t ms)
{
	struct pollfd wait = { .fd = stop, .events = POLLIN };
	int got = poll(&wait, 1, (int)ms);

	return got < 0 && errno != EINTR ? -errno : got > 0;
}

int nft_rules_follow(struct nft_rules *rules, int stop)
{
	int64_t found = retis_clock_ms(), took = 0;
	int err;

	if (!rules->library.handle)
		return 0;
	/* With a last look at the end: what changed meanwhile is unknown. */
	for (bool last = false; !last;) {
		int64_t began;

		err = pause_for(stop, LOOK_MS + took * SHARE);
		if (err < 0)
			break;
		last = err > 0;
		err = 0;
		began = retis_clock_ms();
		if (began - found >= FIND_MS) {
			found = began;
			err = nft_netns_find(&rules->netns);
		}
		if (!err)
			err = look_into_all(rules);
		if (err)
			break;
		took = retis_clock_ms() - began;
	}
	return err;
}

void nft_rules_end(struct nft_rules *rules)
{
	nft_library_close(&rules->library);
	nft_netns_free(&rules->netns);
	if (rules->own >= 0)
		close(rules->own);
	rules->own = -1;
}
