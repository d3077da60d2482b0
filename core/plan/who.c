/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/plan/who.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/event/buffer.h"

/* Generations a process may be away from one that was named. */
#define GENERATIONS 4

/* Of names in the kernel, with their terminator. */
#define KERNEL_NAME_SIZE 16

#define PID_MAX_LIMIT (4u << 20)

static const char *const options[WHO_KINDS] = {
	[WHO_NETNS] = "filter-netns", [WHO_IFNAME] = "filter-ifname", [WHO_PID] = "filter-pid",
	[WHO_COMM] = "filter-comm",   [WHO_CGROUP] = "filter-cgroup", [WHO_MARK] = "filter-mark",
};

const char *who_option(enum who_kind kind)
{
	return options[kind];
}

__attribute__((format(printf, 2, 3))) static int refuse_who(char *why, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, WHO_WHY_SIZE, format, args);
	va_end(args);
	return -EINVAL;
}

static void put_number(struct retis_text *out, unsigned long number)
{
	retis_text_dec(out, number);
}

/* NAME as a text of the language. */
static int put_quoted(struct retis_text *out, const char *name, size_t n, char *why)
{
	char quote = memchr(name, '\'', n) ? '"' : '\'';

	if (!n || n >= KERNEL_NAME_SIZE)
		return refuse_who(why, "'%.40s' is no name: it has 1 to %d characters", name,
				  KERNEL_NAME_SIZE - 1);
	if (memchr(name, quote, n) || (quote == '"' && (name[0] == '\'' || name[n - 1] == '\'')))
		return refuse_who(why, "'%.40s' has quotes that can't be written", name);
	retis_text_char(out, quote);
	retis_text_bytes(out, name, n);
	retis_text_char(out, quote);
	return 0;
}

/* The device's, or, where there is none, that of the socket that owns the packet. */
static int put_netns_filter(struct retis_text *out, const char *name, char *why)
{
	unsigned long inode;
	int err = who_find_netns(name, &inode, why);

	if (err)
		return err;
	retis_text_str(out, "sk_buff.dev.nd_net.net.ns.inum == ");
	put_number(out, inode);
	retis_text_str(out,
		       " or (not sk_buff.dev and sk_buff.sk.__sk_common.skc_net.net.ns.inum == ");
	put_number(out, inode);
	retis_text_char(out, ')');
	return 0;
}

static int put_ifname(struct retis_text *out, const char *name, char *why)
{
	const char *star = strchr(name, '*');

	if (star && star[1])
		return refuse_who(why, "'%.40s': '*' can only be at the end", name);
	if (star == name) {
		retis_text_str(out, "sk_buff.dev");
		return 0;
	}
	retis_text_str(out, star ? "sk_buff.dev.name ^= " : "sk_buff.dev.name == ");
	return put_quoted(out, name, star ? (size_t)(star - name) : strlen(name), why);
}

static int put_pid(struct retis_text *out, const char *name, char *why)
{
	char *end;
	unsigned long pid = strtoul(name, &end, 10);

	if (*end || name[0] < '1' || name[0] > '9' || pid > PID_MAX_LIMIT)
		return refuse_who(why, "'%.40s' is not the number of a process", name);
	for (int i = 0; i <= GENERATIONS; i++) {
		retis_text_str(out, i ? " or task_struct" : "task_struct");
		for (int up = 0; up < i; up++)
			retis_text_str(out, ".real_parent");
		retis_text_str(out, ".tgid == ");
		put_number(out, pid);
	}
	return 0;
}

static int put_comm(struct retis_text *out, const char *name, char *why)
{
	retis_text_str(out, "task_struct.comm == ");
	return put_quoted(out, name, strlen(name), why);
}

/* Of the socket that owns the packet: it, or one below it. */
static int put_cgroup_filter(struct retis_text *out, const char *name, char *why)
{
	unsigned long id;
	unsigned int level;
	int err = who_find_cgroup(name, &id, &level, why);

	if (err)
		return err;
	retis_text_str(out, "sk_buff.sk.sk_cgrp_data.cgroup.level >= ");
	put_number(out, level);
	retis_text_str(out, " and sk_buff.sk.sk_cgrp_data.cgroup.ancestors[");
	put_number(out, level);
	retis_text_str(out, "].kn.id == ");
	put_number(out, id);
	return 0;
}

static int put_mark(struct retis_text *out, const char *name, char *why)
{
	char *end = NULL;
	unsigned long mask = UINT32_MAX, mark = strtoul(name, &end, 0);
	bool digits = name[0] >= '0' && name[0] <= '9';

	if (digits && *end == '/' && end[1] >= '0' && end[1] <= '9')
		mask = strtoul(end + 1, &end, 0);
	if (!digits || *end || mark > UINT32_MAX || mask > UINT32_MAX || !mask)
		return refuse_who(why, "'%.40s' is not a mark: NUMBER or NUMBER/MASK", name);
	retis_text_str(out, "sk_buff.mark:");
	put_number(out, mask);
	retis_text_str(out, " == ");
	put_number(out, mark & mask);
	return 0;
}

typedef int put_one(struct retis_text *out, const char *name, char *why);

static int put_kind(struct retis_text *out, const struct who_names *names, put_one *put, char *why)
{
	int err = 0;

	for (size_t i = 0; i < names->n && !err; i++) {
		retis_text_str(out, i ? " or (" : "(");
		err = put(out, names->items[i], why);
		retis_text_char(out, ')');
	}
	return err;
}

static int put_all(struct retis_text *out, const struct who *who, bool interrupts, char *why)
{
	static put_one *const puts[WHO_KINDS] = {
		[WHO_NETNS] = put_netns_filter,
		[WHO_IFNAME] = put_ifname,
		[WHO_PID] = put_pid,
		[WHO_COMM] = put_comm,
		[WHO_CGROUP] = put_cgroup_filter,
		[WHO_MARK] = put_mark,
	};
	int err = 0;

	for (int i = 0; i < WHO_KINDS && !err; i++) {
		if (!who->names[i].n)
			continue;
		retis_text_str(out, out->length ? " and (" : "(");
		/* The task that was interrupted has nothing to do with the packet. */
		if ((i == WHO_PID || i == WHO_COMM) && interrupts)
			retis_text_str(out, "not interrupt and (");
		err = put_kind(out, &who->names[i], puts[i], why);
		if ((i == WHO_PID || i == WHO_COMM) && interrupts)
			retis_text_char(out, ')');
		retis_text_char(out, ')');
	}
	return err;
}

int who_text(const struct who *who, bool interrupts, char **text, char *why)
{
	struct retis_text out;
	int err = text_init(&out, 1024) ? -ENOMEM : put_all(&out, who, interrupts, why);

	if (!err)
		retis_text_char(&out, '\0');
	if (!err && out.failed)
		err = -ENOMEM;
	if (err)
		text_fini(&out);
	else
		*text = out.data;
	return err;
}
