/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Daemons are found by their name, and followed if they have probes. */
#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "track.h"

static struct ovs_track track;
static int has;
static char said[4096], added[4096];

static int fake_has(const struct retis_host *host, enum retis_need_kind kind, const char *name)
{
	(void)host;
	(void)name;
	cr_assert_eq(kind, RETIS_NEED_USDT);
	return has;
}

static int fake_constant(const struct retis_host *host, const char *name, const void *value,
			 size_t size)
{
	(void)host;
	cr_assert_str_eq(name, "track");
	cr_assert_eq(size, 1);
	cr_expect_eq(*(const uint8_t *)value, 1);
	return 0;
}

static int fake_hook(const struct retis_host *host, const struct retis_hook *hook, size_t size)
{
	(void)host;
	(void)size;
	for (const char *const *p = hook->probes; *p; p++) {
		size_t used = strlen(added);

		snprintf(added + used, sizeof(added) - used, "%s %s\n", hook->program, *p);
	}
	return 0;
}

static int fake_size(const struct retis_host *host, const char *name, uint32_t n)
{
	(void)host;
	snprintf(added, sizeof(added), "%s %u\n", name, n);
	return 0;
}

static void fake_log(const struct retis_host *host, enum retis_log_level level, const char *format,
		     ...)
{
	size_t used = strlen(said);
	va_list args;

	(void)host;
	cr_expect_eq(level, RETIS_LOG_WARN);
	va_start(args, format);
	vsnprintf(said + used, sizeof(said) - used, format, args);
	va_end(args);
}

static void look_for_daemons(void)
{
	const struct retis_host host = { .size = sizeof(host),
					 .log = fake_log,
					 .kernel_has = fake_has,
					 .set_constant = fake_constant,
					 .size_map = fake_size,
					 .add_hook = fake_hook };

	cr_assert_eq(ovs_track_daemons(&host, &track), 0);
}

/* Others of that name may run here: other tests are. */
static void be_daemon(int has_probes)
{
	cr_assert_eq(prctl(PR_SET_NAME, "ovs-vswitchd"), 0);
	has = has_probes;
	look_for_daemons();
}

Test(track, daemon_with_probes)
{
	char hook[128];

	be_daemon(1);
	snprintf(hook, sizeof(hook), "receive usdt:dpif_recv::recv_upcall/pid=%d\n", getpid());
	cr_expect(strstr(added, hook), "%s", added);
	snprintf(hook, sizeof(hook), "put usdt:dpif_netlink_operate__::op_flow_put/pid=%d\n",
		 getpid());
	cr_expect(strstr(added, hook), "%s", added);
	snprintf(hook, sizeof(hook),
		 "execute usdt:dpif_netlink_operate__::op_flow_execute/pid=%d\n", getpid());
	cr_expect(strstr(added, hook), "%s", added);
	cr_expect_str_eq(said, "");
}

Test(track, daemon_without_probes)
{
	char text[128];

	be_daemon(0);
	snprintf(text, sizeof(text), "(process %d): it has no usdt probes", getpid());
	cr_expect(strstr(said, text), "%s", said);
	cr_expect_str_eq(added, "batches 1\n");
}

Test(track, daemon_that_hides)
{
	be_daemon(-13);
	cr_expect(strstr(said, "can't be looked into: error 13"), "%s", said);
	cr_expect_str_eq(added, "batches 1\n");
}
