/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Containers by the cgroups that engines make for them. */
#ifndef NS_CONTAINER_H
#define NS_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>

/* The name of the innermost container in a line of /proc/PID/cgroup, "0::/docker-3f2a….scope":
 * what made it and the first 12 digits of its id, as engines show it, "docker-3f2a1b4c5d6e"; or
 * the name it has there. False: there is none. */
bool ns_container_name(const char *line, char *name, size_t size);

/* The same of a process. */
bool ns_process_container(const char *pid, char *name, size_t size);

#endif
