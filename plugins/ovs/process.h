/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes that are called as the daemon is. */
#ifndef OVS_PROCESS_H
#define OVS_PROCESS_H

#include <stddef.h>
#include <stdbool.h>
#include <sys/types.h>

#define OVS_PROGRAM "ovs-vswitchd"

/* The first line of a file, at most SIZE - 1 bytes. 0 or a negative errno. */
int ovs_read_line(const char *path, char *to, size_t size);

bool ovs_is_pid_text(const char *text);

/* Calls USE for each of them, wherever it runs, until that does not return -ENOENT, which is
 * what is returned. */
int ovs_each_process(int (*use)(void *arg, pid_t pid), void *arg);

#endif
