/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/util/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Capabilities are numbered up to here; the kernel refuses those it has not. */
#define CAPABILITIES 64

static struct __user_cap_header_struct this_thread(void)
{
	return (struct __user_cap_header_struct){ .version = _LINUX_CAPABILITY_VERSION_3 };
}

static int get_capabilities(struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct header = this_thread();

	return syscall(SYS_capget, &header, data) ? -errno : 0;
}

static int set_capabilities(const struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct header = this_thread();

	return syscall(SYS_capset, &header, data) ? -errno : 0;
}

uint64_t confine_permitted(void)
{
	struct __user_cap_data_struct data[2] = {};

	return get_capabilities(data) ? 0 : (uint64_t)data[1].permitted << 32 | data[0].permitted;
}

/* What a program that is executed could get. Only who has CAP_SETPCAP can change
 * it; for others no_new_privs must do. */
static int empty_bounding_set(void)
{
	if (!(confine_permitted() >> CAP_SETPCAP & 1))
		return 0;
	for (unsigned long i = 0; i < CAPABILITIES; i++)
		if (prctl(PR_CAPBSET_DROP, i, 0, 0, 0) && errno != EINVAL)
			return -errno;
	return 0;
}

int confine_capabilities(uint64_t keep)
{
	struct __user_cap_data_struct data[2] = {};
	int err = empty_bounding_set();
	int got = get_capabilities(data);

	if (got)
		return got;
	for (int i = 0; i < 2; i++) {
		uint32_t set = (uint32_t)(keep >> 32 * i);

		data[i].effective &= set;
		data[i].permitted &= set;
		/* The ambient set goes with it. */
		data[i].inheritable = 0;
	}
	got = set_capabilities(data);
	return err ? err : got;
}

int confine_thread(const struct confinement *c)
{
	int err = confine_capabilities(c->capabilities), more;

	more = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? -errno : 0;
	err = err ? err : more;
	more = confine_calls(c->writes);
	return err ? err : more;
}

bool confine_leaves_access(const char *path, int access)
{
	struct __user_cap_data_struct data[2], none[2];
	bool can;

	if (get_capabilities(data))
		return true;
	for (int i = 0; i < 2; i++) {
		none[i] = data[i];
		none[i].effective = 0;
	}
	if (set_capabilities(none))
		return true;
	can = !faccessat(AT_FDCWD, path, access, AT_EACCESS);
	set_capabilities(data);
	return can;
}
