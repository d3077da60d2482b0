/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each network namespace has rules of its own. Nothing tells of changes in another one without
 * a socket there, which would keep it alive; so it is asked for the number of its ruleset a few
 * times a second. Handles are never given again, so a text can't be taken for that of another
 * rule, however late it is read.
 */
#include "rules.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "generation.h"
#include "listing.h"
#include "section.h"
#include "state.h"

/* Between two looks: at generations, at what namespaces there are; and the part of the time
 * that reading may take. */
#define LOOK_MS 250
#define FIND_MS 2000
#define SHARE 4

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

struct reading {
	struct nft_rules *rules;
	uint64_t netns;
	size_t n;
};

static int add_rule(void *arg, uint64_t table, uint64_t rule, const char *text)
{
	struct reading *r = arg;
	const struct nft_rule_id id = { .netns = r->netns, .table = table, .rule = rule };
	const struct retis_host *host = r->rules->host;
	int err = host->add_name(host, NFT_RULES, &id, sizeof(id), text);

	r->n++;
	r->rules->traces |= strstr(text, "meta nftrace set") != NULL;
	if (err != -ENOSPC)
		return err;
	if (!r->rules->full)
		host->log(host, RETIS_LOG_WARN, "there are too many rules: some have no text");
	r->rules->full = true;
	return err;
}

/* In the namespace. */
static int read_ruleset(struct nft_rules *rules, const struct nft_netns *netns, char *why,
			size_t size)
{
	struct reading r = { .rules = rules, .netns = netns->cookie };
	const struct retis_host *host = rules->host;
	int64_t began = now_ms();
	char *text = nft_library_run(&rules->library, "list ruleset", why, size);
	int err;

	if (!text)
		return -EIO;
	err = nft_listing_read(text, add_rule, &r);
	free(text);
	if (err == -ENOSPC)
		return 0;
	if (!err)
		err = host->add_name(host, NFT_READ, &netns->cookie, sizeof(netns->cookie), "yes");
	host->log(host, RETIS_LOG_DEBUG, "%zu rule(s) of %s read in %lld ms", r.n, netns->path,
		  (long long)(now_ms() - began));
	return err;
}

/* In the namespace: its rules, unless they are those that were read. */
static int look_at_rules(struct nft_rules *rules, struct nft_netns *netns, char *why, size_t size)
{
	uint32_t generation;
	int err = netns->cookie ? 0 : nft_netns_cookie(&netns->cookie);

	if (!err)
		err = nft_generation_get(&generation);
	if (err || (netns->read && generation == netns->generation))
		return err;
	/* What changes from here on changes the number again. */
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
static void *start_thread(void *rules)
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
	err = -pthread_create(&thread, NULL, start_thread, rules);
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
	int64_t found = now_ms(), took = 0;
	int err;

	if (!rules->library.handle)
		return 0;
	while (!(err = pause_for(stop, LOOK_MS + took * SHARE))) {
		int64_t began = now_ms();

		if (began - found >= FIND_MS) {
			found = began;
			err = nft_netns_find(&rules->netns);
		}
		if (!err)
			err = look_into_all(rules);
		if (err)
			break;
		took = now_ms() - began;
	}
	return err < 0 ? err : 0;
}

void nft_rules_end(struct nft_rules *rules)
{
	nft_library_close(&rules->library);
	nft_netns_free(&rules->netns);
	if (rules->own >= 0)
		close(rules->own);
	rules->own = -1;
}
