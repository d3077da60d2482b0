/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/plan/host.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <unistd.h>

#define MACHINE_ID "/etc/machine-id"
#define MACHINE_ID_LENGTH 32

/* Not "uninitialized", and nothing that does not belong there. */
static void read_id(struct collect_host *host)
{
	char id[MACHINE_ID_LENGTH + 1] = "";
	int fd = open(MACHINE_ID, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, id, MACHINE_ID_LENGTH);

	if (fd >= 0)
		close(fd);
	for (size_t i = 0; i < MACHINE_ID_LENGTH; i++) {
		if (n != MACHINE_ID_LENGTH || !isxdigit((unsigned char)id[i]))
			return;
	}
	snprintf(host->id, sizeof(host->id), "%s", id);
}

static void read_clock(struct collect_host *host)
{
	struct timex clock = {};
	int state = adjtimex(&clock);

	/* Without NTP or the like the numbers are what they were at boot. */
	if (state < 0 || state == TIME_ERROR || (clock.status & STA_UNSYNC))
		return;
	host->clock_error = (uint64_t)clock.esterror * 1000;
	host->clock_error_max = (uint64_t)clock.maxerror * 1000;
}

void collect_host_read(struct collect_host *host, const char *name)
{
	struct utsname uts;

	*host = (struct collect_host){};
	read_clock(host);
	if (name) {
		snprintf(host->name, sizeof(host->name), "%s", name);
		return;
	}
	if (!uname(&uts))
		snprintf(host->name, sizeof(host->name), "%s", uts.nodename);
	read_id(host);
}
