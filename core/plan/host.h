/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine we run on, as event files tell it, and how right its clock is. */
#ifndef PLAN_HOST_H
#define PLAN_HOST_H

#include <stdint.h>

struct collect_host {
	/* As in struct retis_start. */
	char name[256];
	char id[40];
	uint64_t clock_error;
	uint64_t clock_error_max;
};

/* NAME stands for the machine's name and id; NULL: those of its own. What can't be found out
 * is empty. */
void collect_host_read(struct collect_host *host, const char *name);

#endif
